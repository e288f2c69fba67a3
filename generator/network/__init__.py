"""The network: its layers and their receptive fields, its weights from any file, and its forward pass.

May import `store` and `system`. Only `forward` and `timing` load TensorFlow.
"""
