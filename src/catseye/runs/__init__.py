"""Runs: from data to a measured classifier, its folder, its result and its report."""
