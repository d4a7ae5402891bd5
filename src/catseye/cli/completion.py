"""What the shell completes when Tab is pressed: names, known without loading PyTorch, and the runs that lie here."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from catseye.cli.known_classes import CLASSIFIER, class_names, imagenet_names
from catseye.cli.known_columns import column_names
from catseye.networks.lessons import NAMED_TEXTS
from catseye.networks.names import BACKBONES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NETWORKS = tuple(NAMED_TEXTS)
DATA_SETS = ("digits", "mnist", "fashion_mnist", "kmnist", "cats_vs_dogs", "oxford_iiit_pet")
LABELS = {"oxford_iiit_pet": ("label", "species")}  # of the data sets whose pictures have several
SPLITS = ("train", "test", "all")
_VALIDATION = {"val", "valid", "validation"}  # folders; the names that are understood stand where much is loaded
KERNELS = (
    *("identity", "edge", "laplacian", "sobel_x", "sobel_y", "prewitt_x", "prewitt_y"),
    *("blur", "gaussian", "sharpen", "emboss"),
)
FUNCTIONS = ("box", "triangle", "gaussian", "ramp", "exponential", "step")
INTEGRALS = ("convolution", "cross-correlation", "autocorrelation")
POOLINGS = ("max", "average", "stride")
PADDINGS = ("valid", "same")
METHODS = ("grad_cam", "integrated_gradients", "occlusion", "smooth_grad")
NORMS = ("linf", "l2")
MEASURES = ("max", "mean")
PARAMETERISATIONS = ("fourier", "pixels")
DEVICES = ("auto", "cpu", "cuda")
RECIPES = ("default", "lesson")


def choose_from(names: Iterable[str]) -> Callable[[str], list[str]]:
    """Return a completion for one of several names."""
    known = tuple(names)

    def complete(incomplete: str) -> list[str]:
        return _beginning(known, incomplete)

    return complete


def choose_several(names: Iterable[str]) -> Callable[[str], list[str]]:
    """Return a completion for the last of several comma-separated names."""
    known = tuple(names)

    def complete(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        chosen = before.split(",")
        return [_Offer(f"{before}{comma}{name}") for name in _beginning(known, last) if name not in chosen]

    return complete


complete_data = choose_from(DATA_SETS)  # where there is none, the shell offers files
complete_backbone = choose_from(BACKBONES)


def complete_trainable(incomplete: str) -> list[str]:
    """Return networks by name, and files here that define one."""
    return _beginning((*NETWORKS, *_definitions(), *BACKBONES), incomplete)


def complete_classifier(incomplete: str) -> list[str]:
    """Return the runs here and in ``runs``, and backbones."""
    return _beginning((*_runs(), *BACKBONES), incomplete)


def complete_run(incomplete: str) -> list[str]:
    """Return the runs in the current folder and in ``runs``."""
    return _beginning(_runs(), incomplete)


def complete_network(incomplete: str) -> list[str]:
    """Return small networks, files here that define one, and what is a classifier."""
    return _beginning((*NETWORKS, *_definitions(), *_runs(), *BACKBONES), incomplete)


def complete_class(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the classes of the classifier named earlier on the line."""
    classifier = _given(ctx, "classifier")
    names = imagenet_names() if classifier in BACKBONES else class_names(classifier)
    return _beginning(names, incomplete)


def complete_split(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the usual splits, and validation if the data have such a folder."""
    folder = Path(_given(ctx, "data"))
    try:
        names = {entry.name.lower() for entry in folder.iterdir() if entry.is_dir()} if folder.name else set()
    except (OSError, ValueError):
        names = set()
    return _beginning((*SPLITS, *(("validation",) if names & _VALIDATION else ())), incomplete)


def complete_label(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the labels of a catalogue data set, or the columns of a label file."""
    data = _given(ctx, "data")
    return _beginning(LABELS.get(data) or column_names(data), incomplete)


def complete_column(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the columns of the label file named earlier on the line, or in the folder named there."""
    return _beginning(column_names(_given(ctx, "data")), incomplete)


def complete_own_class(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of the class folders in the folder named earlier on the line, or in its ``train``."""
    data = _given(ctx, "data")
    folder = Path(data)
    try:
        folder = folder / "train" if (folder / "train").is_dir() else folder
        names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
        names = names if data else []
    except (OSError, ValueError):
        names = []
    return _beginning(names, incomplete)


def _given(ctx: typer.Context, name: str) -> str:
    """Return the verb's first argument, ``name``; until the option has a value, the parser does not name it."""
    value = ctx.params.get(name)
    return str(next(iter(ctx.args), "") if value is None else value)


def _definitions() -> list[str]:
    return sorted(map(str, Path().glob("*.toml")))


def _runs() -> list[str]:
    return sorted(str(file.parent) for pattern in ("*", "runs/*") for file in Path().glob(f"{pattern}/{CLASSIFIER}"))


class _Offer(str):
    """A completion that typer passes on although it may not begin with the typed text: it is escaped for the shell."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        return True


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    """Return the names with this beginning, ignoring case, escaped for the shell."""
    start = incomplete.lower()
    return [_Offer(_escape(name)) for name in names if name.lower().startswith(start) and name.isprintable()]


def _escape(name: str) -> str:
    """Return a name as one word for bash, which inserts it literally; other shells escape it themselves."""
    bash = os.environ.get("_CATSEYE_COMPLETE", "").endswith("_bash")
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", name) if bash else name
