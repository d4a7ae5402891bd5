"""Sharing classifiers on Hugging Face: push with a model card, pull and verify."""
