"""Why this answer: attribution maps, how faithful they are, and whether they depend on the weights."""
