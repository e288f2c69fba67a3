"""Filter Atlas: what every filter of a convolutional network responds to."""

import os

# NumPy's matrix products are small here and run beside TensorFlow's threads. More OpenBLAS threads would only wait for
# each other, at several times the CPU time. With one thread, sums also have the same order on any number of cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
