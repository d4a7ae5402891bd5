"""Classifiers in repositories of Hugging Face: pushed with their card, pulled and checked."""
