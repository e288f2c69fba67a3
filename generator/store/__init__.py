"""The store: artifacts named by the hash of their inputs, their keys and versions, manifests and archives.

May import `system`. The store does not know how an artifact is made, or how a page shows it.
"""
