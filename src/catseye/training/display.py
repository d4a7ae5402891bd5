"""Who watches a training: a bar on a terminal, one line an epoch elsewhere, both on stderr."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from catseye.system.progress import duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

    from catseye.training.history import Epoch


class Watch(Protocol):
    """Is told of every step and epoch."""

    def steps(self, count: int, epoch: int, loss: float, accuracy: float) -> None:
        """One step is done; loss and accuracy are the epoch's means so far."""

    def epoch(self, epoch: Epoch) -> None:
        """One epoch is done."""

    def whole(self, seconds: float) -> None:
        """All epochs will take about so long."""


class _Silent:
    def steps(self, count: int, epoch: int, loss: float, accuracy: float) -> None:
        pass

    def epoch(self, epoch: Epoch) -> None:
        pass

    def whole(self, seconds: float) -> None:
        pass


SILENT: Watch = _Silent()
_WORTH_TELLING = 20.0  # seconds


@contextmanager
def watching(epochs: int, steps: int, steps_done: int) -> Iterator[Watch]:
    """Yield what shows the training of ``epochs`` epochs of ``steps`` steps, of which some are done already."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(epochs)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("steps,"))
    with Progress(*columns, TimeRemainingColumn(), TextColumn("left"), console=console, transient=True) as bar:
        yield _Bar(bar, epochs, epochs * steps, steps_done)


class _Lines:
    def __init__(self, epochs: int) -> None:
        self._epochs = epochs

    def steps(self, count: int, epoch: int, loss: float, accuracy: float) -> None:
        pass

    def epoch(self, epoch: Epoch) -> None:
        print(_line(epoch, self._epochs), file=sys.stderr, flush=True)

    def whole(self, seconds: float) -> None:
        if seconds >= _WORTH_TELLING:
            epochs = f"{self._epochs} epochs take" if self._epochs > 1 else "the epoch takes"
            print(f"{epochs} about {duration(seconds)}", file=sys.stderr, flush=True)


class _Bar:
    def __init__(self, bar: Progress, epochs: int, total: int, done: int) -> None:
        self._bar, self._epochs = bar, epochs
        self._task = bar.add_task("training", total=total, completed=done)

    def steps(self, count: int, epoch: int, loss: float, accuracy: float) -> None:
        words = f"epoch {epoch}/{self._epochs}  loss {loss:.4f}  accuracy {accuracy:.2%}"
        self._bar.update(self._task, advance=count, description=words)

    def epoch(self, epoch: Epoch) -> None:
        self._bar.console.print(_line(epoch, self._epochs), highlight=False)

    def whole(self, seconds: float) -> None:
        """The bar itself says how long the rest will take."""


def _line(epoch: Epoch, epochs: int) -> str:
    line = f"epoch {epoch.epoch}/{epochs}  loss {epoch.train_loss:.4f}  accuracy {epoch.train_accuracy:.2%}"
    if epoch.validation_loss is not None:
        line += f"  validation {epoch.validation_loss:.4f}  {epoch.validation_accuracy:.2%}"
    return line + f"  {epoch.seconds:.1f} s"
