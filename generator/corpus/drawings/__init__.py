"""Procedural photographs: pictures of a hundred classes that the package draws itself. Pure NumPy and Pillow."""
