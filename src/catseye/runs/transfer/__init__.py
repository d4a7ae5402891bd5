"""A transfer, from data to a measured classifier."""
