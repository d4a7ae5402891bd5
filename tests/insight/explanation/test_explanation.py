"""A picture and a class in, judged maps out, for every kind of network."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest
import torch

import catseye
from catseye.classifier.classifier import Classifier
from catseye.classifier.stored_network import compiled_network
from catseye.errors import PictureError, UsageError
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.insight.explanation.attribution import METHODS
from catseye.insight.explanation.explanation import explain
from catseye.insight.explanation.words import sentence
from catseye.networks import build
from catseye.runs.run import Run
from tests.judges import timm


def classifier(name: str, shape: tuple[int, int, int]) -> Classifier:
    torch.manual_seed(0)
    network = build(name, shape, 3).eval()
    return Classifier(network, name, {}, Preprocess(*shape), ("a", "b", "c"), Calibration(), {})


@pytest.mark.slow
def test_the_predicted_class_is_explained_by_every_method(digits_run: Run) -> None:
    picture, label = catseye.load("digits", split="test")[3]
    found = explain(digits_run.classifier, picture, methods="all", scores=True, check=True)
    prediction = digits_run.classifier.predict(picture)[0]
    assert (found.class_name, found.probability) == (prediction.class_name, prediction.probability)
    assert found.class_name == found.predicted == str(label)
    assert [one.attribution.method for one in found.maps] == list(METHODS)
    assert all(one.sanity for one in found.maps)
    other = explain(digits_run.classifier, picture, "7", ["occlusion"], scores=True)
    assert (other.class_name, other.predicted) == ("7", str(label))
    assert other.probability == pytest.approx(prediction.probabilities[7])
    assert "deletion and insertion say little" in other.notes[0]
    assert not np.array_equal(other.maps[0].attribution.map, found.maps[2].attribution.map)


def test_the_classifier_is_left_as_it_was(digits_run: Run) -> None:
    network = digits_run.classifier.network
    learning = [weight.requires_grad for weight in network.parameters()]
    explain(digits_run.classifier, np.zeros((8, 8), np.uint8), methods=["grad_cam"])
    assert [weight.requires_grad for weight in network.parameters()] == learning


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mobilenet_v2", "resnet18", "timm:resnet10t"])
def test_every_backbone_is_explained(name: str) -> None:
    assert timm  # which needs to be imported with care
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    found = explain(classifier(name, (64, 64, 3)), noise, methods=["grad_cam", "smooth_grad"])
    for one in found.maps:
        assert one.attribution.map.shape == (64, 64)
        assert np.isfinite(one.attribution.map).all()


def test_a_map_of_one_place_is_said_to_tell_nothing() -> None:
    """Five halvings leave one place of 32 pixels."""
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    found = explain(classifier("resnet18", (32, 32, 3)), noise, methods=["grad_cam"])
    assert "Grad-CAM's map is the same everywhere" in " ".join(found.notes)


@pytest.mark.parametrize(("value", "off"), [(0, 0), (128, 0), (255, 0), (128, 1)])
def test_no_map_of_a_blank_picture_is_praised(value: int, off: int) -> None:
    """A single value that is one off is not to be seen either."""
    blank = np.full((28, 28), value, np.uint8)
    blank[5, 5] += off
    found = explain(classifier("convnet", (28, 28, 1)), blank, methods="all", scores=True)
    assert "the picture is blank" in found.notes[0]
    verdicts = {one.faithfulness.verdict for one in found.maps if one.faithfulness}
    assert verdicts == {"nothing to tell: the probability does not change"}
    assert all(one.attribution.completeness.holds for one in found.maps if one.attribution.completeness)


def test_of_a_dense_network_grad_cam_is_left_out_and_said() -> None:
    dense = classifier("dense", (28, 28, 1))
    found = explain(dense, np.eye(28, dtype=np.uint8) * 255, methods="all")
    assert [one.attribution.method for one in found.maps] == ["integrated_gradients", "occlusion", "smooth_grad"]
    assert "left out: Grad-CAM needs maps" in found.notes[0]
    with pytest.raises(UsageError, match="What works with any network"):
        explain(dense, np.eye(28, dtype=np.uint8), methods=["grad_cam"])


@pytest.mark.slow
def test_a_transformer_has_tokens_and_no_maps() -> None:
    assert timm
    found = explain(classifier("timm:test_vit", (160, 160, 3)), np.eye(160, dtype=np.uint8) * 255, methods="all")
    assert [one.attribution.method for one in found.maps] == ["integrated_gradients", "occlusion", "smooth_grad"]
    assert "Grad-CAM needs a layer with height and width" in found.notes[0]


def test_what_does_not_exist_is_said(digits_run: Run) -> None:
    digit = np.zeros((8, 8), np.uint8)
    with pytest.raises(UsageError, match="unknown class 'ten'"):
        explain(digits_run.classifier, digit, "ten")
    with pytest.raises(UsageError, match="did you mean grad_cam"):
        explain(digits_run.classifier, digit, methods=["gradcam"])
    with pytest.raises(UsageError, match="did you mean relu"):
        explain(digits_run.classifier, digit, layer="relu9")
    with pytest.raises(UsageError, match="a layer is for Grad-CAM"):
        explain(digits_run.classifier, digit, methods=["occlusion"], layer="relu1")
    with pytest.raises(PictureError, match="no such file"):
        explain(digits_run.classifier, "nowhere.png")


def test_by_default_there_is_one_map_and_a_sentence_with_how_certain_the_classifier_is(digits_run: Run) -> None:
    picture, label = catseye.load("digits", split="test")[3]
    found = explain(digits_run.classifier, picture)
    (one,) = found.maps
    assert (one.attribution.method, one.faithfulness, one.sanity, found.random_baseline) == (
        "occlusion",
        None,
        None,
        None,
    )
    certain = f"{100 * found.probability:.1f} %"
    said = (
        f"Orange places speak for {label}, blue ones against it (Occlusion); the classifier is {certain} certain of it."
    )
    assert found.view().parts == (said,)
    other = explain(digits_run.classifier, picture, "7", "occlusion")
    assert "Orange places speak for 7, blue ones against it (Occlusion); the classifier gives it" in sentence(other)
    assert sentence(other).endswith(f"and predicts {label}.")
    json = found.to_json()["maps"][0]
    assert {json[key] for key in ("deletion", "insertion", "random", "verdict", "sanity")} == {None}


def test_a_network_without_maps_is_explained_by_occlusion_and_that_is_said() -> None:
    found = explain(classifier("dense", (28, 28, 1)), np.eye(28, dtype=np.uint8) * 255)
    assert [one.attribution.method for one in found.maps] == ["occlusion"]
    assert "left out: Grad-CAM needs maps" in found.notes[0]


def test_a_picture_is_covered_by_the_compiled_network_which_stays_valid(
    digits_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, _ = catseye.load("digits", split="test")[3]
    assert digits_run.folder
    loaded = Classifier.load(digits_run.folder)
    compiled = compiled_network(loaded)
    assert compiled
    answers = Mock(wraps=compiled.logits)
    monkeypatch.setattr(compiled, "logits", answers)
    (quick,) = explain(loaded, picture, methods=["occlusion"]).maps
    assert answers.called
    assert compiled_network(loaded) is compiled
    (plain,) = explain(digits_run.classifier, picture, methods=["occlusion"]).maps  # whose network was trained here
    np.testing.assert_allclose(quick.attribution.map, plain.attribution.map, atol=1e-4)


def test_where_grad_cam_has_few_positions_a_small_picture_is_occluded_and_said() -> None:
    digit = np.eye(28, dtype=np.uint8) * 255
    convnet = classifier("convnet", (28, 28, 1))
    found = explain(convnet, digit, name="my-run")
    assert [one.attribution.method for one in found.maps] == ["occlusion"]
    assert "Grad-CAM is of maps of only 9 positions (3×3, layer relu3)" in found.notes[0]
    assert "my-run" in sentence(found)
    assert found.to_json()["classifier"] == "my-run"
    asked = explain(convnet, digit, methods="grad_cam")
    assert "finer: --methods occlusion" in asked.notes[0]
    assert "(Grad-CAM, 3×3 positions)" in sentence(asked)
    assert "hardly say where" in sentence(asked)
    both = explain(convnet, digit, methods=["grad_cam", "occlusion"])
    assert "--methods" not in both.notes[0]
    assert explain(convnet, digit, layer="relu1").maps[0].attribution.method == "grad_cam"
