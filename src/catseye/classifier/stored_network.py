"""The network in the content of a classifier's file, which is built only when somebody asks for it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from catseye.classifier.lite_file import read_lite
from catseye.errors import CatseyeError
from catseye.inference.openvino_plugin import is_usable
from catseye.inference.with_torch import has_torch, require_torch
from catseye.networks.backbones.lite_plan import HEAD
from catseye.system.forks import new_lock
from catseye.system.home import home_folder

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    from torch import nn

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.description import Description
    from catseye.inference.compiled_network import CompiledNetwork
    from catseye.inference.kept_engines import Bytes

    Arrays = dict[str, npt.NDArray[Any]]

_lock = new_lock()


class LogitsAndMaps(NamedTuple):
    """A network's logits for a picture, and what they come from.

    Attributes
    ----------
    logits : float32 (K,)
    maps : float32 (C, h, w)
        Those whose means the dense layer takes.
    weight : float32 (K, C)
        Of the dense layer.
    """

    logits: Floats
    maps: Floats
    weight: Floats


class StoredNetwork:
    """What a classifier's file holds: compiled for predictions, and as a module for all that looks into it.

    Building the module loads PyTorch, which takes several times as long as a prediction.

    Parameters
    ----------
    content
        Of the file.
    path
        Its name in errors.
    description
        What its header says.
    """

    def __init__(self, content: bytes, path: Path, description: Description) -> None:
        self._content, self._path, self._description = content, path, description
        self._digest = hashlib.sha256(content).hexdigest()
        self._network: nn.Module | None = None
        self._engine: Bytes | None = None
        self._lite: Arrays | None = None
        self._compiled: CompiledNetwork | None = None
        self._is_given = self._is_untranslatable = False

    @classmethod
    def read(cls, path: Path, description: Description) -> Self:
        """Return the network in a file, which is checked unless its content was checked, compiled and kept before.

        Raises
        ------
        CatseyeError
            The file is truncated, or its parts do not match each other.
        """
        stored = cls(path.read_bytes(), path, description)
        with _lock:
            if stored._read_engine() is None and stored._read_lite() is None:
                if has_torch():
                    stored._build()
                else:
                    stored._compiled = stored._compile_alone()
        return stored

    def content_for(self, description: Description) -> bytes | None:
        """Return the content of a file with this network and description, or ``None`` if it has to be composed."""
        return self._content if self._content and description == self._description else None

    def give(self) -> nn.Module:
        """Return the network. Its owner may change it, so that from now on it is what computes."""
        with _lock:
            self._is_given = True
            return self._build()

    def compile(self) -> CompiledNetwork | None:
        """Return what computes the network's logits, or ``None`` where only PyTorch can."""
        with _lock:
            if self._is_given or self._is_untranslatable or not is_usable():
                return None
            self._compiled = self._compiled or self._import_engine() or self._compile()
            return self._compiled

    def logits_and_maps(self, picture: Pixels) -> LogitsAndMaps | None:
        """Return an EfficientNet-Lite's logits and last maps for a picture uint8 (3, H, W).

        Returns ``None`` for every other network, and once the module has been built: then PyTorch computes them.
        """
        with _lock:
            weights = None if self._is_given else self._read_lite()
            if weights is None:
                return None
            from catseye.inference.lite_maps import compute_lite_maps

            name, preprocess = self._description.network_name, self._description.preprocess
            computed = compute_lite_maps(name, weights, preprocess, picture, home_folder(None), self._digest)
            return LogitsAndMaps(*computed, weights[f"{HEAD}.weight"])

    def lite_weights(self) -> Arrays | None:
        """Return the weights of an EfficientNet-Lite by name; ``None`` for another network, and once it was given."""
        with _lock:
            return None if self._is_given else self._read_lite()

    def module(self) -> nn.Module:
        """Return the network for somebody who does not change it."""
        with _lock:
            return self._build()

    def _build(self) -> nn.Module:
        if self._network is None:
            require_torch(self._path)
            import torch

            from catseye.classifier.file import read_network

            with torch.inference_mode(False):  # whoever asks first may be in it, and others want gradients
                self._network = read_network(self._content, self._path, self._description)
            self._content = b""
        return self._network

    def _read_engine(self) -> Bytes | None:
        if is_usable():
            from catseye.inference.compiled_network import read_engine

            self._engine = read_engine(home_folder(None), self._digest)
        return self._engine

    def _import_engine(self) -> CompiledNetwork | None:
        from catseye.inference.compiled_network import import_engine

        engine = self._read_engine() if self._engine is None else self._engine
        self._engine = None  # held by what is made of it
        return None if engine is None else import_engine(engine, len(self._description.classes))

    def _read_lite(self) -> Arrays | None:
        """Return the weights of an EfficientNet-Lite that can be compiled without PyTorch, if it is one."""
        if self._lite is None and self._content and is_usable():
            self._lite = read_lite(self._content, self._description)
        return self._lite

    def _compile(self) -> CompiledNetwork | None:
        from catseye.inference.compiled_network import compile_lite, compile_network

        preprocess, lite = self._description.preprocess, self._read_lite()
        if lite is not None:
            self._lite = None  # held by what is made of it
            name, features = self._description.network_name, self._description.unfamiliarity is not None
            return compile_lite(name, lite, preprocess, home_folder(None), self._digest, features=features)
        if not has_torch():
            return self._compile_alone()
        unfamiliarity, classes = self._description.unfamiliarity, len(self._description.classes)
        layer = unfamiliarity.layer if unfamiliarity else None
        try:
            return compile_network(self._build(), preprocess, classes, layer, home_folder(None), self._digest)
        except CatseyeError:  # a layer of timm's, say, that OpenVINO does not have
            self._is_untranslatable = True
            return None

    def _compile_alone(self) -> CompiledNetwork:
        """Return the network, compiled from the file alone: without PyTorch there is nothing else that computes."""
        from catseye.classifier.file_alone import read_arrays, require_known
        from catseye.inference.compiled_network import compile_stored

        require_known(self._path, self._description)
        unfamiliarity, arrays = self._description.unfamiliarity, read_arrays(self._content, self._path)
        try:
            return compile_stored(
                self._description.network_name,
                self._description.network_options,
                arrays,
                self._description.preprocess,
                len(self._description.classes),
                unfamiliarity.layer if unfamiliarity else None,
                home_folder(None),
                self._digest,
            )
        except CatseyeError as error:
            raise CatseyeError(f"{self._path} does not match its network: {str(error).rstrip('.')}.") from error


class NetworkField:
    """A classifier's ``network``: the module that it was made with, or that in its file, built when it is read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, classifier: object, owner: type) -> nn.Module:
        if classifier is None:
            raise AttributeError  # there is no default
        network: nn.Module | StoredNetwork = vars(classifier)[self._name]
        return network.give() if isinstance(network, StoredNetwork) else network

    def __set__(self, classifier: object, network: nn.Module | StoredNetwork) -> None:
        vars(classifier)[self._name] = network


def module_of(classifier: object) -> nn.Module:
    """Return a classifier's network for somebody who does not change it: what is compiled remains valid."""
    network: nn.Module | StoredNetwork = vars(classifier)["network"]
    return network.module() if isinstance(network, StoredNetwork) else network


def logits_and_maps(classifier: object, picture: Pixels) -> LogitsAndMaps | None:
    """Return the logits and last maps of a classifier's network for a picture, or ``None`` if only PyTorch can."""
    network = vars(classifier)["network"]
    return network.logits_and_maps(picture) if isinstance(network, StoredNetwork) else None


def lite_weights(classifier: object) -> Arrays | None:
    """Return the weights of a classifier's EfficientNet-Lite by name, or ``None`` if only its module has them."""
    network = vars(classifier)["network"]
    return network.lite_weights() if isinstance(network, StoredNetwork) else None


def compiled_network(classifier: object) -> CompiledNetwork | None:
    """Return what computes a classifier's logits in place of its module, or ``None`` where the module must."""
    network = vars(classifier)["network"]
    return network.compile() if isinstance(network, StoredNetwork) else None
