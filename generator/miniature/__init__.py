"""The embedded default: pictures that the package draws itself, and a small VGG16 that learned to tell them apart."""
