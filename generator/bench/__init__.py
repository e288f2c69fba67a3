"""The benchmark: comparison of recipes, each part relative to its least possible cost, simulated clusters.

May import everything except `cli`.
"""
