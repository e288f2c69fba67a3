"""Type names for the NumPy arrays that modules exchange. Comments at their uses give the shapes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # any dtype; the docstring at its use says which
Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]  # a picture: (height, width, 3), RGB
