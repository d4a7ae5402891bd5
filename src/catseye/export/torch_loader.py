"""A network's weights as a plain state dict, with a short program beside it that loads them."""

from __future__ import annotations

import copy
from types import ModuleType
from typing import TYPE_CHECKING, Any

from catseye._version import __version__
from catseye.export.metadata import CATSEYE, CLASSES, describe_export
from catseye.export.picture_graph import TENSOR
from catseye.networks.names import custom_title, is_custom

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.classifier.description import Description

_ABOUT = "description"  # entry in the weights file; not the one by which Catseye recognises its own files
_INDENT = "    "
_PROGRAM = '''"""{about}"""

import json
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from torch import nn
from torch.nn.functional import interpolate
{more_imports}

def load({given}path=Path(__file__).with_name({weights})):
    """Return the network, from normalised pictures (N, {channels}, {height}, {width}) to logits, and the classes."""
{make}    with safe_open(path, "pt") as file:
        network.load_state_dict({{name: file.get_tensor(name) for name in file.keys()}})
        return network.eval(), json.loads(file.metadata()["{classes}"])


def classify(network, pixels):
    """Return the probabilities (N, {count}) of pixels 0 to 255, cropped and resized."""
    mean, std = torch.tensor({mean}).view(1, -1, 1, 1), torch.tensor({std}).view(1, -1, 1, 1)
    with torch.inference_mode():
        return (network((pixels / 255 - mean) / std) / {temperature}).softmax(1)


def crop_and_resize(picture):
    """Return an upright Pillow picture, of any size, as pixels uint8 (1, {channels}, {height}, {width})."""
    values = torch.from_numpy(np.array(picture.convert("{mode}"))).reshape(picture.height, picture.width, {channels})
    if values.shape[:2] != ({height}, {width}):
        largest = Fraction({numerator}, {denominator}) * min(picture.height * {width}, picture.width * {height})
        rows = min(picture.height, max(1, round(largest / {width})))
        columns = min(picture.width, max(1, round(largest / {height})))
        top, left = (picture.height - rows) // 2, (picture.width - columns) // 2
        values = values[top : top + rows, left : left + columns]
    return interpolate(values.permute(2, 0, 1)[None], ({height}, {width}), mode="{interpolation}", antialias=True)
'''


def weights_name(stem: str) -> str:
    """Return the name of the weights file of an exported program called ``stem``."""
    return f"{stem}.weights.safetensors"


def loader_name(stem: str) -> str:
    """Return the name of the loader, which is never that of a module that it imports."""
    return f"load_{stem}.py"


def write_state_dict(network: nn.Module, description: Description, path: Path) -> None:
    """Write a network's parameters and buffers by name as safetensors, with the classes in the metadata."""
    from safetensors.torch import save

    from catseye.networks.weights import separate

    about = describe_export(description, TENSOR)
    content = save(separate(network.state_dict()), {CLASSES: about[CLASSES], _ABOUT: about[CATSEYE]})
    path.write_bytes(content)  # safetensors would report a full disk in its own words


def write_loader(network: nn.Module, description: Description, path: Path, weights: str) -> None:
    """Write the program that builds the network and loads ``weights``, the name of a file in the same folder.

    A network that is a sequence of PyTorch's own layers is defined in the program; one that was written in Python is
    passed in by the caller; any other is built by Catseye.
    """
    own = description.preprocess
    text = _PROGRAM.format(
        **_make_network(network, description),
        weights=ascii(weights),
        classes=CLASSES,
        count=len(description.classes),
        height=own.height,
        width=own.width,
        channels=own.channels,
        mean=list(own.mean),
        std=list(own.std),
        temperature=float(description.calibration.temperature),
        mode="L" if own.channels == 1 else "RGB",
        numerator=own.share.numerator,
        denominator=own.share.denominator,
        interpolation=own.interpolation,
    )
    path.write_text(text, "utf-8")


def _make_network(network: nn.Module, description: Description) -> dict[str, str]:
    """Return the parts of the program that depend on how the network is built."""
    from catseye.export.module_source import NoSourceError, write_source

    name = description.network_name
    if is_custom(name):
        about = f"Loads the weights into your own network, which was written in Python as {custom_title(name)}."
        return {"about": about, "more_imports": "", "given": "network, ", "make": ""}
    try:
        source = write_source(network, _INDENT)
    except NoSourceError:
        about = f"Loads the weights into a network built by Catseye {__version__}: pip install 'catseye[train]'."
        arguments = [name, description.preprocess.shape, len(description.classes)]
        options = [f"{key}={value!r}" for key, value in description.network_options.items()]
        source = f"build({', '.join([*map(ascii, arguments), *options])})"
        imports = "\nfrom catseye.networks.registry import build\n"
    else:
        about, imports = "Loads the weights into a network of PyTorch's own layers.", ""
    return {"about": about, "more_imports": imports, "given": "", "make": f"{_INDENT}network = {source}\n"}


class LoaderRun:
    """A state dict, loaded by the loader beside it."""

    def __init__(self, classifier: Classifier, program: Path, network: nn.Module) -> None:
        import torch

        self._module: Any = ModuleType(program.stem)
        self._module.__file__ = str(program)
        # Not imported, because Python would write bytecode beside it.
        exec(compile(program.read_bytes(), program, "exec"), vars(self._module))
        # A copy, because loading overwrites its weights.
        given = (copy.deepcopy(network),) if is_custom(classifier.network_name) else ()
        self._network, self._classes = self._module.load(*given)
        self.runtime = f"torch {torch.__version__}, state dict"

    def __call__(self, picture: Pixels) -> tuple[Floats, None]:
        """Return probabilities (K,) for a picture uint8 (H, W, 3)."""
        from catseye.images.preprocess import to_image

        pixels = self._module.crop_and_resize(to_image(picture))
        return self._module.classify(self._network, pixels)[0].numpy(), None
