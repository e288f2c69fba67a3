"""The benchmark: the recipes side by side, each part against what it cannot do without, simulated clusters.

May import everything but `cli`.
"""
