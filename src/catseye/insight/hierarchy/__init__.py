"""From edges to a class: what channels at several depths respond to, in one figure."""
