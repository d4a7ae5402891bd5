"""How far transfer reaches: accuracy by examples per class."""
