"""Training: a `Recipe` of every choice, the `loop` that follows it, and checkpoints that survive a kill."""
