"""The site: the records that pages show, the pages, the published data, and MkDocs around them.

May import `store` and what others have written down there; it computes no pixels and never loads TensorFlow.
"""
