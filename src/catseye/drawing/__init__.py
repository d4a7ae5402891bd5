"""Drawing: the toolkit of every figure and page; it knows no topic."""
