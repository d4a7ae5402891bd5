"""``catseye check``: find problems in a folder of pictures before training on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import (
    Archives,
    Backbone,
    Data,
    DataDir,
    Force,
    Json,
    console,
    make_table,
    print_json,
    tell_notes,
)
from catseye.system.files import new_output

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats
    from catseye.datasets import Pictures
    from catseye.quality import Checkup, Finding

_PAGE = Path("check.html")
_EXAMPLES = 2


def check(
    data: Data,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write the page here [default: check.html; none with --json]."
        ),
    ] = None,
    labels: Annotated[
        bool, typer.Option("--labels", help="Also look for wrong labels, using a pretrained backbone; slower.")
    ] = False,
    backbone: Backbone = "efficientnet_lite0",
    force: Force = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Find duplicates across splits and classes, broken and unusual pictures, and unbalanced classes.

    Changes nothing; writes a page with thumbnails.
    """
    page = _PAGE if output is None and not json else output
    if page:
        new_output(page, force=force)
    from catseye.datasets import load
    from catseye.quality import check as check_dataset
    from catseye.quality.page import write_check_page

    dataset = load(data, data_dir=data_dir, archives=archives)
    judge = _make_judge(backbone, data_dir) if labels else None
    checkup = check_dataset(dataset, judge=judge)
    tell_notes(checkup.notes, [])
    if page:
        write_check_page(page, checkup, dataset)
    if json:
        print_json(checkup.to_json())
    else:
        _show(checkup)
        print(f"wrote {page}")


def _make_judge(backbone: str, data_dir: Path | None) -> Callable[[Pictures], Floats]:
    from catseye.networks.pretrained import pretrained
    from catseye.system.home import home_folder
    from catseye.transfer_learning.cross_validation import cross_validate

    home = home_folder(data_dir)
    found = pretrained(backbone, None, home)
    return lambda pictures: cross_validate(found, pictures, home)


def _show(checkup: Checkup) -> None:
    from catseye.quality import KINDS

    out = console()
    out.print(f"{checkup.data}: {checkup.pictures:,} pictures, {len(checkup.classes):,} classes")
    rows = (
        (KINDS[kind].severity, KINDS[kind].title, f"{count:,}", _examples(checkup.of(kind)))
        for kind, count in checkup.counts.items()
    )
    if checkup.findings:
        out.print(make_table(("", "found", "times>", "for example"), rows))
    if checkup.passed:
        out.print(f"passed: {'; '.join(checkup.passed)}.")


def _examples(findings: tuple[Finding, ...]) -> str:
    """Return the first finding in a line, with some of its pictures."""
    first = findings[0]
    paths = [place.path for place in first.pictures]
    more = f" and {len(paths) - _EXAMPLES:,} more" if len(paths) > _EXAMPLES else ""
    return f"{', '.join(paths[:_EXAMPLES])}{more}: {first.reason}" if paths else first.reason
