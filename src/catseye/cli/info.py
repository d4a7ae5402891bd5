"""``catseye info``: describe a data set."""

from __future__ import annotations

from catseye.cli.common import Data, DataDir, Json, Strict
from catseye.cli.printing import write_and_print


def command(data: Data, strict: Strict = False, json: Json = False, data_dir: DataDir = None) -> None:
    """Describe a data set: one from the catalogue without downloading it, or your own by reading it."""
    from catseye.verbs.data import info as describe

    write_and_print(describe(data, strict=strict, data_dir=data_dir), json=json, names_figure=False)
