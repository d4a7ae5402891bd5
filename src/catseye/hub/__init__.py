"""Classifiers in repositories on Hugging Face: pushed with their card, pulled and checked."""
