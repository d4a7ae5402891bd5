"""Captum, loaded on use and without a word."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from typing import Any


def load_methods() -> Any:
    """Return ``captum.attr``.

    With Captum comes tqdm, which warns in a notebook without ipywidgets, in red, of a bar that nobody asked for.
    """
    if "captum.attr" in sys.modules:
        return sys.modules["captum.attr"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module("captum.attr")
