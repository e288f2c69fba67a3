"""Measures of a finished picture: what it does to the network, and what is in it.

May import `responses`, `ascent` and what these may import.
"""
