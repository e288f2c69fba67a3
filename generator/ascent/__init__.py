"""Gradient ascent: the recipes, and the climb from noise to a picture that excites a filter as much as possible.

May import `network` and the packages that `network` may import. Recipes, contrast and frequency bands are pure NumPy;
the other modules load TensorFlow.
"""
