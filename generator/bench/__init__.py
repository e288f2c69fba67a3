"""The benchmark: the recipes side by side, and each part against what it cannot do without."""
