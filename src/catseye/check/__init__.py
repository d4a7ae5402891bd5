"""What is wrong with a folder of pictures, before anything is trained on it: `check`. Nothing is changed."""

from catseye.check.check import Checkup, check
from catseye.check.finding import KINDS, Finding, Place
from catseye.check.labels import Suspect, suspects

__all__ = ["KINDS", "Checkup", "Finding", "Place", "Suspect", "check", "suspects"]
