"""A network from 8-bit pictures to logits, compiled by OpenVINO: without PyTorch, once it is kept."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.errors import CatseyeError
from catseye.evaluation.calibration import softmax
from catseye.inference.fork_gate import gate
from catseye.inference.kept_engines import KeptEngines
from catseye.inference.openvino_plugin import compile_model, export_model, import_model, processor_name
from catseye.inference.openvino_requests import run_requests
from catseye.inference.outputs import Outputs
from catseye.networks.backbones.lite_plan import HEAD
from catseye.system.threads import map_ahead, usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    import numpy.typing as npt
    from torch import nn

    from catseye.arrays import Floats, Pixels
    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess
    from catseye.inference.kept_engines import Bytes

    Arrays = Mapping[str, npt.NDArray[Any]]

_FORMAT = 3  # raise it when a network is compiled to other results than before
_LARGEST_DIFFERENCE = 1e-4  # of a probability from PyTorch's
_FEW, _QUANTITY = "LATENCY", "THROUGHPUT"  # OpenVINO's names for what matters: one answer soon, or many in all
_MANY = 8  # requests from which on loading a second time, for many pictures, is worth it
_BATCH = 32  # pictures of a request, where a request may have any number of them


class CompiledNetwork:
    """Returns logits, and features beside them, in single precision; may be used by several threads at once.

    Parameters
    ----------
    load
        Returns OpenVINO's compiled model for ``"LATENCY"``, one picture as soon as possible, or ``"THROUGHPUT"``, many
        pictures in the least time. Its output is the logits and, behind them, the features if it computes these.
    classes
        How many of a picture's outputs are logits.
    """

    def __init__(self, load: Callable[[str], Any], classes: int) -> None:
        self._load, self._classes = load, classes
        self._models: dict[str, Any] = {}
        shape = self._model(_FEW).input(0).partial_shape
        self._batch = _BATCH if shape[0].is_dynamic else shape[0].get_length()
        gate.add(self)

    def compiled(self) -> list[Any]:
        """Return the models that are loaded."""
        return list(self._models.values())

    def release(self) -> None:
        """Let go of the models, until they are needed again."""
        self._models.clear()

    def logits(self, pictures: Pixels) -> Floats:
        """Return the logits float32 (B, K) of a batch uint8 (B, C, H, W)."""
        return self.outputs(pictures).logits

    def outputs(self, pictures: Pixels, *, alone: bool = False, busy: bool = False) -> Outputs:
        """Return the outputs for a batch uint8 (B, C, H, W).

        Parameters
        ----------
        pictures
        alone
            Compute each as if it were the only one.
        busy
            Other threads compute, too: take the least time in all, even if a single picture takes longer.
        """
        size = 1 if alone else self._batch
        starts = range(0, len(pictures), size)
        batches = (np.ascontiguousarray(pictures[start : start + size]) for start in starts)
        return self._run(batches, many=busy or len(starts) >= _MANY)

    def outputs_of(self, pictures: Pictures, preprocess: Preprocess) -> Outputs:
        """Return the outputs for all pictures, which are decoded while others are computed.

        Raises
        ------
        PictureError
            A picture vanished since it was listed.
        """
        many = len(pictures) >= _MANY * self._batch
        if self._batch == 1:
            decoded = map_ahead(lambda index: pictures.pixels(index, preprocess), range(len(pictures)))
            return self._run((pixels[None] for pixels in decoded), many=many)
        return self._run((batch for batch, _ in pictures.through(preprocess).batches(self._batch)), many=many)

    def _run(self, batches: Iterable[Pixels], *, many: bool) -> Outputs:
        parts: list[Floats] = []
        hint = _QUANTITY if many else _FEW
        run_requests(lambda: self._model(hint), batches, lambda _, outputs: parts.append(outputs.copy()))
        return Outputs.split(np.concatenate(parts), self._classes)

    def _model(self, hint: str) -> Any:
        model = self._models.get(hint)
        if model is None:  # two threads may load it at the same time: one model is then kept, and both are right
            model = self._models[hint] = self._load(hint)
        return model


def read_engine(home: Path, digest: str) -> Bytes | None:
    """Return the kept engine of a classifier's file with this SHA-256, or ``None`` if there is none to be believed."""
    return KeptEngines(home).read(_key(digest))


def import_engine(engine: Bytes, classes: int) -> CompiledNetwork | None:
    """Return the network of an engine for so many classes, or ``None`` if it cannot be used."""
    try:
        return CompiledNetwork(lambda hint: import_model(engine, _settings(hint)), classes)
    except RuntimeError:  # of another build with the same version
        return None


def compile_network(
    network: nn.Module, preprocess: Preprocess, classes: int, layer: str | None, home: Path, digest: str
) -> CompiledNetwork:
    """Return the network of a classifier's file, compiled, and keep it for the next time.

    Parameters
    ----------
    network
    preprocess
    classes
        How many logits it has.
    layer
        The dense layer whose inputs it returns as features, ``""`` for the logits; ``None`` for no features.
    home
        The folder under which it is kept.
    digest
        SHA-256 of the file.

    Raises
    ------
    CatseyeError
        A layer of it has no translation, or what it computes is not what PyTorch does.
    """
    from catseye.inference.openvino_graph import build_classifier_graph

    graph = build_classifier_graph(network, preprocess, layer)
    compiled = CompiledNetwork(lambda hint: compile_model(graph, _settings(hint)), classes)
    _check(compiled, network, preprocess)
    return _keep(compiled, home, digest)


def compile_lite(
    name: str, arrays: Arrays, preprocess: Preprocess, home: Path, digest: str, *, features: bool
) -> CompiledNetwork:
    """Return the EfficientNet-Lite of a classifier's file, compiled without PyTorch, and keep it for the next time.

    Parameters
    ----------
    name
        Of the network.
    arrays
        Its weights by name, which must have been checked.
    preprocess
    home
        The folder under which it is kept.
    digest
        SHA-256 of the file.
    features
        Whether it returns features, too.
    """
    from catseye.inference.openvino_lite import build_lite_graph

    graph = build_lite_graph(name, arrays, preprocess, logits=True, features=features)
    classes = len(arrays[f"{HEAD}.bias"])
    return _keep(CompiledNetwork(lambda hint: compile_model(graph, _settings(hint)), classes), home, digest)


def compile_stored(
    name: str,
    options: Mapping[str, Any],
    arrays: Arrays,
    preprocess: Preprocess,
    classes: int,
    layer: str | None,
    home: Path,
    digest: str,
) -> CompiledNetwork:
    """Return any network of ours, compiled without PyTorch, and keep it for the next time.

    Parameters are those of :func:`~catseye.inference.stored_graph.build_stored_graph`, ``home`` and ``digest`` those
    of :func:`compile_network`.

    Raises
    ------
    CatseyeError
        The weights are not those of the network, or what it computes is not finite.
    """
    from catseye.inference.stored_graph import build_stored_graph

    graph = build_stored_graph(name, options, arrays, preprocess, classes, layer)
    compiled = CompiledNetwork(lambda hint: compile_model(graph, _settings(hint)), classes)
    if not np.isfinite(compiled.logits(_white_and_noise(preprocess))).all():
        raise CatseyeError("its weights are too large for single precision")
    return _keep(compiled, home, digest)


def _keep(compiled: CompiledNetwork, home: Path, digest: str) -> CompiledNetwork:
    (model,) = compiled.compiled()
    KeptEngines(home).keep(_key(digest), export_model(model))
    return compiled


def _check(compiled: CompiledNetwork, network: nn.Module, preprocess: Preprocess) -> None:
    """Raise `CatseyeError` unless the probabilities of a white picture and of noise are PyTorch's.

    Weights that are too large for single precision, for one, end in a NaN there, but in a zero in OpenVINO's relu.
    """
    from catseye.inference.batched import compute_batch

    pictures = _white_and_noise(preprocess)
    expected, found = compute_batch(network, preprocess, pictures), compiled.logits(pictures)
    finite = np.isfinite(expected).all() and np.isfinite(found).all()
    if not finite or np.abs(softmax(expected) - softmax(found)).max() > _LARGEST_DIFFERENCE:
        raise CatseyeError("OpenVINO does not compute what PyTorch does.")


def _white_and_noise(preprocess: Preprocess) -> Pixels:
    height, width, channels = preprocess.shape
    noise = np.random.default_rng(0).integers(0, 256, (1, channels, height, width), np.uint8)
    return np.concatenate([np.full_like(noise, 255), noise])


def _settings(hint: str) -> dict[str, Any]:
    return {
        "PERFORMANCE_HINT": hint,
        "INFERENCE_PRECISION_HINT": "f32",
        "INFERENCE_NUM_THREADS": usable_cores(),
    }


def _key(digest: str) -> str:
    return json.dumps([_FORMAT, digest, version("openvino"), processor_name(), usable_cores()])
