"""Feature maps: what layers make of a picture, filters, receptive fields, top-activating pictures."""
