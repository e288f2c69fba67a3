"""Gradient ascent: the recipes, and the climb from noise to the picture that a filter answers to most.

May import `network` and what that may import. Recipes, contrast and frequency bands are pure NumPy; the rest loads
TensorFlow.
"""
