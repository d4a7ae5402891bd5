"""``catseye datasets``: list the data sets that have a name."""

from __future__ import annotations

from catseye.cli.common import DataDir, Json
from catseye.cli.printing import write_and_print


def command(json: Json = False, data_dir: DataDir = None) -> None:
    """List the data sets that can be loaded by name."""
    from catseye.datasets.dataset_list import list_datasets

    write_and_print(list_datasets(data_dir=data_dir), json=json, names_figure=False)
