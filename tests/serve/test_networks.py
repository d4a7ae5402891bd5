"""Classifiers of every kind of network: what is served is what ``predict --json`` prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image
from starlette.testclient import TestClient

import catseye
from catseye.classifier.stored_network import compiled_network
from catseye.cli import main
from catseye.serve import create_application
from tests.judges import judge, timm

if TYPE_CHECKING:
    from catseye.runs.run import Run

pytestmark = [
    pytest.mark.slow,  # whole backbones
    pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning"),  # PyTorch's own
]

_TIMM = "mobilenetv3_small_050"
_BACKBONES = ("resnet18", f"timm:{_TIMM}", "efficientnet_lite0+efficientnet_lite1")


def save_backbone(name: str, folder: Path) -> Path:
    """Write a classifier of a thousand classes: with random weights, unless the weights are installed as packages."""
    weights = None
    if "lite" not in name:
        weights = folder / "weights.pth"
        made = timm.create_model(_TIMM).eval() if name.startswith("timm:") else judge(name)
        torch.save(made.state_dict(), weights)
    path: Path = catseye.Classifier.pretrained(name, weights=weights).save(folder / "classifier.safetensors")
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """A photograph's size, a narrow one, a grey one, and one with transparency."""
    generator = np.random.default_rng(0)
    paths = []
    for number, shape in enumerate([(300, 400, 3), (7, 90, 3), (50, 40), (64, 64, 4)]):
        small = generator.integers(0, 256, (4, 4, *shape[2:]), np.uint8)
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(small).resize((shape[1], shape[0]), Image.Resampling.BICUBIC).save(paths[-1])
    return paths


def printed(model: Path, picture: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["predict", str(model), str(picture), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def served(client: TestClient, picture: Path) -> Any:
    answer = client.post("/predict", content=picture.read_bytes())
    assert answer.status_code == 200, answer.json()
    return [one | {"picture": str(picture)} for one in answer.json()]


@pytest.mark.parametrize("name", _BACKBONES)
def test_a_backbone_of_a_thousand_classes(
    name: str, pictures: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save_backbone(name, tmp_path)
    client = TestClient(create_application({"m": str(path)}))
    assert len(client.get("/v2/models/m").json()["parameters"]["classes"]) == 1000
    for picture in pictures:
        assert served(client, picture) == printed(path, picture, capsys)


def test_a_network_that_only_pytorch_computes(
    digits_run: Run, pictures: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(str(digits_run.folder)) / "classifier.safetensors"
    classifier = catseye.Classifier.load(path)
    assert isinstance(classifier.network, torch.nn.Module)  # which its owner may have changed, so it is what computes
    assert compiled_network(classifier) is None
    client = TestClient(create_application(classifier))
    for picture in pictures:
        (found,), (expected,) = served(client, picture), printed(path, picture, capsys)
        assert found["class"] == expected["class"]
        assert found["probability"] == pytest.approx(expected["probability"], abs=1e-5)
        assert served(client, picture) == [
            one.to_json() | {"picture": str(picture)} for one in classifier.predict(picture)
        ]
    files = [("a", (picture.name, picture.read_bytes())) for picture in pictures]
    together = client.post("/predict", files=files).json()
    assert together == [served(client, picture)[0] | {"picture": picture.name} for picture in pictures]
