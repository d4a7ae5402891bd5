"""Whether this machine has what Catseye needs: what ``catseye doctor`` says."""
