"""The state dict and the loader beside an exported program of PyTorch: they answer as the classifier does, alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import catseye
from catseye.classifier.classifier import Classifier
from catseye.errors import CatseyeError
from catseye.evaluation.calibration import Calibration
from catseye.export.module_source import NoSourceError, write_source
from catseye.export.torch_loader import write_loader, write_state_dict
from catseye.images.preprocess import Preprocess
from catseye.networks.registry import build
from tests.export.test_network_layers import LAYERS, OTHERS, UNKNOWN, randomised

if TYPE_CHECKING:
    from catseye.arrays import Floats

DOCS = Path(__file__).parents[2] / "docs" / "export.md"
PLAIN = "conv 8, pool, [conv 8 gelu, batch norm], flatten, dense 3"
BRANCHED = "conv 8 same, [conv 8 same] + input, flatten, dense 3"
CLASSES = ("cat", "dog", "größe 😀")
# Catseye's own layers, and those that PyTorch's classes cannot build from their attributes alone.
NOT_PLAIN = {
    "conv with same padding", "layer norm of channels", "max pool with same padding", "average pool with same padding",
    "sum", "parallel", "twice", "a convolution with another forward", "product", "sum with a number", "method",
}  # fmt: skip
# Run in a separate process; prints the probabilities, and whether Catseye was imported.
ALONE = """
import importlib.util, json, sys
from PIL import Image
spec = importlib.util.spec_from_file_location("loader", sys.argv[1])
loader = importlib.util.module_from_spec(spec)
spec.loader.exec_module(loader)
network, classes = loader.load()
pixels = loader.crop_and_resize(Image.open(sys.argv[2]))
print(json.dumps([loader.classify(network, pixels)[0].tolist(), classes, "catseye" in sys.modules]))
"""


class Own(nn.Module):
    """A network that only its author's code makes."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(3, 3)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.dense(pictures.mean((2, 3)))
        return result


def make(name: str, network: nn.Module | None = None, **fields: Any) -> Classifier:
    preprocess = Preprocess(14, 18, 3, (0.4, 0.5, 0.6), (0.2, 0.3, 0.4), crop_share=0.9, interpolation="bicubic")
    preprocess = replace(preprocess, **fields)
    made = network or randomised(lambda: build(name, preprocess.shape, 3))
    return Classifier(made.eval(), name, {}, preprocess, CLASSES, Calibration(2.5, 10), {"licence": "CC0"})


def run_alone(loader: Path, picture: Path) -> list[Any]:
    command = [sys.executable, "-X", "utf8", "-c", ALONE, str(loader), str(picture)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    found: list[Any] = json.loads(printed)
    return found


@pytest.mark.slow  # PyTorch's exporter, and a process that loads PyTorch
@pytest.mark.parametrize(
    ("name", "fields", "needs_catseye"),
    [
        (PLAIN, {}, False),
        (PLAIN, {"channels": 1, "mean": (0.4,), "std": (0.3,), "interpolation": "bilinear"}, False),
        (BRANCHED, {}, True),
    ],
)
def test_the_loader_gives_the_classifiers_probabilities_in_its_own_process(
    name: str, fields: dict[str, Any], needs_catseye: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)  # which would lie beside the loader
    classifier = make(name, **fields)
    found = catseye.export(classifier, "torch", tmp_path / "cats.pt2")
    assert {path.name for path in tmp_path.iterdir()} == {"cats.pt2", "cats.weights.safetensors", "load_cats.py"}
    assert [one.checked for one in found.agreements] == [72, 72]
    assert found.bytes == sum(path.stat().st_size for path in tmp_path.iterdir())
    picture = tmp_path / "picture.png"
    Image.fromarray(np.random.default_rng(5).integers(0, 256, (61, 90, 3), np.uint8)).save(picture)
    probabilities, classes, imported = run_alone(tmp_path / "load_cats.py", picture)
    np.testing.assert_allclose(probabilities, classifier.predict(picture)[0].probabilities, atol=1e-5)
    assert tuple(classes) == CLASSES
    assert imported == needs_catseye


@pytest.mark.slow
def test_the_example_in_the_docs_prints_what_predict_says(tmp_path: Path) -> None:
    classifier = make(PLAIN)
    catseye.export(classifier, "torch", tmp_path / "cats.pt2")
    Image.fromarray(np.random.default_rng(6).integers(0, 256, (33, 60, 3), np.uint8)).save(tmp_path / "picture.png")
    found = re.search(r"```python loader\n(.*?)```", DOCS.read_text("utf-8"), re.S)
    assert found
    (tmp_path / "example.py").write_text(found[1].replace("picture.jpg", "picture.png"), "utf-8")
    command = [sys.executable, "-X", "utf8", "example.py"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    name, share = printed.rsplit(maxsplit=1)
    expected = classifier.predict(tmp_path / "picture.png")[0]
    assert name == expected.class_name
    assert float(share) == pytest.approx(expected.probability, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("stem", ["torch", "it's {x} \N{CAT FACE}\N{COMBINING DIAERESIS}", "a\\n.b"])
def test_no_name_breaks_the_loader_or_hides_a_module(stem: str, tmp_path: Path) -> None:
    classifier, loader = make(PLAIN), tmp_path / f"load_{stem}.py"
    network, weights = classifier.network, f"{stem}.weights.safetensors"
    write_state_dict(network, classifier.description, tmp_path / weights)
    write_loader(network, classifier.description, loader, weights)
    assert loader.read_text("ascii")
    command = [sys.executable, "-c", "import runpy, sys; print(len(runpy.run_path(sys.argv[1])['load']()[1]))"]
    printed = subprocess.run([*command, str(loader)], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "3"


@pytest.mark.slow
def test_a_custom_network_is_passed_to_the_loader(tmp_path: Path) -> None:
    classifier = make("python:Own", randomised(Own))
    found = catseye.export(classifier, "torch", tmp_path / "own.pt2")
    assert found.agreements[1].holds
    assert "def load(network, path=" in (tmp_path / "load_own.py").read_text()


@pytest.mark.slow
def test_a_loader_with_different_answers_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_wrongly(network: nn.Module, description: Any, path: Path, weights: str) -> None:
        write_loader(network, replace(description, calibration=Calibration(1.0, 10)), path, weights)

    monkeypatch.setattr("catseye.export.torch_file.write_loader", write_wrongly)
    with pytest.raises(CatseyeError, match="state dict does not agree with the classifier"):
        catseye.export(make(PLAIN), "torch", tmp_path / "cats.pt2")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("layer", LAYERS | OTHERS | UNKNOWN)
def test_the_written_source_builds_the_same_network(layer: str) -> None:
    network = nn.Sequential(randomised((LAYERS | OTHERS | UNKNOWN)[layer]))
    if layer in NOT_PLAIN:
        with pytest.raises(NoSourceError):
            write_source(network)
        return
    again: nn.Module = eval(write_source(network), {"nn": nn, "OrderedDict": OrderedDict})
    again.load_state_dict(network.state_dict())
    maps = torch.randn(2, 3, 13, 18, generator=torch.Generator().manual_seed(0))
    assert outputs(again, maps).tolist() == outputs(network, maps).tolist()


def outputs(network: nn.Module, maps: torch.Tensor) -> Floats:
    with torch.inference_mode():
        found: Floats = network.eval()(maps).numpy()
    return found


def test_a_layer_whose_forward_was_replaced_has_no_source() -> None:
    layer = nn.ReLU()
    layer.forward = lambda maps: maps  # type: ignore[method-assign, assignment]
    with pytest.raises(NoSourceError):
        write_source(nn.Sequential(layer))
