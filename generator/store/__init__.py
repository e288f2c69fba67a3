"""The store: artifacts under the hash of what decides them, their keys and versions, manifests and archives.

May import `system`. Who makes an artifact, and who shows it, the store does not know.
"""
