"""Classifiers as files for other runtimes, with their preprocessing inside and their agreement measured."""
