"""The network: its layers and their receptive fields, its weights from any file, and the way up through it.

May import `store` and `system`. TensorFlow is loaded by `forward` and `timing` alone.
"""
