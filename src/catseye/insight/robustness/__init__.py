"""Robustness: adversarial examples of one picture, and accuracy under attack and corruption."""
