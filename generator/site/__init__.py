"""The site: the records that pages show, the pages, the published data, and MkDocs around them.

May import the rooms below it, of each only modules without TensorFlow: what they have put into the store is read here.
"""
