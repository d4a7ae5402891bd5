"""Tests of the tensors of a picture."""
