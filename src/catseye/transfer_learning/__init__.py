"""Transfer learning: features of a backbone (`extraction`), a head on them (`head`), fine-tuning (`finetune`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye._lazy import lazily

if TYPE_CHECKING:
    from catseye.transfer_learning.cross_validation import cross_validate
    from catseye.transfer_learning.extraction import Features, extract
    from catseye.transfer_learning.finetune import fine_tune
    from catseye.transfer_learning.head import Examples, Head, fit_head
    from catseye.transfer_learning.recipe import TransferRecipe

__all__ = ["Examples", "Features", "Head", "TransferRecipe", "cross_validate", "extract", "fine_tune", "fit_head"]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Examples": "catseye.transfer_learning.head",
        "Features": "catseye.transfer_learning.extraction",
        "Head": "catseye.transfer_learning.head",
        "TransferRecipe": "catseye.transfer_learning.recipe",
        "cross_validate": "catseye.transfer_learning.cross_validation",
        "extract": "catseye.transfer_learning.extraction",
        "fine_tune": "catseye.transfer_learning.finetune",
        "fit_head": "catseye.transfer_learning.head",
    },
)
