"""Quantised exports: 8 bits in the network only, calibrated on some pictures and measured on others."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import catseye
from catseye.classifier.classifier import Classifier
from catseye.cli import main
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.calibration import Calibration
from catseye.evaluation.paired_accuracy import PairedCounts
from catseye.export.calibration_pictures import choose_calibration_pictures
from catseye.export.quantisation import Calibrated, Quantisation, Speed, compare_speed, measure_quantisation
from catseye.images.preprocess import Preprocess
from catseye.networks.registry import build
from tests.conftest import draw
from tests.export.test_network_layers import randomised

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats, Pixels
    from catseye.datasets import Dataset
    from catseye.export.export_result import Export
    from catseye.runs.run import Run

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

FILES = {"onnx": "digits.onnx", "openvino": "digits.xml"}
GOOD = Quantisation(
    128, PairedCounts(180, 2, 2, 16), 0.98, 0.1, 0.01, (Calibrated(0.3, 0.02), Calibrated(0.31, 0.02)), None, (4, 1),
    Speed(4.0, 2.0, 2.0, (1.9, 2.1)),
)  # fmt: skip


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return catseye.load("digits")


@pytest.mark.slow  # an export runs a network on hundreds of pictures
@pytest.mark.parametrize("to", FILES)
def test_a_quantised_file_is_measured_on_other_pictures(to: str, digits_run: Run, tmp_path: Path) -> None:
    found: Export = catseye.export(digits_run, to, tmp_path / FILES[to], quantise="int8", calibrate="digits")
    costs = found.quantisation
    assert costs is not None
    assert (costs.calibration_pictures, costs.counts.examples) == (128, len(catseye.load("digits", split="test")))
    # The classifier's own accuracy is known from the run.
    assert costs.accuracies[0] == pytest.approx(digits_run.classifier.evaluate(digits_test()).accuracy)
    assert costs.accuracies[1] >= costs.accuracies[0] - 0.01
    assert costs.equal_classes >= 0.98
    assert stored_bytes(tmp_path / FILES[to]) < 0.5 * stored_bytes(exported_plainly(digits_run, to, tmp_path))
    assert costs.bytes[1] <= found.bytes  # which has what was measured, too
    assert found.agreements[0].checked >= 64


def exported_plainly(run: Run, to: str, folder: Path) -> Path:
    found: Export = catseye.export(run, to, folder / f"plain-{FILES[to]}")
    return found.file


def stored_bytes(path: Path) -> int:
    """Return the size of the weights: in OpenVINO, those beside the graph, whose text is as long as they are."""
    weights = path.with_suffix(".bin")
    return (weights if weights.exists() else path).stat().st_size


def digits_test() -> Any:
    return catseye.load("digits", split="test")


@pytest.mark.slow
def test_the_file_says_what_it_costs_and_computes_the_picture_in_single_precision(
    digits_run: Run, digits: Dataset, tmp_path: Path
) -> None:
    target = tmp_path / "digits.onnx"
    found = catseye.export(digits_run, "onnx", target, quantise="int8", calibrate=digits)
    model = onnx.load(target)
    about = {each.key: each.value for each in model.metadata_props}
    assert found.quantisation is not None
    assert json.loads(about["quantised"]) == found.quantisation.to_json()
    weights = {array.name: array.data_type for array in model.graph.initializer}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    made = {output: node for node in model.graph.node for output in node.output}
    assert convolutions
    for node in convolutions:
        assert [made[name].op_type for name in node.input[:2]] == ["DequantizeLinear"] * 2
        stored, scales = made[node.input[1]].input[:2]
        assert weights[stored] == onnx.TensorProto.INT8
        (scale,) = (array for array in model.graph.initializer if array.name == scales)
        assert list(scale.dims) == [output_channels(model, stored)]
    # The last dense layer is in single precision, as is all that comes before the network.
    last = [node for node in model.graph.node if node.op_type == "Gemm" and node.name.startswith("int8_")][-1]
    assert weights[last.input[1]] == onnx.TensorProto.FLOAT
    kinds = [node.op_type for node in model.graph.node]
    assert "Slice" in kinds[: kinds.index("QuantizeLinear")]
    assert not any(kind in ("Range", "Slice") for kind in kinds[kinds.index("QuantizeLinear") :])


def output_channels(model: Any, name: str) -> int:
    (array,) = (array for array in model.graph.initializer if array.name == name)
    return int(array.dims[0])


@pytest.mark.slow
def test_a_picture_and_its_tensor_get_the_same_answer(digits_run: Run, digits: Dataset, tmp_path: Path) -> None:
    """A quantised network is sensitive to a single level: only identical preprocessing gives an identical answer."""
    options: dict[str, Any] = {"quantise": "int8", "calibrate": digits}
    catseye.export(digits_run, "onnx", tmp_path / "picture.onnx", **options)
    catseye.export(digits_run, "onnx", tmp_path / "tensor.onnx", input="tensor", **options)
    whole, network = (
        onnxruntime.InferenceSession(tmp_path / f"{kind}.onnx", providers=["CPUExecutionProvider"])
        for kind in ("picture", "tensor")
    )
    own = digits_run.classifier.preprocess
    picture = np.random.default_rng(3).integers(0, 256, (57, 91, 3), np.uint8)
    pixels = digits_run.classifier.pixels(picture)[None].astype(np.float32)
    mean, std = (np.reshape(values, (1, -1, 1, 1)) for values in (own.mean, own.std))
    maps = ((pixels / 255 - mean) / std).astype(np.float32)
    found = whole.run(["probabilities"], {"picture": picture[None]})[0]
    np.testing.assert_allclose(found, network.run(["probabilities"], {"pixels": maps})[0], atol=1e-6)


def test_each_channel_has_its_own_scale() -> None:
    """Weights of two channels are a thousandth of the first one's: with one scale for all, they would be 0."""
    from catseye.export.quantised_network import quantise_network

    depthwise = nn.Conv2d(3, 3, 3, groups=3, bias=False)
    weight = torch.randn(3, 1, 3, 3, generator=torch.Generator().manual_seed(0))
    weight[1:] /= 1000
    depthwise.weight.data.copy_(weight)
    network = nn.Sequential(depthwise, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    own = Classifier(network, "python:Own", {}, Preprocess(9, 9, 3), ("a", "b", "c"), Calibration(1.0, 0), {})
    maps = np.random.default_rng(1).normal(1, 1, (64, 3, 9, 9)).astype(np.float32)
    model = quantise_network(network, own.description, [maps])
    arrays = [onnx.numpy_helper.to_array(array) for array in model.graph.initializer]
    (stored,) = (array for array in arrays if array.dtype == np.int8 and array.shape == (3, 1, 3, 3))
    assert np.abs(stored).reshape(3, -1).max(1).min() > 60


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"quantise": "int8"}, "--quantise int8 needs pictures to calibrate on: --calibrate FOLDER_OR_DATA"),
        ({"quantise": "int4", "calibrate": "digits"}, "a network can be quantised to int8; got 'int4'"),
        ({"calibrate": "digits"}, "applies only with --quantise int8"),
    ],
)
def test_what_is_missing_is_reported_in_one_line(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        catseye.export(untrained(), "onnx", tmp_path / "m.onnx", **options)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("to", "name"), [("torch", "m.pt2"), ("keras", "m.keras"), ("web", "page")])
def test_other_formats_are_not_quantised(to: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"only onnx and openvino files can be quantised; got {to}"):
        catseye.export(untrained(), to, tmp_path / name, quantise="int8", calibrate="digits")


def untrained() -> Classifier:
    network = randomised(lambda: build("conv 4 relu, flatten, dense 10", (8, 8, 1), 10))
    return Classifier(
        network, "conv 4 relu, flatten, dense 10", {}, Preprocess(8, 8, 1), tuple("0123456789"), Calibration(1.0, 0), {}
    )


@pytest.mark.slow
def test_calibration_on_the_wrong_pictures_fails_and_leaves_nothing(digits_run: Run, tmp_path: Path) -> None:
    for number in range(30):
        draw(tmp_path / "some" / "thing" / f"{number}.png", seed=number)
    (tmp_path / "out").mkdir()
    expected = r"lowers the accuracy on 359 labelled pictures from 9.* % to .* %: −"
    with pytest.raises(CatseyeError, match=expected):
        catseye.export(digits_run, "onnx", tmp_path / "out" / "m.onnx", quantise="int8", calibrate=tmp_path / "some")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("both", "only_first", "only_second", "neither", "holds"),
    [
        (180, 4, 2, 14, True),  # of 200, two fewer: one point
        (180, 5, 2, 13, False),  # three fewer
        (35, 1, 0, 4, True),  # of 40, one fewer: as little as can be counted
        (35, 2, 0, 3, False),
        (10, 0, 9, 1, True),
    ],
)
def test_one_point_of_accuracy_or_one_picture_is_accepted(
    both: int, only_first: int, only_second: int, neither: int, holds: bool
) -> None:
    found = replace(GOOD, counts=PairedCounts(both, only_first, only_second, neither))
    assert found.holds == holds
    if holds:
        assert found.require() is found
    else:
        with pytest.raises(CatseyeError, match="not exported: quantisation lowers"):
            found.require()


class Fixed:
    """A file that takes a known time and always gives the same answer."""

    runtime = "test 1.0"

    def __init__(self, answer: list[float], seconds: float = 0.0) -> None:
        self.answer, self.seconds, self.shapes = answer, seconds, set[tuple[int, ...]]()

    def __call__(self, picture: Pixels) -> tuple[Floats, None]:
        self.shapes.add(picture.shape)
        return np.array(self.answer, np.float32), None


def test_costs_are_counted(digits: Dataset) -> None:
    """A file that predicts 3 for every picture is right for as many as there are threes."""
    pictures = choose_calibration_pictures(digits, tuple("0123456789"), None)
    probabilities = [0.02] * 10
    probabilities[3] = 0.82
    runner = Fixed(probabilities)
    found = measure_quantisation(untrained(), pictures, (runner, runner), (100, 25))
    threes = sum(digits["test"].classes[label] == "3" for label in digits["test"].labels.tolist())
    assert found.counts.both + found.counts.only_second == threes
    assert found.counts.examples == len(digits["test"])
    own = untrained().predict(digits["test"])
    assert found.equal_classes == pytest.approx(np.mean([one.class_name == "3" for one in own]))
    assert found.calibrated[1].loss == pytest.approx(
        -(threes * np.log(0.82) + (len(own) - threes) * np.log(0.02)) / len(own), rel=1e-5
    )
    assert found.calibrated[1].error == pytest.approx(abs(0.82 - threes / len(own)), rel=1e-5)
    assert (found.unfamiliar, found.bytes) == (None, (100, 25))


def test_speed_is_that_of_pictures_of_the_networks_size(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("catseye.export.quantisation.perf_counter", lambda: clock[0])

    class Slow(Fixed):
        def __call__(self, picture: Pixels) -> tuple[Floats, None]:
            clock[0] += self.seconds
            return super().__call__(picture)

    slow, fast = Slow([1.0], 0.004), Slow([1.0], 0.001)
    found = compare_speed(slow, fast, (20, 30))
    assert slow.shapes == fast.shapes == {(20, 30, 3)}
    assert found.original == pytest.approx(4)
    assert found.quantised == pytest.approx(1)
    assert (found.ratio, *found.quartiles) == pytest.approx((4, 4, 4))


def test_no_picture_is_both_calibrated_on_and_measured_even_if_it_is_there_twice(tmp_path: Path) -> None:
    for name, colour in (("red", (200, 30, 30)), ("blue", (30, 30, 200))):
        for number in range(20):
            draw(tmp_path / "train" / name / f"{number}.png", colour, seed=number)
        for number in range(15):  # the first ten are training pictures, too; the last two the same
            draw(tmp_path / "test" / name / f"{number}.png", colour, seed=min(number + 10, 23))
    found = choose_calibration_pictures(catseye.load(tmp_path), ("blue", "green", "red"), None)
    assert not set(found.calibration.content()) & set(found.labelled.content())
    assert len(set(found.labelled.content())) == len(found.labelled) == 2 * 14
    assert len(found.calibration) == 2 * 10
    names = [found.labelled.classes[label] for label in found.labelled.labels.tolist()]
    assert [("blue", "green", "red")[label] for label in found.labels.tolist()] == names


def test_too_few_pictures_are_refused(tmp_path: Path) -> None:
    for name in ("red", "blue"):
        for number in range(20):
            draw(tmp_path / name / f"{number}.png", seed=number + 100 * (name == "red"))
    dataset = catseye.load(tmp_path)
    with pytest.raises(
        UsageError, match="expected at least 20 pictures with labels to measure on, other than those; got 8"
    ):
        choose_calibration_pictures(dataset, ("blue", "red"), None)
    with pytest.raises(UsageError, match="come without labelled test pictures of the classifier's classes"):
        choose_calibration_pictures(dataset, ("green", "black"), None)


@pytest.mark.slow
def test_the_test_pictures_of_the_run_are_measured_where_the_others_have_no_labels(
    digits_run: Run, digits: Dataset, tmp_path: Path
) -> None:
    folder = tmp_path / "some" / "thing"
    folder.mkdir(parents=True)
    for number in range(60):
        Image.fromarray(digits["train"].picture(number)[:, :, 0]).save(folder / f"{number}.png")
    found = catseye.export(digits_run, "onnx", tmp_path / "m.onnx", quantise="int8", calibrate=tmp_path / "some")
    assert found.quantisation is not None
    assert found.quantisation.counts.examples == len(digits_test())


@pytest.mark.slow
def test_the_command_prints_costs_in_words_and_as_json(
    digits_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digits_run.classifier.save(tmp_path / "digits.safetensors")
    command = ["export", str(tmp_path / "digits.safetensors"), "--to", "onnx", "--quantise", "int8"]
    assert main([*command, "-o", str(tmp_path / "a.onnx"), "--calibrate", "digits", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["quantised"]["type"] == "int8"
    low, high = found["quantised"]["accuracy_difference_interval"]
    assert low <= found["quantised"]["accuracy_difference"] <= high
    assert main([*command, "-o", str(tmp_path / "b.onnx"), "--calibrate", "digits"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Quantised on 128 pictures, and measured on" in printed
    assert "95 % interval" in printed
    assert main([*command, "-o", str(tmp_path / "c.onnx")]) == 2
    assert "--calibrate FOLDER_OR_DATA" in capsys.readouterr().err
