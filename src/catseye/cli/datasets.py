"""``catseye datasets``: list the data sets that have a name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from catseye.cli.common import DataDir, Force, Json
from catseye.cli.next_step import tell_next
from catseye.cli.output import TABLE, choose_output, file_option
from catseye.cli.printing import write_and_print


def command(
    output: Annotated[Path | None, file_option(words=TABLE)] = None,
    force: Force = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """List the data sets that can be loaded by name."""
    choose_output(output, json=json, force=force)
    from catseye.datasets.dataset_list import list_datasets

    write_and_print(list_datasets(data_dir=data_dir), output, json=json, names_figure=False)
    if output and not json:
        tell_next("show", "digits")
