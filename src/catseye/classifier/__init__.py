"""A classifier: network, preprocess, classes and calibration in one safe file; what it predicts."""
