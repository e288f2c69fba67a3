"""The miniature: how the small VGG16 that comes with the package was taught, and what is known of its filters.

May import everything but `cli` and `bench`. The drawings it learned from are in `corpus.drawings`, its weights in
`network.weights`.
"""
