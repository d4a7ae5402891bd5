"""``catseye doctor``: whether this machine has what Catseye needs."""
