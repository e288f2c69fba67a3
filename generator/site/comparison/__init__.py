"""The changes between two atlases, and the site that shows them."""
