"""Equivariance: a moved object has a moved feature map, and what pooling makes of that."""
