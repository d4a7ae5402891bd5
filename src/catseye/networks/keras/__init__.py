"""Keras 3 models, read and written without Keras."""
