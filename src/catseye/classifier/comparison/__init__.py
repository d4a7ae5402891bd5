"""Two classifiers compared on the same pictures."""
