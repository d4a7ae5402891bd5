"""Classifiers as files for other runtimes, with their preprocessing inside and their agreement measured.

The package is also a verb: ``catseye.export(run, "onnx", "cats.onnx")`` writes such a file.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets.loading import DataSource
    from catseye.export.export_result import Export

__all__: list[str] = []


class CallableModule(ModuleType):
    """This package, which can be called, as :mod:`catseye.datasets` can."""

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]  # of the verb, which is what users ask for
        words: str | None = _verb().__doc__
        return words

    def __call__(
        self,
        classifier: object,
        to: str,
        out: str | Path,
        *,
        input: str = "picture",  # noqa: A002 (as the verb)
        quantise: str | None = None,
        calibrate: DataSource | None = None,
        runtime: str | Path | None = None,
        force: bool = False,
        weights: str | Path | None = None,
        data_dir: str | Path | None = None,
        archives: str | Path | None = None,
    ) -> Export:
        """Write a classifier as a file for another runtime; see :func:`catseye.verbs.exporting.export`."""
        found: Export = _verb()(
            classifier,
            to,
            out,
            input=input,
            quantise=quantise,
            calibrate=calibrate,
            runtime=runtime,
            force=force,
            weights=weights,
            data_dir=data_dir,
            archives=archives,
        )
        return found


def _verb() -> Any:
    return import_module("catseye.verbs.exporting").export  # by its name, as a room imports none of those above it


sys.modules[__name__].__class__ = CallableModule
