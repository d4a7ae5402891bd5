"""The options of loading, for type checkers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class LoadOptions(TypedDict, total=False):
    """The options of :func:`catseye.load`, which describes them."""

    data_dir: str | Path | None
    archives: str | Path | None
    strict: bool
    label: str | None
    file_column: str | None
    label_column: str | None
    split_column: str | None
    label_from: str | None
    merge: Mapping[str, str | Sequence[str]] | Sequence[str] | str | None
    rename: Mapping[str, str] | Sequence[str] | str | None
    drop: Sequence[str] | str | None
