"""What a network answers to many pictures, computed by the quickest engine of the machine."""
