"""How far to trust a classifier: `metrics` on probabilities, `calibration` of them."""
