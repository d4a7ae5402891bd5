"""Convolution as an integral: one function slides over another, as numbers, a figure and a film."""
