"""Progress of long work: a bar on a terminal, a line in a notebook, nothing elsewhere; times in words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from catseye.system.forks import new_lock
from catseye.system.notebook import NotebookLine, draw_bar, in_notebook
from catseye.system.streams import lossy_stderr
from catseye.system.terminal import open_console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import ProgressColumn

_terminal = new_lock()  # held by whoever shows a bar: two at once would overwrite each other


@contextmanager
def progress(description: str, total: int, unit: str = "") -> Iterator[Callable[[int], None]]:
    """Show a bar, or a line in a notebook, while the block runs; yield ``advance(count)``, which any thread may call.

    ``total=0``, where nothing can be counted, shows the time instead. ``unit="bytes"`` shows sizes and speed in bytes.
    The bar disappears when the work is done. Only one is shown at a time: further ones, in other threads or inside its
    block, are not.
    """
    shows = _terminal.acquire(blocking=False)
    try:
        with (
            _line(description, total, unit)
            if shows and in_notebook()
            else _bar(description, total, unit, hidden=not shows)
        ) as advance:
            yield advance
    finally:
        if shows:
            _terminal.release()


@contextmanager
def _line(description: str, total: int, unit: str) -> Iterator[Callable[[int], None]]:
    line, done = NotebookLine(), 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        amount = f"{done / 1e6:,.1f} MB" if unit == "bytes" else f"{done:,} of {total:,}" if total else f"{done:,}"
        line.write("  ".join([description, *([draw_bar(done, total)] if total else []), amount]))

    if not total:
        line.write(f"{description} …")
    try:
        yield advance
    finally:
        line.clear()


@contextmanager
def _bar(description: str, total: int, unit: str, *, hidden: bool) -> Iterator[Callable[[int], None]]:
    # Here, not at the top: a command that shows no bar should not pay for one.
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = open_console(lossy_stderr())
    words = TextColumn("{task.description}", markup=False)
    count = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
    columns: tuple[ProgressColumn, ...] = (words, BarColumn(), count, TimeRemainingColumn())
    if not total and not unit:
        columns = (SpinnerColumn(), words, TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=hidden or not console.is_terminal) as bar:
        task = bar.add_task(description, total=total or None)
        yield lambda count: bar.advance(task, count)


def duration(seconds: float) -> str:
    """Return a time in words: ``"40 s"``, ``"3 min"``, ``"2 h 10 min"``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
