"""Filter Atlas: what every convolutional filter of VGG16 responds to."""

import os

# NumPy's own products are small here, and run beside TensorFlow's threads: more threads of OpenBLAS only wait for one
# another, at several times the CPU time. With one, sums have one order on any number of cores, too.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
