"""The ideal picture of a class or channel: how it is parameterised, what it must survive, what it maximises."""
