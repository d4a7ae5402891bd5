"""Runs: a training from data to a measured classifier (`train`), its folder, and what it came to (`Run`)."""

from catseye.runs.run import Run
from catseye.runs.train import train

__all__ = ["Run", "train"]
