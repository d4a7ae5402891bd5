"""Classifiers in the files of other frameworks: read with what the user states beside them, and written."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import TYPE_CHECKING, Any

import torch

from catseye.classifier.description import FORMAT, Description
from catseye.classifier.weights_alone import calibrated_weights, last_layer
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.networks.custom import make_module, make_network
from catseye.networks.definition.from_modules import define_modules
from catseye.networks.definition.plain_layers import Dense
from catseye.networks.endings import H5, KERAS, KERAS_WEIGHTS, ORDERED_ENDINGS, is_keras
from catseye.networks.keras.vgg_weights import read_keras_vgg
from catseye.networks.matching import load_matching_weights, load_named_weights
from catseye.networks.names import custom_title, is_backbone, is_custom
from catseye.networks.pretrained_weights import keras_preprocess_of, preprocess_of
from catseye.networks.registry import backbone, build, definition
from catseye.networks.weights import load_weights, read_weights
from catseye.short_repr import counted
from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from catseye.classifier.stated import Stated
    from catseye.networks.custom import CustomNetwork
    from catseye.networks.keras.reading import KerasNetwork

log = logging.getLogger("catseye")

_CALIBRATED = "calibrated_on"  # predictions that the temperature was fitted on, which is in the weights
_EXTRA = ("crop_share", "interpolation", "value_range")  # of a preprocess, which a Keras model has no layers for


def read_other(path: Path, stated: Stated) -> tuple[nn.Module, Description]:
    """Return the network in another framework's file, and what describes it.

    Parameters
    ----------
    path
        A ``.keras`` file, which says itself what it is; ``.weights.h5``, a PyTorch state dict or ``.safetensors``,
        which are weights alone and need a network and, if that is a text, the shape of the pictures.
    stated

    Raises
    ------
    UsageError
        Something is missing, or does not fit the file.
    CatseyeError
        The file cannot be read, or holds the weights of another network.
    """
    name = path.name.lower()
    if name.endswith(KERAS) or (name.endswith(H5) and _is_model(path)):
        return _keras(path, stated)
    if stated.network is None:
        raise UsageError(
            f"{path} holds weights alone: state the network in catseye convert or Classifier.load, e.g. network "
            "'conv 32, pool, flatten, dense 10' and shape 28x28x1, or the name of a backbone."
        )
    return _backbone(path, stated, stated.network) if is_backbone(stated.network) else _weights(path, stated)


def read_custom(path: Path, stated: Stated, custom: CustomNetwork) -> tuple[nn.Module, Description]:
    """Return a network that was written in Python with the weights in a file of PyTorch's, and what describes it.

    Parameters
    ----------
    path
        A state dict or ``.safetensors``, whose names are those of the module.
    stated
        The shape of the pictures and the classes are needed.
    custom
        The module, which is copied, or the function that makes it.

    Raises
    ------
    UsageError
        Something is missing, the module does not fit it, or the file is Keras's.
    CatseyeError
        The file cannot be read, or holds the weights of another network.
    """
    if path.name.lower().endswith((KERAS, *H5)):
        raise UsageError(f"{path} is a file of Keras: state its network as a text, or not at all; not as a module.")
    tensors = read_weights(path)
    if stated.shape is None or stated.classes is None:
        what = "the shape of the pictures" if stated.shape is None else "the classes"
        example = "shape 28x28x1" if stated.shape is None else "classes 10, or their names"
        raise UsageError(f"{path} holds weights alone: state {what} as well, e.g. {example}.")
    height, width, channels = stated.shape
    preprocess = Preprocess(height, width, channels, *stated.normalisation(channels))
    module = make_module(custom, stated.shape, len(stated.classes))
    if define_modules(module, stated.shape, len(stated.classes)):
        load_matching_weights(path, module)  # whose layers run in their order, whatever names they have in the file
    else:
        load_named_weights(path, module, tensors)
    _tell_assumed(path, stated)
    made = make_network(module, stated.shape, len(stated.classes))
    return made.module, _describe(path, made.name, preprocess.to_json(), list(stated.classes), None)


def write_other(path: Path, network: nn.Module, description: Description) -> None:
    """Write a classifier in the form that the ending of ``path`` names, completely or not at all.

    ``.keras`` is a model from pictures to calibrated probabilities. The others hold the weights alone, those of the
    last layer divided by the temperature where one layer makes the logits; a note says what they leave out.

    Raises
    ------
    UsageError
        The network has no such form.
    CatseyeError
        The file cannot be written.
    """
    name, preprocess = path.name.lower(), description.preprocess
    # Of a network written in Python it is not known which layer makes the logits, nor how often it runs.
    temperature = 1.0 if is_custom(description.network_name) else description.calibration.temperature
    if name.endswith(ORDERED_ENDINGS):
        content = BytesIO()
        torch.save(calibrated_weights(network, temperature), content)
        write_atomically(path, content.getvalue())
        _tell_left_out(path, network, description)
        return
    if is_custom(description.network_name):
        raise UsageError(
            f"{custom_title(description.network_name)} was written in Python and no text says the same, so that Keras "
            f"has no such model; save it as {' or '.join(ORDERED_ENDINGS)} or .safetensors."
        )
    from catseye.networks.keras.writing import keras_model_bytes, keras_weights_bytes

    if name.endswith(KERAS_WEIGHTS):
        write_atomically(path, keras_weights_bytes(network, preprocess.shape, temperature))
        _tell_left_out(path, network, description)
        return
    fields = preprocess.to_json()
    extra = {
        "format": FORMAT,
        "classes": list(description.classes),
        "preprocess": {key: fields[key] for key in _EXTRA if key in fields},
        "provenance": description.provenance,
        _CALIBRATED: description.calibration.examples,
    }
    write_atomically(
        path, keras_model_bytes(network, preprocess.shape, preprocess.mean, preprocess.std, temperature, extra)
    )


def _tell_left_out(path: Path, network: nn.Module, description: Description) -> None:
    """Say what a file of weights alone does not hold."""
    holds = not is_custom(description.network_name) and last_layer(network) is not None
    missing = "the network, the names of classes and the normalisation"
    if description.calibration.temperature != 1 and not holds:
        missing = "the network, the names of classes, the normalisation and the temperature"
    log.warning(f"{path} holds weights alone, without {missing}.", extra={"note": True})


def _is_model(path: Path) -> bool:
    from catseye.networks.keras.reading import holds_keras_model

    return holds_keras_model(path)


def _keras(path: Path, stated: Stated) -> tuple[nn.Module, Description]:
    from catseye.networks.keras.reading import read_keras_network

    if stated.network is not None:
        raise UsageError(f"{path} says itself which network it is; leave out network.")
    found = read_keras_network(path, stated.shape)
    made = found.translation
    channels = made.shape[2]
    is_ours = found.extra.get("format") == FORMAT
    says_values = stated.mean is not None or stated.std is not None
    if made.rescales and not says_values:
        means, deviations = (0.0,) * channels, (1 / 255,) * channels  # the model itself starts from 0 to 255
    else:
        means, deviations = stated.normalisation(channels)
    rows = list(zip(means, deviations, made.scale.tolist(), made.offset.tolist(), strict=True))
    fields = {
        "mean": [mean - offset * std / scale for mean, std, scale, offset in rows],
        "std": [std / scale for _, std, scale, _ in rows],
        **dict(zip(("height", "width", "channels"), made.shape, strict=True)),
    }
    extra = found.extra if is_ours else {}
    inside = extra.get("preprocess")
    fields |= {key: value for key, value in (inside if isinstance(inside, dict) else {}).items() if key in _EXTRA}
    names = extra.get("classes") if stated.classes is None and is_ours else list(stated.class_names(made.classes))
    described = _describe(path, str(made.definition), fields, names, extra.get("provenance"), extra.get(_CALIBRATED, 0))
    if len(described.classes) != made.classes:
        raise CatseyeError(
            f"{path} names {counted(len(described.classes), 'class', 'classes')}; its network has {made.classes}."
        )
    if not is_ours:
        _tell(path, found, stated, says_values)
    return found.network, described


def _weights(path: Path, stated: Stated) -> tuple[nn.Module, Description]:
    assert stated.network
    if stated.shape is None:
        raise UsageError(f"{path} holds weights alone: state the shape of the pictures as well, e.g. shape='28x28x1'.")
    last = definition(stated.network).layers.parts[-1]
    if stated.classes is None and not isinstance(last, Dense):
        raise UsageError(
            f"{path} holds weights alone: state the classes as well, e.g. classes='10' or classes='cat,dog'."
        )
    count = len(stated.classes) if stated.classes else last.units if isinstance(last, Dense) else 0
    height, width, channels = stated.shape
    mean, std = stated.normalisation(channels)
    preprocess = Preprocess(height, width, channels, mean, std)
    with torch.device("meta"):
        network = build(stated.network, stated.shape, count)
    if path.name.lower().endswith(H5):
        from catseye.networks.keras.reading import read_keras_weights

        read_keras_weights(path, network, stated.shape)
    else:
        load_matching_weights(path, network)
    _tell_assumed(path, stated)
    return network, _describe(path, stated.network, preprocess.to_json(), list(stated.class_names(count)), None)


def _backbone(path: Path, stated: Stated, name: str) -> tuple[nn.Module, Description]:
    own = preprocess_of(name)
    if stated.shape not in (None, own.shape):
        raise UsageError(f"{name} takes pictures of {'×'.join(map(str, own.shape))}; leave out shape.")
    if is_keras(path):
        network, own = read_keras_vgg(name, path), keras_preprocess_of(name)
        if not network.head.out_features:
            raise CatseyeError(
                f"{path} holds {name} without its dense layers, and so no classifier; catseye maps {name} PICTURE "
                f"--weights {path.name} shows its maps."
            )
    else:
        network = load_weights(lambda classes: backbone(name, own.shape, classes), read_weights(path), path)
    if stated.mean is not None or stated.std is not None:
        own = own.normalised(*stated.normalisation(3))
    return network, _describe(path, name, own.to_json(), list(stated.class_names(network.head.out_features)), None)


def _describe(
    path: Path, network: str, preprocess: dict[str, Any], classes: Any, provenance: Any, calibrated_on: Any = 0
) -> Description:
    """Return the description, every value of which is checked as in a classifier's own file."""
    try:
        return Description.from_json(
            {
                "network": {"name": network},
                "preprocess": preprocess,
                "classes": classes,
                "calibration": Calibration(examples=calibrated_on).to_json(),
                "provenance": provenance or {"weights": {"origin": path.name}},
            },
            {},
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UsageError(f"{path} does not describe a classifier: {str(error).rstrip('.')}.") from error


def _tell_assumed(path: Path, stated: Stated) -> None:
    """Say which normalisation is assumed, as predictions are wrong with another than in training."""
    if stated.mean is None and stated.std is None:
        log.warning(
            f"{path.name}: it does not say which values it takes: 0–1 is assumed (mean 0, std 1); state mean and std "
            "if others were used in training.",
            extra={"note": True},
        )


def _tell(path: Path, found: KerasNetwork, stated: Stated, says_values: bool) -> None:
    made = found.translation
    notes = []
    if not made.rescales and not says_values:
        notes.append(
            "it does not say which values it takes, so they are scaled to 0–1; for 0–255, convert it with --std 1/255"
        )
    if stated.classes is None:
        numbers = "0 and 1" if made.classes == 2 else f"0 to {made.classes - 1}"
        notes.append(f"its classes have no names and are called {numbers}; state them with classes")
    if made.left_out:
        notes.append(f"layers that act in training only were left out: {', '.join(made.left_out)}")
    if any(variables.head == "sigmoid" for variables in made.variables):
        notes.append("its one sigmoid unit became two classes with the same probabilities")
    for note in (*notes, *made.notes):
        log.warning(f"{path.name}: {note}.", extra={"note": True})
