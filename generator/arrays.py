"""Names for the kinds of NumPy arrays that go from room to room. Comments beside their uses give the shapes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # numbers of the kind that its docstring says
Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]  # a picture: (height, width, 3), RGB
