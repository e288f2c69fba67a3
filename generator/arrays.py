"""Names for the kinds of NumPy arrays that go from room to room."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]  # numbers
Pixels = npt.NDArray[np.uint8]  # a picture: (height, width, 3), RGB
