"""How a training is shown: a bar on a terminal, one line in a notebook, elsewhere one line per epoch on stderr."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from catseye.drawing.numbers import percent
from catseye.system.forks import new_lock
from catseye.system.notebook import NotebookLine, draw_bar, in_notebook
from catseye.system.progress_bar import duration
from catseye.system.streams import lossy_stderr
from catseye.system.terminal import open_console
from catseye.training.choices import loss_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.progress import Progress

    from catseye.training.history import Epoch

_MIN_ANNOUNCED = 20.0  # seconds
_terminal = new_lock()  # two bars would draw over each other


class TrainingDisplay(Protocol):
    """Shows the steps and epochs of a training."""

    def show_steps(self, count: int, epoch: int, loss: float, accuracy: float) -> None:
        """Show that ``count`` more steps are done; loss and accuracy are the epoch's means so far."""

    def show_epoch(self, epoch: Epoch) -> None:
        """Show a finished epoch."""

    def announce(self, seconds: float, epochs: int) -> None:
        """Say how many seconds the remaining ``epochs`` will take."""


class _NoDisplay:
    def show_steps(self, count: int, epoch: int, loss: float, accuracy: float) -> None:
        pass

    def show_epoch(self, epoch: Epoch) -> None:
        pass

    def announce(self, seconds: float, epochs: int) -> None:
        pass


NO_DISPLAY: TrainingDisplay = _NoDisplay()


@contextmanager
def training_display(epochs: int, steps: int, steps_done: int, title: str = "loss") -> Iterator[TrainingDisplay]:
    """Yield the display of a training of ``epochs`` epochs of ``steps`` steps, of which ``steps_done`` are done.

    ``title`` is what the loss is called.

    Of several trainings in one process, only one has the bar at a time; the others print lines.
    """
    if in_notebook():
        yield _Notebook(epochs, epochs * steps, steps_done, title)
        return
    console = open_console(lossy_stderr())
    if not console.is_terminal or not _terminal.acquire(blocking=False):
        yield _Lines(epochs)
        return
    try:
        with _bar(console) as bar:
            yield _Bar(bar, epochs, epochs * steps, steps_done, title)
    finally:
        _terminal.release()


def _bar(console: Console) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("steps,"))
    return Progress(*columns, TimeRemainingColumn(), TextColumn("left"), console=console, transient=True)


class _Lines:
    def __init__(self, epochs: int) -> None:
        self._epochs = epochs

    def show_steps(self, count: int, epoch: int, loss: float, accuracy: float) -> None:
        pass

    def show_epoch(self, epoch: Epoch) -> None:
        print(_line(epoch, self._epochs), file=lossy_stderr(), flush=True)

    def announce(self, seconds: float, epochs: int) -> None:
        if seconds >= _MIN_ANNOUNCED:
            print(_forecast(seconds, epochs), file=lossy_stderr(), flush=True)


class _Bar:
    def __init__(self, bar: Progress, epochs: int, total: int, done: int, title: str) -> None:
        self._bar, self._epochs, self._title = bar, epochs, title
        self._task = bar.add_task("training", total=total, completed=done)

    def show_steps(self, count: int, epoch: int, loss: float, accuracy: float) -> None:
        words = f"epoch {epoch}/{self._epochs}  {self._title} {loss:.4f}  accuracy {percent(accuracy, 2)}"
        self._bar.update(self._task, advance=count, description=words)

    def show_epoch(self, epoch: Epoch) -> None:
        self._bar.console.print(_line(epoch, self._epochs), soft_wrap=True)

    def announce(self, seconds: float, epochs: int) -> None:
        """The bar itself shows the time that is left."""


class _Notebook:
    """One line that is rewritten; what it says last is the last epoch."""

    def __init__(self, epochs: int, total: int, done: int, title: str) -> None:
        self._epochs, self._total, self._done, self._title = epochs, total, done, title
        self._line = NotebookLine(patient=False)

    def show_steps(self, count: int, epoch: int, loss: float, accuracy: float) -> None:
        self._done += count
        state = f"epoch {epoch}/{self._epochs}  {self._title} {loss:.4f}  accuracy {percent(accuracy, 2)}"
        self._line.write(f"{draw_bar(self._done, self._total)}  {state}")

    def show_epoch(self, epoch: Epoch) -> None:
        self._line.write(_line(epoch, self._epochs), final=True)

    def announce(self, seconds: float, epochs: int) -> None:
        if seconds >= _MIN_ANNOUNCED:
            self._line.write(_forecast(seconds, epochs), final=True)


def _line(epoch: Epoch, epochs: int) -> str:
    losses = f"{loss_title(epoch.loss_name)} {epoch.train_loss:.4f}"
    line = f"epoch {epoch.epoch}/{epochs}  {losses}  accuracy {percent(epoch.train_accuracy, 2)}"
    if epoch.validation_loss is not None:
        line += f"  validation {epoch.validation_loss:.4f}  {percent(epoch.validation_accuracy, 2)}"
    line += "".join(f"  {name} {value:.4g}" for name, value in epoch.metrics.items())
    return line + f"  {epoch.seconds:.1f} s"


def _forecast(seconds: float, epochs: int) -> str:
    return f"{f'{epochs} epochs take' if epochs > 1 else 'the epoch takes'} about {duration(seconds)}"
