"""Insight: what a network sees, how it is fooled, and why it answers as it does, one room per topic."""
