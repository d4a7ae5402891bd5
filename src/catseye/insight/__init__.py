"""What a network sees, and how it can be fooled."""
