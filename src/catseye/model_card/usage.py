"""How a classifier is used, exported or not: lines to copy."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from catseye.model_card.parts import Code

if TYPE_CHECKING:
    from catseye.model_card.model_card import ModelCard

_PICTURE = "PICTURE.jpg"  # stands for one of the reader's
_PICTURE_TO_ARRAY = (
    f"picture = ImageOps.exif_transpose(Image.open({_PICTURE!r})).convert('RGB')",
    "pixels = np.asarray(picture)[None]  # uint8 (1, H, W, 3), of any size",
)


def explain_use(card: ModelCard) -> tuple[Code, ...]:
    """Return instructions for using the classifier with Catseye and in each format of ``catseye export``."""
    path = card.path
    python = (
        "import catseye",
        f"classifier = catseye.Classifier.load({path!r})",
        f"print(catseye.predict(classifier, {_PICTURE!r}))",
    )
    return (
        Code("On the command line (pip install catseye)", "sh", (shlex.join(["catseye", "predict", path, _PICTURE]),)),
        Code("In Python", "python", python),
        Code("As ONNX, with preprocessing and calibration in the file", "sh", (_export(path, "onnx", "model.onnx"),)),
        Code("The same in Python, without Catseye", "python", _onnx()),
        Code("As OpenVINO IR", "sh", (_export(path, "openvino", "model.xml"),)),
        Code("The same in Python, without Catseye", "python", _openvino()),
        Code(
            "In a browser: a folder for any static host, whose page classifies pictures without sending them anywhere",
            "sh",
            (_export(path, "web", "page"), "python -m http.server --directory page"),
        ),
        Code(
            "As a server",
            "sh",
            (
                shlex.join(["catseye", "serve", path, "--port", "8000"]),
                f"curl --data-binary @{_PICTURE} http://127.0.0.1:8000/predict",
            ),
        ),
    )


def _export(path: str, form: str, output: str) -> str:
    return shlex.join(["catseye", "export", path, "--to", form, "-o", output])


def _onnx() -> tuple[str, ...]:
    return (
        "import json, numpy as np, onnxruntime",
        "from PIL import Image, ImageOps",
        'session = onnxruntime.InferenceSession("model.onnx")',
        'classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])',
        *_PICTURE_TO_ARRAY,
        '(probabilities,) = session.run(["probabilities"], {"picture": pixels})',
        "print(classes[probabilities[0].argmax()], probabilities[0].max())",
    )


def _openvino() -> tuple[str, ...]:
    return (
        "import numpy as np, openvino",
        "from PIL import Image, ImageOps",
        'model = openvino.compile_model("model.xml", "CPU")',
        *_PICTURE_TO_ARRAY,
        'probabilities = model({"picture": pixels})["probabilities"]',
        "print(probabilities[0].argmax(), probabilities[0].max())",
    )
