"""Model cards: what a classifier is for, how it was made, how far to trust it, and how to use it."""
