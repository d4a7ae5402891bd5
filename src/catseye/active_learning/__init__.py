"""Active learning: which pictures to label next, those from which a classifier would learn most."""
