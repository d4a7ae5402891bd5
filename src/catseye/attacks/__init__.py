"""Attacks: small changes of pictures that make a network answer wrongly."""
