"""What changed between two atlases, and the site that shows it."""
