"""The folder of a classifier's page: page, model, runtime. It is there completely or not at all."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye._version import __version__
from catseye.drawing.page import render
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.intervals import wilson_interval
from catseye.export.web.licence import LICENCE
from catseye.export.web.runtime import WASM
from catseye.system.files import check_folder, is_folder, is_there

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.classifier.description import Description
    from catseye.export.web.runtime import WebRuntime

MODEL, PAGE, SCRIPT, STYLE = "model.onnx", "index.html", "page.js", "style.css"
LICENCE_FILE = "LICENSE-onnxruntime-web.txt"
_ROOM = "catseye.export.web"


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Give a folder to fill, which is moved to ``folder`` when the block ends without a fault.

    Raises
    ------
    UsageError
        There is something at ``folder`` already, or it cannot lie there.
    CatseyeError
        It cannot be written.
    """
    check_free(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{folder.name[:32]}.", suffix=".part", dir=folder.parent) as place:
            made = Path(place) / "page"
            made.mkdir()
            yield made
            if is_folder(folder):
                folder.rmdir()  # empty
            made.replace(folder)
    except OSError as error:
        raise CatseyeError(f"{folder} cannot be written: {error.strerror}.") from error


def write_page_files(folder: Path, model: bytes, description: Description, name: str, runtime: WebRuntime) -> None:
    """Write page, model and runtime into an empty folder.

    Parameters
    ----------
    folder
    model
        A model of ONNX: from ``picture`` uint8 (N, H, W, 3) to ``probabilities`` float32 (N, K) and, if known,
        ``unfamiliarity`` float32 (N,).
    description
        What the classifier's file says.
    name
        Heading of the page.
    runtime
    """
    about = describe_page(description, len(model), len(runtime.files[WASM]))
    contents = {
        PAGE: render(_ROOM, "index.html.j2", name=name, about=about, version=__version__).encode(errors="replace"),
        STYLE: render(_ROOM, "style.css.j2").encode(),
        SCRIPT: (Path(__file__).parent / "templates" / SCRIPT).read_bytes(),
        MODEL: model,
        LICENCE_FILE: LICENCE.encode(),
        **runtime.files,
    }
    for file, content in contents.items():
        (folder / file).write_bytes(content)


def check_free(folder: Path) -> None:
    """Raise `UsageError` unless a folder can be written there without loss."""
    if not folder.name:
        raise UsageError(f"{folder} cannot be the folder of a page; name one that does not exist yet.")
    if is_there(folder) and not (is_folder(folder) and not any(folder.iterdir())):
        raise UsageError(f"{folder} already exists; name a folder that does not exist yet.")
    check_folder(folder)


def describe_page(description: Description, model_bytes: int, wasm_bytes: int) -> dict[str, Any]:
    """Return what the page has to know, as JSON values."""
    return {
        "classes": list(description.classes),
        "covers": max(description.preprocess.covers),
        "calibrated": bool(description.calibration.examples),
        "unfamiliar": description.unfamiliarity is not None,
        "test": _tested(description.provenance.get("measured")),
        "files": {"model": {"name": MODEL, "bytes": model_bytes}, "wasm": {"name": WASM, "bytes": wasm_bytes}},
    }


def _tested(measured: Any) -> dict[str, Any] | None:
    """Return the accuracy on test pictures; ``None`` if the file, which anybody may have written, states none."""
    test = measured.get("test") if isinstance(measured, dict) else None
    accuracy, examples = (test.get(name) if isinstance(test, dict) else None for name in ("accuracy", "examples"))
    if not (isinstance(accuracy, float) and 0 <= accuracy <= 1 and isinstance(examples, int) and examples > 0):
        return None
    return {
        "accuracy": accuracy,
        "examples": examples,
        "interval": list(wilson_interval(round(accuracy * examples), examples)),
    }
