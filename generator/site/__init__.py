"""The site: the records that pages show, the pages, the published data, and the MkDocs plugin.

May import the packages below it, but only modules without TensorFlow: it reads what they have put into the store.
"""
