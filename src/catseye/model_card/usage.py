"""How to use a classifier, exported or not: code snippets."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from catseye.model_card.parts import Code
from catseye.model_card.provenance import to_line
from catseye.networks.lessons import NAMED_TEXTS
from catseye.networks.names import custom_title, is_backbone, is_custom

if TYPE_CHECKING:
    from catseye.images.preprocess import Preprocess
    from catseye.model_card.model_card import ModelCard

_PICTURE = "PICTURE.jpg"  # placeholder for the reader's own
_OPEN = f"picture = ImageOps.exif_transpose(Image.open({_PICTURE!r})).convert('RGB')"
_PRINT = "print(classes[probabilities.argmax()], float(probabilities.max()))"
_WITHOUT = "The same file in Python, without Catseye"
_ONNX = (
    "import json, numpy as np, onnxruntime",
    "from PIL import Image, ImageOps",
    'session = onnxruntime.InferenceSession("model.onnx")',
    'classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])',
    _OPEN,
    'probabilities = session.run(["probabilities"], {"picture": np.asarray(picture)[None]})[0][0]',
    _PRINT,
)
_OPENVINO = (
    "import json, numpy as np, openvino",
    "from PIL import Image, ImageOps",
    "core = openvino.Core()",
    'model = core.read_model("model.xml")',
    'classes = json.loads(model.get_rt_info(["classes"]).value)',
    "# In single precision: a processor with AMX would compute in bfloat16, resizing included.",
    'compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})',
    _OPEN,
    'probabilities = compiled({"picture": np.asarray(picture)[None]})["probabilities"][0]',
    _PRINT,
)
_TORCH = (
    "import json, numpy as np, torch",
    "from PIL import Image, ImageOps",
    'about = {"classes": ""}',
    'program = torch.export.load("model.pt2", extra_files=about).module()',
    'classes = json.loads(about["classes"])',
    _OPEN,
    "with torch.inference_mode():",
    "    probabilities = program(torch.from_numpy(np.array(picture)[None]))[0][0]",
    _PRINT,
)
_STATE_DICT = (
    "import load_model",
    "from PIL import Image, ImageOps",
    "network, classes = load_model.load({given})",
    _OPEN,
    "probabilities = load_model.classify(network, load_model.crop_and_resize(picture))[0]",
    _PRINT,
)
_KERAS = (
    "import json, keras, numpy as np, zipfile",
    "from PIL import Image, ImageOps",
    'model = keras.saving.load_model("model.keras")',
    'classes = json.loads(zipfile.ZipFile("model.keras").read("metadata.json"))["catseye"]["classes"]',
    _OPEN,
    'picture = ImageOps.fit(picture.convert("{mode}"), ({width}, {height}), Image.Resampling.{filter}, {bleed:g})',
    'pixels = np.asarray(picture, "float32").reshape(1, {height}, {width}, {channels})',
    "probabilities = keras.ops.convert_to_numpy(model(pixels))[0]",
    _PRINT,
)
_DATA = "DATA"  # placeholder for the reader's own
_INT8 = (
    "As ONNX, quantised to 8 bits (smaller, often faster). DATA stands for a data set or a folder of labelled pictures "
    'like those that it will see; the cost of quantisation on them is recorded in the file\'s metadata as "quantised"'
)
_HOST = "python -m http.server --directory page"
_WEB = "In a browser: a folder for any static host, with a page that classifies pictures without uploading them"


def explain_use(card: ModelCard) -> tuple[Code, ...]:
    """Return instructions for using the classifier with Catseye and in each format of ``catseye export``.

    A network that was written in Python is known only to the program that defines it, so it is used in Python.
    """
    own = is_custom(card.description.network_name)
    export = _export_call if own else _export_command
    return (
        *(_explain_custom_network(card) if own else _explain_catseye(card.path)),
        Code("As ONNX, with preprocessing and calibration in the file", *export(card.path, "onnx", "model.onnx")),
        Code(_WITHOUT, "python", _ONNX),
        Code(_INT8, *export(card.path, "onnx", "model.int8.onnx", quantise="int8", calibrate=_DATA)),
        Code("As OpenVINO IR", *export(card.path, "openvino", "model.xml")),
        Code(_WITHOUT, "python", _OPENVINO),
        Code("As a PyTorch program", *export(card.path, "torch", "model.pt2")),
        Code(_WITHOUT, "python", _TORCH),
        Code(*_explain_state_dict(card, own=own)),
        *(
            _explain_keras(card.path, card.description.preprocess)
            if _has_keras_form(card.description.network_name)
            else ()
        ),
        Code(_WEB, *export(card.path, "web", "page")),
        Code("The page on this machine, at http://localhost:8000", "sh", (_HOST,)),
        *(() if own else (_explain_server(card.path),)),
    )


def _explain_catseye(path: str) -> tuple[Code, ...]:
    python = (
        "import catseye",
        f"classifier = catseye.Classifier.load({path!r})",
        f"print(catseye.predict(classifier, {_PICTURE!r}))",
    )
    return (
        Code("On the command line (pip install catseye)", "sh", (shlex.join(["catseye", "predict", path, _PICTURE]),)),
        Code("In Python", "python", python),
    )


def _explain_custom_network(card: ModelCard) -> tuple[Code, ...]:
    name = to_line(custom_title(card.description.network_name))
    lines = (
        "import catseye",
        f"classifier = catseye.Classifier.load({card.path!r}, network)  # your {name}",
        f"print(catseye.predict(classifier, {_PICTURE!r}))",
    )
    return (Code(f'In Python, in the program that defines {name} (pip install "catseye[train]")', "python", lines),)


def _explain_state_dict(card: ModelCard, *, own: bool) -> tuple[str, str, tuple[str, ...]]:
    about = "Its weights as a state dict, in the files beside it"
    if own:
        about += f", in the program that defines {to_line(custom_title(card.description.network_name))}"
    return about, "python", tuple(line.format(given="network" if own else "") for line in _STATE_DICT)


def _has_keras_form(name: str) -> bool:
    """Say whether a network is a text without branches."""
    return not (is_custom(name) or is_backbone(name)) and not set("+|") & set(NAMED_TEXTS.get(name, name))


def _explain_keras(path: str, preprocess: Preprocess) -> tuple[Code, Code]:
    values = {
        "mode": "L" if preprocess.channels == 1 else "RGB",
        "width": preprocess.width,
        "height": preprocess.height,
        "channels": preprocess.channels,
        "filter": preprocess.interpolation.upper(),
        "bleed": (1 - preprocess.crop_share) / 2,
    }
    lines = tuple(line.format(**values) for line in _KERAS)
    return (
        Code('For Keras 3 (pip install "catseye[keras]")', *_export_command(path, "keras", "model.keras")),
        Code(_WITHOUT, "python", lines),
    )


def _export_command(path: str, form: str, output: str, **options: str) -> tuple[str, tuple[str, ...]]:
    more = [word for name, value in options.items() for word in (f"--{name}", value)]
    return "sh", (shlex.join(["catseye", "export", path, "--to", form, "-o", output, *more]),)


def _export_call(_: str, form: str, output: str, **options: str) -> tuple[str, tuple[str, ...]]:
    more = "".join(f", {name}={value!r}" for name, value in options.items())
    return "python", (f"catseye.export(classifier, {form!r}, {output!r}{more})",)


def _explain_server(path: str) -> Code:
    lines = (
        shlex.join(["catseye", "serve", path, "--port", "8000"]),
        f"curl --data-binary @{_PICTURE} http://127.0.0.1:8000/predict  # in another terminal",
    )
    return Code('As a server (pip install "catseye[serve]")', "sh", lines)
