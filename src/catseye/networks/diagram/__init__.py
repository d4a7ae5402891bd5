"""A network drawn: its layers as blocks to scale, their sizes, branches and joins."""
