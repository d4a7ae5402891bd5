"""Networks of one's own, written as text: ``conv 32, pool, conv 64, pool, flatten, dense 10``."""
