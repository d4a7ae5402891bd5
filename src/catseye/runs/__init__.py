"""Runs: from data to a measured classifier (`train`, `transfer`), its folder, and what it came to (`Run`)."""

from catseye.runs.run import Run
from catseye.runs.train import train
from catseye.runs.transfer.transfer import transfer

__all__ = ["Run", "train", "transfer"]
