"""The miniature: training of the small VGG16 that is part of the package, and the evaluation of its filters.

May import everything except `cli` and `bench`. Its training pictures are made by `corpus.drawings`; its weights are in
`network.weights`.
"""
