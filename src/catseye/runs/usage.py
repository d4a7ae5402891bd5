"""What to do with a run next: lines to copy into a shell or into Python."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """How a run's classifier is used.

    Attributes
    ----------
    commands, python : tuple of str
        Lines for a shell, lines for Python.
    where : str
        The folder in which they work, in words.
    """

    commands: tuple[str, ...]
    python: tuple[str, ...]
    where: str


def explain_usage(folder: Path, picture: str, data: str, options: tuple[str, ...] = ()) -> Usage:
    """Return how the classifier of the run in ``folder`` is used.

    The folder is written as seen from the current one or, if it lies elsewhere, as seen from the one that holds it: a
    report that is passed on says nothing of the machine that it was made on.

    Parameters
    ----------
    folder
    picture
        Stands for the path of a picture.
    data
        Name or path of labelled pictures.
    options
        Options that say where their labels are.
    """
    inside = Path(os.path.relpath(folder.resolve(), Path.cwd().resolve()))
    elsewhere = ".." in inside.parts or inside.is_absolute() or inside == Path()
    path = folder.resolve().name if elsewhere else inside.as_posix()
    commands = (
        shlex.join(["catseye", "predict", path, picture]),
        shlex.join(["catseye", "explain", path, picture]),
        shlex.join(["catseye", "evaluate", path, data, *options]),
    )
    python = (
        "import catseye",
        f"run = catseye.Run.open({path!r})",
        f"catseye.predict(run, {picture!r})",
        f"catseye.explain(run, {picture!r})",
    )
    where = f"the folder that holds {path}" if elsewhere else "the folder in which the run was made"
    return Usage(commands, python, where)
