"""What a classifier keeps to score pictures agrees with scikit-learn, survives its file, and is checked when read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import safetensors.numpy
from sklearn.covariance import ledoit_wolf

from catseye.classifier.backbone_profiles import TEMPERATURE, BackboneProfiles, PretrainedHead
from catseye.classifier.header import KEY, compose, read_description
from catseye.classifier.mahalanobis import Mahalanobis
from catseye.classifier.unfamiliarity import PREFIX, Unfamiliarity
from catseye.classifier.unfamiliarity_fitting import KnownPictures, fit_unfamiliarity
from catseye.errors import CatseyeError
from tests.classifier.test_lite_file import DESCRIPTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from catseye.arrays import Floats, Integers

WIDTH, CLASSES, COUNT = 24, 3, 60


def pictures(seed: int = 0, count: int = COUNT) -> tuple[Floats, Integers]:
    """Return features and labels of classes that lie apart."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % CLASSES
    centres = np.random.default_rng(99).normal(0, 1, (CLASSES, WIDTH))
    features = centres[labels] + 0.3 * random.normal(0, 1, (count, WIDTH))
    return features.astype(np.float32), labels


def pretrained_head() -> PretrainedHead:
    random = np.random.default_rng(5)
    return PretrainedHead(
        random.normal(0, 1, (50, WIDTH)).astype(np.float32), random.normal(0, 1, 50).astype(np.float32)
    )


def fitted(head: PretrainedHead | None = None) -> Unfamiliarity:
    found = fit_unfamiliarity(KnownPictures(*pictures()), "fc", head)
    assert found is not None
    return found


@pytest.mark.parametrize("count", [15, 60, 300])  # fewer pictures than features, and more
def test_distances_are_mahalanobis_with_the_covariance_of_ledoit_and_wolf(count: int) -> None:
    features, labels = pictures(count=count)
    others = np.random.default_rng(7).normal(0, 1, (20, WIDTH)).astype(np.float32)

    def unit_roots(values: Floats) -> Floats:
        roots = np.sign(values) * np.sqrt(np.abs(values)).astype(np.float64)
        return np.asarray(roots / np.linalg.norm(roots, axis=1, keepdims=True))

    points, given = unit_roots(features), unit_roots(others)
    means = np.stack([points[labels == label].mean(0) for label in range(CLASSES)])
    precision = np.linalg.inv(ledoit_wolf(points - means[labels], assume_centered=True)[0])
    expected = np.min([((given - mean) @ precision * (given - mean)).sum(1) for mean in means], axis=0)
    found = Mahalanobis.fit(features, labels, WIDTH).distances(others)
    np.testing.assert_allclose(found, expected, rtol=0.01)  # the basis is kept in half precision


def test_predictions_are_the_heads_at_the_temperature_except_for_rounding() -> None:
    features, labels = pictures()
    head = pretrained_head()
    logits = (features @ head.weight.T + head.bias) / TEMPERATURE
    expected = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    found = BackboneProfiles.fit(head, features, labels).predict(features)
    assert np.abs(found - expected).max() < 0.15
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.98


def test_weights_that_fit_four_bits_are_exact_even_for_an_odd_number_of_features() -> None:
    weight = np.array([[7, -3, 1], [-7, 3, -1]], np.float32)  # the mean over classes is 0
    profiles = BackboneProfiles.fit(
        PretrainedHead(weight, np.zeros(2, np.float32)), np.eye(3, dtype=np.float32), np.arange(3)
    )
    expected = 1 / (1 + np.exp(-2 * weight[0] / TEMPERATURE))  # of the first of two classes
    np.testing.assert_allclose(profiles.predict(np.eye(3, dtype=np.float32))[:, 0], expected, rtol=1e-5)


def test_the_threshold_passes_the_stated_share_of_new_pictures() -> None:
    found = fitted(pretrained_head())
    assert found.examples == COUNT
    # The smallest k with k / 61 at least 95 % is 58, so that 3 of 61 places are above.
    assert found.false_alarms == pytest.approx(3 / 61)
    share = (found.score(pictures(seed=1, count=3000)[0]) > 1).mean()
    assert 0.005 < share < 0.12  # 4.9 % are expected; with 60 pictures its standard deviation is 2.8 points


def test_half_of_the_pictures_left_out_score_below_zero_and_others_above_one() -> None:
    found = fitted()
    again = found.score(pictures(seed=2, count=999)[0])
    assert abs((again < 0).mean() - 0.5) < 0.25
    far = np.random.default_rng(3).normal(0, 1, (200, WIDTH)).astype(np.float32)
    assert (found.score(far) > 1).mean() > 0.95


def test_held_out_pictures_set_the_threshold_where_they_are_given() -> None:
    features, labels = pictures()
    held_out = pictures(seed=4, count=19)[0]
    found = fit_unfamiliarity(KnownPictures(features, labels, held_out), "fc")
    assert found is not None
    # Of 19, the largest is the threshold: 1 of 20 places is above.
    assert (found.examples, found.false_alarms) == (19, 1 / 20)
    assert found.score(held_out).max() == pytest.approx(1)
    assert np.median(found.score(held_out)) == pytest.approx(0, abs=1e-6)


def test_non_finite_features_are_unlike_any() -> None:
    values = np.full((2, WIDTH), 0.5, np.float32)
    values[0, 0], values[1, 3] = np.nan, np.inf
    assert (fitted().score(values) == 1e9).all()


@pytest.mark.parametrize("labels", [[0, 0, 0, 0], [0, 1, 2, 3], [0, 0, 0, 1]])
def test_the_same_picture_four_times_is_scored_and_so_are_single_pictures_of_classes(labels: list[int]) -> None:
    same = np.ones((4, WIDTH), np.float32)
    found = fit_unfamiliarity(KnownPictures(same, np.array(labels)), "fc", pretrained_head())
    assert found is not None
    assert not (found.score(same) > 1).any()
    assert (found.score(-same) > 1).all()


def grouped(means: Floats, seed: int) -> tuple[Floats, Integers]:
    """Return 20 pictures of each of five classes around their means (5, F), and their labels."""
    labels = np.repeat(np.arange(5), 20)
    noise = np.random.default_rng(seed).normal(0, 0.1, (100, means.shape[1]))
    return np.maximum(means[labels] + noise, 0).astype(np.float32), labels


def test_predictions_that_say_nothing_about_the_classes_are_not_used() -> None:
    """Five classes that differ in one feature each; a head that does not see these features, and one that does."""
    features, labels = grouped(0.4 + 0.3 * np.eye(5, WIDTH), 0)
    weight = np.random.default_rng(1).normal(0, 0.5, (9, WIDTH)).astype(np.float32)
    weight[:, :5] = 0
    blind = PretrainedHead(weight, np.zeros(9, np.float32))
    seeing = PretrainedHead((20 * np.eye(9, WIDTH)).astype(np.float32), np.zeros(9, np.float32))
    without, beside = (fit_unfamiliarity(KnownPictures(features, labels), "fc", head) for head in (blind, seeing))
    assert without is not None
    assert beside is not None
    assert without.profiles is None
    assert beside.profiles is not None


def test_with_two_classes_the_predictions_are_always_used() -> None:
    features, labels = pictures()
    found = fit_unfamiliarity(KnownPictures(features, (labels > 0).astype(np.int64)), "fc", pretrained_head())
    assert found is not None
    assert found.profiles is not None


def test_three_pictures_are_too_few_for_a_score() -> None:
    features, labels = pictures(count=3)
    assert fit_unfamiliarity(KnownPictures(features, labels), "fc") is None


@pytest.mark.parametrize(("width", "classes"), [(1280, 2), (2048, 37), (4096, 2), (12_288, 10)])
@pytest.mark.slow  # large matrices
def test_no_file_grows_by_more_than_two_megabytes(width: int, classes: int) -> None:
    random = np.random.default_rng(0)
    features = random.random((40, width), np.float32)
    head = PretrainedHead(random.normal(0, 1, (1000, width)).astype(np.float32), np.zeros(1000, np.float32))
    found = fit_unfamiliarity(KnownPictures(features, np.arange(40) % classes), "fc", head if width < 9999 else None)
    assert found is not None
    assert sum(values.nbytes for values in found.arrays.values()) < 2_000_000
    assert (found.profiles is not None) == (width <= 2048)


@pytest.mark.parametrize("head", [None, pretrained_head()])
def test_a_file_contains_the_whole_score(tmp_path: Path, head: PretrainedHead | None) -> None:
    found = fitted(head)
    path = tmp_path / "classifier.safetensors"
    path.write_bytes(compose({}, replace(DESCRIPTION, unfamiliarity=found)))
    loaded = read_description(path).unfamiliarity
    assert loaded is not None
    given = pictures(seed=8)[0]
    np.testing.assert_array_equal(loaded.score(given), found.score(given))
    assert loaded.to_json() == found.to_json()


def test_a_file_of_an_earlier_version_has_no_score(tmp_path: Path) -> None:
    path = tmp_path / "classifier.safetensors"
    path.write_bytes(compose({}, DESCRIPTION))
    assert read_description(path).unfamiliarity is None


def without(name: str) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda _, arrays: arrays.pop(f"{PREFIX}{name}")


def changed(name: str, values: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda _, arrays: arrays.__setitem__(f"{PREFIX}{name}", values)


def stating(name: str, value: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda header, _: header["unfamiliarity"].__setitem__(name, value)


@pytest.mark.parametrize(
    "spoil",
    [
        *(without(name) for name in ("mean", "basis", "centres", "variances", "rest", "weights", "profiles")),
        changed("mean", np.zeros(WIDTH + 1, np.float32)),
        changed("mean", np.zeros(WIDTH, np.float64)),
        changed("mean", np.full(WIDTH, np.nan, np.float32)),
        changed("rest", np.zeros(1, np.float32)),
        changed("centres", np.zeros((0, WIDTH), np.float32)),
        changed("profiles", np.zeros((2, 3, 4), np.float16)),
        changed("more", np.zeros(1, np.float32)),
        stating("layer", 3),
        stating("layer", "x" * 501),
        stating("scales", [[0, 1]]),
        stating("scales", [[0, 1], [1, 1]]),
        stating("scales", [[0, 1], [0, float("nan")]]),
        stating("total", [True, 2]),
        stating("total", None),
        stating("false_alarms", 0),
        stating("examples", 0),
        stating("examples", 2.5),
        lambda header, _: header.__setitem__("unfamiliarity", None),
        lambda header, _: header["unfamiliarity"].clear(),
    ],
)
def test_an_inconsistent_file_is_refused(
    tmp_path: Path, spoil: Callable[[dict[str, Any], dict[str, Any]], None]
) -> None:
    description = replace(DESCRIPTION, unfamiliarity=fitted(pretrained_head()))
    header, arrays = description.to_json(), dict(description.unfamiliarity.arrays if description.unfamiliarity else {})
    spoil(header, arrays)
    path = tmp_path / "classifier.safetensors"
    path.write_bytes(safetensors.numpy.save(arrays, {KEY: json.dumps(header)}))
    with pytest.raises(CatseyeError, match="does not describe a classifier"):
        read_description(path)
