"""Every network of ours is compiled from its name and weights alone, and computes what PyTorch does."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import openvino as ov
import pytest
import torch
from torch import nn

from catseye.errors import CatseyeError
from catseye.images.preprocess import Preprocess
from catseye.inference.stored_graph import build_stored_graph
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.definition.activation import ACTIVATIONS
from catseye.networks.feature_layer import WithFeatures, find_feature_layer
from catseye.networks.registry import build

CLASSES = 5
TEXTS = (
    "dense",
    "convnet",
    "fashion_convnet",
    "own: conv 8 3x5 same stride 2, layer norm, [conv 8 same, batch norm] + input, 2 × [conv 8 same leaky relu 0.2]",
    "conv 6, [conv 4 1x1 | conv 5 same | input], upsample 3 bilinear, pool average 3x3 same stride 2, pool same",
    "[conv 6 1x1 stride 2 linear, [conv 6 same] + input] + [conv 6 1x1 stride 2 linear], conv 6 depthwise no bias",
    "conv 4 2x2 same dilation 2",
    "pool global max, dense 9 gelu, batch norm, layer norm, dropout 0.3, dense 5",
    *(f"conv 8 {activation}, pool global, dense 9 {activation}, dense 5" for activation in ACTIVATIONS),
)


def _network(name: str, shape: tuple[int, int, int], **options: object) -> nn.Module:
    """Return a network whose normalisation does something, in evaluation mode."""
    torch.manual_seed(0)
    network = build(name, shape, CLASSES, **options).eval()  # type: ignore[arg-type]
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.1)
    return network


def _arrays(network: nn.Module) -> dict[str, npt.NDArray[Any]]:
    return {name: value.numpy() for name, value in network.state_dict().items()}


def _assert_agrees(name: str, shape: tuple[int, int, int], **options: object) -> None:
    network = _network(name, shape, **options)
    preprocess = Preprocess(*shape, (0.4,) * shape[2], (0.3,) * shape[2])
    layer = find_feature_layer(network, shape)
    graph = build_stored_graph(name, options, _arrays(network), preprocess, CLASSES, layer)
    model = ov.Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    count = 1 if isinstance(network, Backbone) else 3
    pictures = np.random.default_rng(0).integers(0, 256, (count, shape[2], *shape[:2]), np.uint8)
    with torch.inference_mode():
        expected = WithFeatures(network, layer)(preprocess.tensor(torch.from_numpy(pictures))).numpy()
    np.testing.assert_allclose(model(pictures)[0], expected, atol=1e-5 * max(1, float(np.abs(expected).max())))


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_compiled_from_its_weights_alone(text: str) -> None:
    _assert_agrees(text, (28, 30, 3))


@pytest.mark.parametrize("text", ["dense", "convnet", "2 × [conv 8 same], [conv 8 same] + input"])
def test_so_is_what_a_recipe_normalises(text: str) -> None:
    _assert_agrees(text, (28, 28, 1), batch_norm=True, dropout=0.2)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["efficientnet_lite1", "mobilenet_v2", "resnet18", "resnet50", "vgg11", "vgg13_bn", "resnet18+mobilenet_v2",
     "efficientnet_lite0+efficientnet_lite1"],
)  # fmt: skip
def test_a_backbone_is_compiled_from_its_weights_alone(name: str) -> None:
    """Some of them take a second; each of the families is here, and both kinds of ResNet's blocks."""
    _assert_agrees(name, (64, 96, 3))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"conv1.weight": np.zeros((32, 3, 3, 2), np.float32)}, r"conv1.weight is float32 \[32, 3, 3, 2\]"),
        ({"conv1.weight": np.zeros((32, 3, 3, 3), np.float16)}, "conv1.weight is float16"),
        ({"conv1.bias": np.full(32, np.nan, np.float32)}, "conv1.bias contains weights that are not finite"),
        ({"conv9.bias": np.zeros(32, np.float32)}, "conv9.bias belongs to no layer"),
        ({"conv1.bias": None}, "there is no conv1.bias"),
    ],
)
def test_weights_that_are_not_the_networks_are_refused(
    change: dict[str, npt.NDArray[Any] | None], message: str
) -> None:
    shape = (28, 28, 3)
    arrays: dict[str, npt.NDArray[Any] | None] = {**_arrays(_network("convnet", shape)), **change}
    kept = {name: values for name, values in arrays.items() if values is not None}
    with pytest.raises(CatseyeError, match=message):
        build_stored_graph("convnet", {}, kept, Preprocess(*shape, (0.5,) * 3, (0.5,) * 3), CLASSES, None)


def test_it_needs_no_pytorch(tmp_path: Path) -> None:
    """A process in which PyTorch, SciPy and Matplotlib cannot be imported predicts, and says what would train."""
    from catseye.classifier.classifier import Classifier
    from catseye.evaluation.calibration import Calibration

    shape = (28, 28, 1)
    preprocess = Preprocess(*shape, (0.5,), (0.5,))
    classes = tuple("abcde")
    made = Classifier(_network("convnet", shape), "convnet", {}, preprocess, classes, Calibration(), {})
    made.save(tmp_path / "c.safetensors")
    picture = np.arange(28 * 28, dtype=np.uint8).reshape(28, 28)
    expected = made.predict(picture)[0].probabilities
    program = f"""
import importlib.abc, os, sys
os.environ["CATSEYE_HOME"] = {str(tmp_path / "home")!r}
MISSING = ("torch", "scipy", "matplotlib", "sklearn", "captum", "threadpoolctl")
class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, *_):
        if name in MISSING:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
import importlib.util as util
found = util.find_spec
util.find_spec = lambda name, *_: None if name in MISSING else found(name)
import catseye, numpy
classifier = catseye.Classifier.load({str(tmp_path / "c.safetensors")!r})
print(*classifier.predict(numpy.arange(784, dtype="uint8").reshape(28, 28))[0].probabilities)
for use in (lambda: catseye.train("digits"), lambda: classifier.network, lambda: catseye.transfer):
    try:
        use()
    except catseye.errors.MissingPackageError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert not done.returncode, done.stderr
    first, *errors = done.stdout.splitlines()
    np.testing.assert_allclose([float(value) for value in first.split()], expected, atol=1e-5)
    assert len(errors) == 3
    assert all(error.endswith('not installed: pip install "catseye[train]"') for error in errors)
