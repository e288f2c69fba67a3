"""Gradient ascent: the picture that a filter answers to most, for both objectives and both recipes."""

from generator.ascent.optimize import Visualization, ascend

__all__ = ["Visualization", "ascend"]
