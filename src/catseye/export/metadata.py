"""What an exported file says about itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from catseye._version import __version__
from catseye.export.picture_graph import PICTURE, PIXELS, PROBABILITIES, UNFAMILIARITY

if TYPE_CHECKING:
    from catseye.classifier.description import Description

CLASSES, CATSEYE, CHECKED, QUANTISED = "classes", "catseye", "checked", "quantised"  # names of the entries


def describe_export(description: Description, kind: str) -> dict[str, str]:
    """Return the entries by name, each a JSON document: the classes, and all that is known about the classifier.

    ``kind`` is what the file takes, ``"picture"`` or ``"tensor"``.
    """
    about = {
        **description.to_json(),
        "version": __version__,
        "input": _describe_input(description, kind),
        "outputs": _describe_outputs(description),
    }
    return {
        CLASSES: json.dumps(list(description.classes), ensure_ascii=False),
        CATSEYE: json.dumps(about, ensure_ascii=False, sort_keys=True),
    }


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
