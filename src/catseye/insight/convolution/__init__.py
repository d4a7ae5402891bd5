"""A convolution worked by hand: every window, product and sum, as tables, a figure, a film and a page."""
