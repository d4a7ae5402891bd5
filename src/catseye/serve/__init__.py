"""Serving classifiers: over HTTP, with the Open Inference Protocol, and as an ASGI application to mount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye._lazy import lazily

if TYPE_CHECKING:
    from catseye.serve.limits import Limits
    from catseye.serve.mounting import create_application

__all__ = ["Limits", "create_application"]

__getattr__, __dir__ = lazily(
    __name__,
    {"Limits": "catseye.serve.limits", "create_application": "catseye.serve.mounting"},
)
