"""Two classifiers on the same pictures: which are right, by whose names, and on what."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import log_loss

from catseye.classifier.comparison import class_matching
from catseye.classifier.comparison.class_matching import match_classes, read_name_pairs
from catseye.classifier.comparison.paired_comparison import compare_classifiers
from catseye.datasets import from_arrays
from catseye.errors import UsageError
from catseye.evaluation.calibration import Calibration

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.classifier.comparison.paired_comparison import PairedComparison

_NAMES = ("old", "new")


def _pictures(*labels: str) -> Any:
    """Return pictures whose pixels are all their number, so that a classifier made here recognises them."""
    images = np.arange(len(labels), dtype=np.uint8)[:, None, None] * np.ones((8, 8), np.uint8)
    # With a test split of its own, none is set aside.
    return from_arrays(images, list(labels), images[:1], [labels[0]])["train"]


@pytest.fixture(autouse=True)
def _no_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let classifiers answer from a table."""
    monkeypatch.setattr(
        class_matching, "compute_scored", lambda classifier, pictures: (classifier.logits(pictures), None)
    )


def _classifier(classes: tuple[str, ...], said: list[dict[str, float]]) -> Any:
    """Return what answers the picture whose pixels are n with the probabilities ``said[n]``."""
    rows = np.array([[answer.get(name, 1e-9) for name in classes] for answer in said])
    logits = np.log(rows / rows.sum(1, keepdims=True))
    return SimpleNamespace(
        classes=classes,
        calibration=Calibration(),
        unfamiliarity=None,
        logits=lambda pictures: logits[[int(pictures.batch([i]).max()) for i in range(len(pictures))]],
    )


def _says(name: str, sure: float, other: str) -> dict[str, float]:
    return {name: sure, other: 1 - sure}


@pytest.fixture
def compared() -> PairedComparison:
    """Five pictures; the second classifier knows the same classes in another order, and one more."""
    pictures = _pictures("cat", "dog", "dog", "cat", "dog")
    first = [("cat", 0.9, "dog"), ("cat", 0.7, "dog"), ("dog", 0.8, "cat"), ("dog", 0.6, "cat"), ("cat", 0.9, "dog")]
    second = [("cat", 0.8, "dog"), ("dog", 0.9, "cat"), ("dog", 0.6, "cat"), ("dog", 0.9, "cat"), ("bird", 0.6, "cat")]
    return compare_classifiers(
        (
            _classifier(("cat", "dog"), [_says(*answer) for answer in first]),
            _classifier(("dog", "bird", "cat"), [_says(*answer) for answer in second]),
        ),
        _NAMES,
        pictures,
    )


def test_classes_are_matched_by_name_whatever_their_order(compared: PairedComparison) -> None:
    counts = compared.counts
    assert (counts.both, counts.only_first, counts.only_second, counts.neither) == (2, 0, 1, 2)
    assert counts.difference == pytest.approx(0.2)
    assert compared.notes == ("new also knows bird; if it predicts one of these, it is wrong.",)


def test_differing_pictures_are_listed_with_both_predictions(compared: PairedComparison) -> None:
    assert compared.to_json()["differing"] == [
        {
            "picture": "1",
            "true_class": "dog",
            "predictions": [
                {"class": "cat", "probability": pytest.approx(0.7)},
                {"class": "dog", "probability": pytest.approx(0.9)},
            ],
        },
        {
            "picture": "4",
            "true_class": "dog",
            "predictions": [
                {"class": "cat", "probability": pytest.approx(0.9)},
                {"class": "bird", "probability": pytest.approx(0.6)},
            ],
        },
    ]


def test_log_loss_agrees_with_scikit_learn(compared: PairedComparison) -> None:
    own = [0.9, 0.3, 0.8, 0.4, 0.1]  # what the first gave to the true class
    truth = np.array(["cat", "dog", "dog", "cat", "dog"])
    rows = [[p, 1 - p] if name == "cat" else [1 - p, p] for p, name in zip(own, truth, strict=True)]
    assert compared.evaluations[0].loss == pytest.approx(log_loss(truth, rows), rel=1e-6)


def test_pictures_of_a_class_unknown_to_one_are_left_out_and_counted() -> None:
    pictures = _pictures("bird", "cat", "dog", "bird", "dog")
    right = [_says(name, 0.9, "dog" if name == "cat" else "cat") for name in ("bird", "cat", "dog", "bird", "dog")]
    wrong = [_says("dog", 0.9, "cat")] * 5
    found = compare_classifiers(
        (_classifier(("cat", "dog"), wrong), _classifier(("bird", "cat", "dog"), right)), _NAMES, pictures
    )
    assert (found.counts.examples, found.counts.only_second) == (3, 1)
    assert [entry["picture"] for entry in found.to_json()["differing"]] == ["1"]  # by its number among those given
    assert found.notes == (
        "left out: 2 pictures of bird, which old does not know.",
        "new also knows bird; if it predicts one of these, it is wrong.",
        "compared on the 3 pictures of cat, dog.",
    )


def test_each_classifier_uses_its_own_names_and_several_are_added() -> None:
    pictures = _pictures("cats", "dogs")
    first = _classifier(("cat", "dog"), [_says("cat", 0.9, "dog"), _says("dog", 0.9, "cat")])
    second = _classifier(
        ("tabby", "Persian", "hound"),
        [{"tabby": 0.3, "Persian": 0.3, "hound": 0.4}, {"tabby": 0.2, "Persian": 0.2, "hound": 0.6}],
    )
    pairs = read_name_pairs({"cats": ["cat", "tabby", "Persian"], "dogs": ["dog", "hound"]})
    found = compare_classifiers((first, second), _NAMES, pictures, pairs)
    (first_said, first_sure), (second_said, second_sure) = found.answer(0)
    assert (first_said, second_said) == ("cats", "cats")
    assert (first_sure, second_sure) == pytest.approx((0.9, 0.6))
    assert found.counts.both == 2


def test_pairs_are_given_as_text_or_as_a_mapping() -> None:
    assert read_name_pairs(None) == ()
    assert read_name_pairs("a=b") == (("a", "b"),)
    assert read_name_pairs(["a=b", "a=c=d"]) == (("a", "b"), ("a", "c=d"))
    assert read_name_pairs({"a": "b", "c": ["d", "e"]}) == (("a", "b"), ("c", "d"), ("c", "e"))
    for wrong in ("a", "=b", "a=", 3, {"a": 1}):
        with pytest.raises(UsageError, match="renamed as THEIRS=OURS"):
            read_name_pairs(wrong)


def _refused(pictures: Any, first: tuple[str, ...], second: tuple[str, ...], pairs: Any = None) -> str:
    blank: list[dict[str, float]] = [{}] * len(pictures)
    with pytest.raises(UsageError) as caught:
        compare_classifiers(
            (_classifier(first, blank), _classifier(second, blank)), _NAMES, pictures, read_name_pairs(pairs)
        )
    return str(caught.value)


def test_without_a_common_class_the_error_names_all_and_suggests_a_map() -> None:
    said = _refused(_pictures("cats", "dogs"), ("cat", "dog"), ("cats", "dogs"))
    assert said.splitlines() == [
        "the pictures and both classifiers have no class in common: the pictures are of cats, dogs; old "
        "knows cat, dog; new knows cats, dogs.",
        "If these are synonyms: --map cats=cat --map dogs=dog (in Python, rename={'cats': 'cat', …}).",
    ]


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ("cat=dgo", "unknown class of the classifiers 'dgo'; did you mean dog?"),
        ("catt=cat", "unknown class of the pictures 'catt'; did you mean cat?"),
        (["cat=dog", "dog=dog"], "cat and dog both mean dog to old; merge them with --merge 'cat,dog=dog'"),
    ],
)
def test_names_that_do_not_fit_are_refused(pairs: Any, says: str) -> None:
    assert re.match(re.escape(says), _refused(_pictures("cat", "dog"), ("cat", "dog"), ("cat", "dog"), pairs))


def test_an_own_class_of_the_same_name_but_another_meaning_stays_separate() -> None:
    meanings = match_classes(("cat", "dog"), ["cat"], [("cat", "dog")], "old")
    assert meanings == {"cat": (1,)}


def test_page_figure_and_notebook_show_the_pictures(compared: PairedComparison, tmp_path: Path) -> None:
    page = compared.save(tmp_path / "page.html").read_text()
    assert page.count("<img src=") == 2
    assert "Only new is right (1)" in page
    assert "Both are wrong, in different ways (1)" in page
    assert compared._repr_html_().count("<img ") == 2
    assert len(compared.figure().findobj(lambda part: type(part).__name__ == "AxesImage")) == 2


def test_nothing_differs_when_a_classifier_is_compared_with_itself(tmp_path: Path) -> None:
    pictures = _pictures("cat", "dog")
    same = _classifier(("cat", "dog"), [_says("cat", 0.9, "dog")] * 2)
    found = compare_classifiers((same, same), _NAMES, pictures)
    assert (found.counts.difference, found.counts.p_value, found.differing) == (0.0, 1.0, [])
    assert "They predict the same class for every picture." in found.save(tmp_path / "same.html").read_text()
    found.save(tmp_path / "same.png")
