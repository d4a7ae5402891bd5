"""``catseye info``: describe a data set."""

from __future__ import annotations

from catseye.cli.common import Data, DataDir, Json, Strict
from catseye.cli.label_options import open_data, with_label_options
from catseye.cli.printing import write_and_print


@with_label_options
def command(
    data: Data, labels: dict[str, str], strict: Strict = False, json: Json = False, data_dir: DataDir = None
) -> None:
    """Describe a data set: one from the catalogue without downloading it, or your own by reading it."""
    from catseye.verbs.data import info as describe

    opened = open_data(data, labels, strict=strict, data_dir=data_dir)
    write_and_print(describe(opened, strict=strict, data_dir=data_dir), json=json, names_figure=False)
