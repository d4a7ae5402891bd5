"""``catseye info``: describe a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from catseye.cli.common import Data, DataDir, Force, Json, Strict
from catseye.cli.label_options import Given, open_data, with_label_options
from catseye.cli.next_step import given_options, tell_next
from catseye.cli.output import TABLE, choose_output, file_option
from catseye.cli.printing import write_and_print


@with_label_options
def command(
    data: Data,
    labelling: dict[str, Given],
    output: Annotated[Path | None, file_option(words=TABLE)] = None,
    force: Force = False,
    strict: Strict = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Describe a data set: one from the catalogue without downloading it, or your own by reading it."""
    choose_output(output, json=json, force=force)
    from catseye.verbs.data import info as describe

    found = describe(open_data(data, labelling, strict=strict, data_dir=data_dir), strict=strict, data_dir=data_dir)
    write_and_print(found, output, json=json, names_figure=False)
    if output and not json:
        tell_next("show", data, *given_options({"--data-dir": data_dir}), *found.options)
