"""What is wrong with a folder of pictures, before anything is trained on it: `check_dataset`. Nothing is changed."""

from catseye.quality.checkup import Checkup, check_dataset
from catseye.quality.finding import KINDS, Finding, Place
from catseye.quality.label_errors import Suspect, find_suspects

__all__ = ["KINDS", "Checkup", "Finding", "Place", "Suspect", "check_dataset", "find_suspects"]
