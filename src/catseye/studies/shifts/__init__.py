"""Accuracy on shifted pictures, dense against convolutional."""
