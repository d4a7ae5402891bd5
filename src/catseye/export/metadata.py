"""The metadata in an exported file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from catseye._version import __version__
from catseye.export.picture_graph import PICTURE, PIXELS, PROBABILITIES, UNFAMILIARITY

if TYPE_CHECKING:
    from catseye.classifier.description import Description

CLASSES, CATSEYE, CHECKED, QUANTISED = "classes", "catseye", "checked", "quantised"  # names of the entries
# Only Catseye can use these: hashes of training pictures, and parameters of the unfamiliarity, which are in the graph.
_INTERNAL = {"data": {"sketch"}, "unfamiliarity": {"scales", "total"}}


def describe_export(description: Description, kind: str) -> dict[str, str]:
    """Return the entries by name, each a JSON document: the classes, and the public part of the description.

    ``kind`` is the input of the file, ``"picture"`` or ``"tensor"``.
    """
    about = {
        **_leave_out_internals(description.to_json()),
        "version": __version__,
        "input": _describe_input(description, kind),
        "outputs": _describe_outputs(description),
    }
    return {
        CLASSES: json.dumps(list(description.classes), ensure_ascii=False),
        CATSEYE: json.dumps(about, ensure_ascii=False, sort_keys=True),
    }


def _leave_out_internals(values: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Return JSON values without internal ones, and without empty strings, lists and objects."""
    internal = _INTERNAL.get(path, ())
    kept = {
        name: _leave_out_internals(each, name) if isinstance(each, dict) else each
        for name, each in values.items()
        if name not in internal
    }
    return {name: each for name, each in kept.items() if each not in ("", [], {})}


def _describe_input(description: Description, kind: str) -> dict[str, Any]:
    if kind == PICTURE:
        content = "pictures in RGB, upright, of any size; crop, resizing and normalisation are in the file"
        return {"name": PICTURE, "type": "uint8", "shape": ["N", "H", "W", 3], "content": content}
    own = description.preprocess
    content = (
        "pictures that were cropped, resized to this size and normalised, as preprocess says: (x / 255 - mean) / std"
    )
    return {
        "name": PIXELS,
        "type": "float32",
        "shape": ["N", own.channels, own.height, own.width],
        "content": content,
    }


def _describe_outputs(description: Description) -> dict[str, str]:
    found = {PROBABILITIES: "float32 (N, K), in the order of classes, calibrated; each row sums to 1"}
    if description.unfamiliarity:
        found[UNFAMILIARITY] = "float32 (N,): above 1, a picture is unlike the training pictures"
    return found
