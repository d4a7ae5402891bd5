"""Classifiers in files of Keras and PyTorch answer as they did; what the files do not say is asked for."""

from __future__ import annotations

import json
import logging
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from catseye import Classifier
from catseye.classifier.weights_alone import calibrated_weights, last_layer
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.networks.registry import build
from tests.networks.keras.models import h5, keras_file, layer, sequential

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "conv 4 same stride 2, batch norm, flatten, dense 5, dense 3"
PIXELS = np.random.default_rng(0).integers(0, 256, (6, 3, 8, 6), dtype=np.uint8)
STATED: dict[str, Any] = {"network": TEXT, "shape": "8x6x3", "mean": "0.5,0.4,0.3", "std": [0.2, 0.3, 0.1]}

MISSING = "the network, the names of classes and the normalisation"


@pytest.fixture
def classifier() -> Classifier:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = build(TEXT, (8, 6, 3), 3).eval()
    preprocess = Preprocess(8, 6, 3, (0.5, 0.4, 0.3), (0.2, 0.3, 0.1), 0.9, "bicubic")
    provenance = {"data": {"name": "drawn"}}
    return Classifier(network, TEXT, {}, preprocess, ("a", "b", "ц"), Calibration(1.7, 9), provenance)


def test_a_keras_file_answers_the_same_probabilities(classifier: Classifier, tmp_path: Path) -> None:
    found = Classifier.load(classifier.save(tmp_path / "m.keras"))
    assert np.allclose(found.probabilities(PIXELS), classifier.probabilities(PIXELS), atol=1e-6)
    assert found.calibration == Calibration(1.0, 9)  # whose temperature the last layer's weights hold
    assert found.classes == classifier.classes
    assert found.provenance == classifier.provenance
    assert (found.preprocess.crop_share, found.preprocess.interpolation) == (0.9, "bicubic")
    assert found.preprocess.mean == pytest.approx((0.5, 0.4, 0.3))
    assert classifier.save(tmp_path / "again.keras").read_bytes() == (tmp_path / "m.keras").read_bytes()


@pytest.mark.parametrize("ending", [".weights.h5", ".pth", ".pt"])
def test_weights_alone_answer_the_same(
    classifier: Classifier, ending: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = classifier.save(tmp_path / f"m{ending}")
    assert caplog.messages == [f"{path} holds weights alone, without {MISSING}."]
    found = Classifier.load(path, **STATED)
    assert found.classes == ("0", "1", "2")
    *own, weight, bias = classifier.network.parameters()
    *others, other_weight, other_bias = found.network.parameters()
    assert all((one == other).all() for one, other in zip(own, others, strict=True))
    assert torch.allclose(other_weight, weight / 1.7)  # the temperature
    assert torch.allclose(other_bias, bias / 1.7)
    assert np.allclose(found.probabilities(PIXELS), classifier.probabilities(PIXELS), atol=1e-6)
    assert Classifier.load(path, **STATED, classes="x, y, z").classes == ("x", "y", "z")


def test_a_state_dict_is_what_pytorch_reads(classifier: Classifier, tmp_path: Path) -> None:
    classifier.save(tmp_path / "m.pth")
    state = torch.load(tmp_path / "m.pth", weights_only=True)
    assert list(state) == list(classifier.network.state_dict())


@pytest.mark.parametrize(
    ("name", "stated", "reason"),
    [
        ("m.pth", {"network": None}, "holds weights alone: state the network"),
        ("m.pth", {"shape": None}, "state the shape of the pictures as well"),
        (
            "m.pth",
            {"network": "conv 4 same stride 2, batch norm, flatten"},
            "classes as well, e.g. classes='10' or classes=",
        ),
        ("m.pth", {"mean": [1, 2]}, "mean has one number, or one for each of 3 channels; got 2"),
        ("m.pth", {"std": "none"}, "std must be a number such as 4/255"),
        ("m.pth", {"shape": "8x6"}, "HxWxC|numbers"),
        ("m.pth", {"network": nn.Linear(2, 2)}, "holds weights alone: state the classes as well"),
        ("m.pth", {"network": nn.Linear(2, 2), "shape": None}, "holds weights alone: state the shape"),
        ("m.pth", {"network": nn.Linear(2, 2), "classes": 3}, "the network fails for pictures of 8×6 pixels"),
        ("m.weights.h5", {"network": nn.Linear(2, 2)}, "file of Keras: state its network as a text"),
        ("m.keras", {"network": nn.Linear(2, 2)}, "file of Keras: state its network as a text, or not at all"),
        ("m.keras", {}, "says itself which network it is"),
        ("m.keras", {"network": None, "classes": "a,b"}, "the network has 3 classes; 2 were named"),
        ("m.keras", {"network": None, "shape": "9x9x3"}, "the model takes 8×6×3, not 9×9×3"),
        ("m.safetensors", {}, "says itself what it is"),
    ],
)
def test_what_is_stated_must_be_enough_and_fit(
    classifier: Classifier, name: str, stated: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    path = classifier.save(tmp_path / name)
    with pytest.raises(UsageError, match=reason):
        Classifier.load(path, **(STATED | stated))


def test_what_is_not_hdf5_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "old.h5").write_bytes(b"")
    with pytest.raises(CatseyeError, match="are not an HDF5 file, or are incomplete"):
        Classifier.load(tmp_path / "old.h5")
    with pytest.raises(UsageError, match="there is no"):
        Classifier.load(tmp_path / "none.h5")


def test_what_a_keras_file_leaves_open_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    model = sequential((1, 1, 1), layer("Flatten"), layer("Dense", units=2), layer("Softmax"))
    path = keras_file(tmp_path / "m.keras", model, h5({"dense": [np.array([[0.0, 1.0]]), np.zeros(2)]}))
    with caplog.at_level(logging.WARNING, "catseye"):
        found = Classifier.load(path)
    assert "scaled to 0–1" in caplog.text
    assert "called 0 and 1;" in caplog.text
    white = np.full((1, 1, 1, 1), 255, np.uint8)
    assert found.probabilities(white)[0, 1] == pytest.approx(1 / (1 + np.exp(-1)))
    caplog.clear()
    found = Classifier.load(path, classes=["a", "b"], std="1/255")
    assert not caplog.text
    assert found.probabilities(white)[0, 1] == pytest.approx(1)  # of a logit of 255


@pytest.mark.parametrize(
    "extra",
    [{"classes": ["a", "b", "\x1b[2J"]}, {"classes": ["a"]}, {"preprocess": {"crop_share": 9}}, {"classes": "abc"}],
)
def test_what_stands_beside_a_model_is_checked(classifier: Classifier, extra: dict[str, Any], tmp_path: Path) -> None:
    classifier.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as old, zipfile.ZipFile(tmp_path / "n.keras", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "metadata.json":
                metadata = json.loads(content)
                content = json.dumps(metadata | {"catseye": metadata["catseye"] | extra}).encode()
            new.writestr(name, content)
    with pytest.raises(CatseyeError, match=r"describe a classifier|names 1 class;"):
        Classifier.load(tmp_path / "n.keras")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[conv 3 same] + input, flatten", r"follow one another; sum1 \(Sum\) is not"),
        ("conv 3 3x3 same stride 2 dilation 2, flatten", "no convolution with a stride and a dilation both above 1"),
    ],
)
def test_what_keras_cannot_hold_is_refused_before_anything_is_written(text: str, reason: str, tmp_path: Path) -> None:
    network = build(text, (8, 8, 3), 2).eval()
    own = Classifier(network, text, {}, Preprocess(8, 8, 3), ("a", "b"), Calibration(), {})
    with pytest.raises(UsageError, match=reason):
        own.save(tmp_path / "m.keras")
    assert not list(tmp_path.iterdir())


def test_without_h5py_the_line_that_installs_it_is_named(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(CatseyeError, match=r'pip install "catseye\[keras\]"'):
        classifier.save(tmp_path / "m.keras")


class Net(nn.Module):
    """A network that no text says: its layers are not used in the order in which they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Linear(4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.first = nn.Conv2d(3, 4, 3)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        maps: torch.Tensor = self.norm(self.first(pictures)).relu()
        logits: torch.Tensor = self.last(maps.mean((2, 3)))
        return logits


OWN: dict[str, Any] = {"shape": "8x6x3", "classes": "a, b, c"}


@pytest.mark.parametrize("name", ["net.pth", "net.ckpt", "net.safetensors"])
@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.", "_orig_mod.module."])
def test_a_state_dict_fills_the_module_that_it_belongs_to(name: str, prefix: str, tmp_path: Path) -> None:
    trained, given = Net().eval(), Net().requires_grad_(False)
    before = given.first.weight.clone()
    state = {prefix + key: value for key, value in trained.state_dict().items()}
    path = tmp_path / name
    if name.endswith(".safetensors"):
        safetensors.torch.save_file(state, path)
    else:
        torch.save({"state_dict": state, "epoch": 3}, path)
    for network in (given, lambda *_: Net()):
        found = Classifier.load(path, network, **OWN, mean=0.5)
        assert found.network_name == "python:Net"
        assert found.classes == ("a", "b", "c")
        with torch.inference_mode():
            wanted = trained(torch.from_numpy(PIXELS).float() / 255 - 0.5).softmax(1).numpy()
        assert np.allclose(found.probabilities(PIXELS), wanted, atol=1e-5)
    assert (given.first.weight == before).all()
    own = found.save(tmp_path / "own.safetensors")
    assert (Classifier.load(own, Net()).probabilities(PIXELS) == found.probabilities(PIXELS)).all()
    with pytest.raises(UsageError, match="says itself what it is; leave out network, classes, shape, mean and std"):
        Classifier.load(own, Net(), **OWN)


def test_a_module_that_a_text_says_is_filled_with_what_was_saved_of_it(tmp_path: Path) -> None:
    def make() -> nn.Module:
        return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 10 * 2, 3))

    saved = Classifier(make().eval(), "conv 4", {}, Preprocess(12, 4, 3), tuple("abc"), Calibration(), {})
    text = "conv 4, flatten"
    named = build(text, (12, 4, 3), 3).eval()
    named.load_state_dict(dict(zip(named.state_dict(), saved.network.state_dict().values(), strict=True)))
    Classifier(named, text, {}, saved.preprocess, saved.classes, Calibration(), {}).save(tmp_path / "m.pth")
    found = Classifier.load(tmp_path / "m.pth", make(), shape="12x4x3", classes="a, b, c")
    pictures = np.random.default_rng(0).integers(0, 256, (2, 3, 12, 4), np.uint8)
    assert np.allclose(found.probabilities(pictures), saved.probabilities(pictures), atol=1e-6)


def test_the_weights_of_what_was_written_in_python_stay_as_they_are(tmp_path: Path) -> None:
    shared = nn.Linear(3, 3)  # which dividing its weights would divide by the temperature twice
    network = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), shared, nn.Tanh(), shared).eval()
    own = Classifier(network, "python:Sequential", {}, Preprocess(12, 4, 3), tuple("abc"), Calibration(1.7, 9), {})
    state = torch.load(own.save(tmp_path / "m.pth"), weights_only=True)
    assert all(torch.equal(state[name], value) for name, value in network.state_dict().items())


def test_a_file_of_before_that_does_not_say_what_its_network_computes_is_read(tmp_path: Path) -> None:
    network = Net().eval()
    own = Classifier(network, "python:Net", {}, Preprocess(12, 12, 3), tuple("abc"), Calibration(), {})
    path = own.save(tmp_path / "m.safetensors")
    with safetensors.safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    before = {name: value for name, value in metadata.items() if name == "catseye"}
    safetensors.torch.save_file(network.state_dict(), path, before)
    assert Classifier.load(path, Net()).network_name == "python:Net"
    for stored in ("no JSON", "[" * 100_000, "[1.0]", "{}"):
        safetensors.torch.save_file(network.state_dict(), path, before | {"outputs": stored})
        with pytest.raises(CatseyeError, match="its outputs must be 3 numbers"):
            Classifier.load(path, Net())


@pytest.mark.parametrize("name", ["m.keras", "m.weights.h5"])
def test_keras_has_no_model_of_what_no_text_says(name: str, tmp_path: Path) -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3, padding_mode="reflect"), nn.Flatten(), nn.Linear(4 * 10 * 2, 3)).eval()
    own = Classifier(network, "python:Sequential", {}, Preprocess(12, 4, 3), tuple("abc"), Calibration(), {})
    with pytest.raises(UsageError, match=r"Sequential was written in Python and no text says the same"):
        own.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("network", "layer"),
    [
        (nn.Sequential(nn.Conv2d(3, 4, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()), "0"),
        (nn.Sequential(nn.Flatten(), nn.Linear(9, 3)), "1"),
        (nn.Sequential(nn.Flatten(), nn.Linear(9, 3), nn.ReLU()), None),
        (nn.Sequential(nn.Conv2d(3, 4, 1), nn.MaxPool2d(2)), None),
        (Net(), None),
    ],
)
def test_the_temperature_goes_into_one_layer_or_into_none(network: nn.Module, layer: str | None) -> None:
    assert last_layer(network) == layer
    weights = calibrated_weights(network, 2.0)
    for name, value in network.state_dict().items():
        changed = layer is not None and name.startswith(f"{layer}.")
        assert torch.equal(weights[name], value / 2 if changed else value)


def test_a_module_that_a_text_says_gets_its_name(tmp_path: Path) -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(144, 3)).eval()
    torch.save(network.state_dict(), tmp_path / "m.pth")
    found = Classifier.load(tmp_path / "m.pth", nn.Sequential(nn.Flatten(), nn.Linear(144, 3)), **OWN)
    assert found.network_name == "flatten, dense 3"
    wanted = network(torch.from_numpy(PIXELS).float() / 255).softmax(1).detach().numpy()
    assert np.allclose(found.probabilities(PIXELS), wanted, atol=1e-5)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"more": torch.zeros(2)}, "unexpected more"),
        ({"last.bias": None}, r"missing last\.bias"),
        ({"last.bias": torch.zeros(4)}, r"last\.bias is \(4,\) instead of \(3,\)"),
        ({"last.bias": torch.zeros(3, dtype=torch.complex64)}, r"last\.bias is complex64 instead of float32"),
        ({"last.bias": torch.full((3,), 1e300, dtype=torch.float64)}, "weights that are not finite"),
        ({"module.last.bias": torch.zeros(3)}, "the same names with and without the prefix module"),
        (
            {"_orig_mod.last.bias": torch.zeros(3)},
            "without the prefixes module and _orig_mod, several names are the same",
        ),
        ({"norm.num_batches_tracked": None, "last.bias": torch.zeros(3).half()}, None),
    ],
)
def test_names_shapes_and_numbers_must_be_the_modules(
    changes: dict[str, torch.Tensor | None], reason: str | None, tmp_path: Path
) -> None:
    state = Net().state_dict() | changes
    torch.save({key: value for key, value in state.items() if value is not None}, tmp_path / "m.pth")
    if reason is None:
        assert Classifier.load(tmp_path / "m.pth", Net(), **OWN).network.state_dict()["last.bias"].tolist() == [0, 0, 0]
        return
    with pytest.raises(CatseyeError, match=reason):
        Classifier.load(tmp_path / "m.pth", Net(), **OWN)


def test_a_damaged_file_for_a_module_is_named_as_one(tmp_path: Path) -> None:
    (tmp_path / "m.safetensors").write_bytes(b"no weights")
    with pytest.raises(CatseyeError, match="truncated or damaged"):
        Classifier.load(tmp_path / "m.safetensors", Net())
