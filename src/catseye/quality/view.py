"""What was found in a data set, in words, as a table and, in a notebook, with the first pictures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.quality.checkup import Checkup
from catseye.quality.finding import KINDS
from catseye.short_repr import counted

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.quality.finding import Finding

_EXAMPLES = 2  # pictures of a finding that are named


@make_view.register(Checkup)
def view_checkup(checkup: Checkup) -> View:
    """Return the kinds of findings, a row each, with an example."""
    classes = len(checkup.classes)
    title = f"{checkup.called}: {counted(checkup.pictures, 'picture')}, {counted(classes, 'class', 'classes')}"
    rows = tuple(
        (KINDS[kind].severity, KINDS[kind].title, f"{count:,}", _example(checkup.of(kind)[0]))
        for kind, count in checkup.counts.items()
    )
    table = (Table(("", "found", "times>", "for example"), rows),) if rows else ()
    passed = (f"passed: {'; '.join(checkup.passed)}.",) if checkup.passed else ()
    writers = {".html": partial(_write, checkup)}
    return View(title, (title, *table, *passed), writers=writers, html=partial(_html, checkup, title))


def _example(finding: Finding) -> str:
    """Return a finding in a line, with some of its pictures."""
    paths = [place.path for place in finding.pictures]
    more = f" and {len(paths) - _EXAMPLES:,} more" if len(paths) > _EXAMPLES else ""
    return f"{', '.join(paths[:_EXAMPLES])}{more}: {finding.reason}" if paths else finding.reason


def _write(checkup: Checkup, path: Path) -> None:
    from catseye.quality.page import write_check_page

    write_check_page(path, checkup)


def _html(checkup: Checkup, title: str) -> str:
    from catseye.quality.page import render_summary

    return render_summary(checkup, title)
