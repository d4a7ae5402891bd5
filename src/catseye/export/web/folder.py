"""The files of a classifier's web page: page, model, runtime."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye._version import __version__
from catseye.drawing.page import render
from catseye.errors import UsageError
from catseye.evaluation.intervals import wilson_interval
from catseye.export.web.licence import LICENCE
from catseye.export.web.runtime import FILES, WASM
from catseye.system.files import is_folder
from catseye.system.staged_folder import check_free

if TYPE_CHECKING:
    from catseye.classifier.description import Description
    from catseye.export.web.runtime import WebRuntime

MODEL, PAGE, SCRIPT, STYLE = "model.onnx", "index.html", "page.js", "style.css"
LICENCE_FILE = "LICENSE-onnxruntime-web.txt"
PAGE_FILES = (PAGE, STYLE, SCRIPT, MODEL, LICENCE_FILE, *FILES)
_ROOM = "catseye.export.web"


def check_page_folder(folder: Path, *, force: bool) -> None:
    """Raise `UsageError` unless a page can be written there: a folder with other files is never replaced."""
    if not force and is_folder(folder):
        held = {each.name for each in folder.iterdir()}
        if held and held <= set(PAGE_FILES):
            raise UsageError(f"{folder} already holds a page; choose another name or use force=True.")
    check_free(folder, PAGE_FILES if force else ())


def write_page_files(folder: Path, model: bytes, description: Description, name: str, runtime: WebRuntime) -> None:
    """Write page, model and runtime into an empty folder.

    Parameters
    ----------
    folder
    model
        An ONNX model: from ``picture`` uint8 (N, H, W, 3) to ``probabilities`` float32 (N, K) and, if known,
        ``unfamiliarity`` float32 (N,).
    description
        The classifier's description.
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


def describe_page(description: Description, model_bytes: int, wasm_bytes: int) -> dict[str, Any]:
    """Return what the page needs to know, as JSON values."""
    return {
        "classes": list(description.classes),
        "decoded_side": description.preprocess.decoded_side,
        "calibrated": bool(description.calibration.examples),
        "unfamiliar": description.unfamiliarity is not None,
        "test": _read_test_accuracy(description.provenance.get("measured")),
        "files": {"model": {"name": MODEL, "bytes": model_bytes}, "wasm": {"name": WASM, "bytes": wasm_bytes}},
    }


def _read_test_accuracy(measured: Any) -> dict[str, Any] | None:
    """Return the accuracy on test pictures; ``None`` if the file, which is untrusted, states none."""
    test = measured.get("test") if isinstance(measured, dict) else None
    accuracy, examples = (test.get(name) if isinstance(test, dict) else None for name in ("accuracy", "examples"))
    if not (isinstance(accuracy, float) and 0 <= accuracy <= 1 and isinstance(examples, int) and examples > 0):
        return None
    return {
        "accuracy": accuracy,
        "examples": examples,
        "interval": list(wilson_interval(round(accuracy * examples), examples)),
    }
