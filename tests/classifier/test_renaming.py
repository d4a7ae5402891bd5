"""Classes that pictures call otherwise than the classifier does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import catseye
from catseye.classifier.classes import match_labels
from catseye.classifier.renaming import read_names_map, rename_classes
from catseye.datasets import from_arrays
from catseye.errors import UsageError
from catseye.networks.imagenet import class_names

_CLASSES = ("bird", "cat", "dog")


def _pictures(*labels: str) -> Any:
    return from_arrays(np.zeros((len(labels), 8, 8), np.uint8), list(labels))["all"]


def test_renamed_classes_are_the_classifiers_and_several_can_mean_one() -> None:
    pictures = _pictures("cats", "kittens", "dog", "cats", "kittens", "dog")
    renamed = rename_classes(pictures, _CLASSES, {"cats": "cat", "kittens": "cat"})
    assert renamed.classes == _CLASSES
    own = [pictures.classes[label] for label in pictures.labels]
    assert [renamed.classes[label] for label in renamed.labels] == ["dog" if name == "dog" else "cat" for name in own]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ({"cat": "cat"}, "unknown class of the pictures 'cat'; did you mean cats?"),
        ({"cats": "cow"}, "unknown class 'cow'"),
    ],
)
def test_a_name_that_nobody_knows_is_an_error(names: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says.replace("?", r"\?")):
        rename_classes(_pictures("cats", "dog"), _CLASSES, names)


def test_synonyms_of_imagenet_classes_are_matched_and_mapped() -> None:
    names = class_names()
    beacon, tabby = names.index("beacon"), names.index("tabby")
    pictures = _pictures("lighthouse", "tabby", "beacon")  # classes in alphabetical order: beacon, lighthouse, tabby
    assert match_labels(names, pictures).tolist() == [beacon, tabby, beacon]
    renamed = rename_classes(_pictures("tower", "puss"), names, {"tower": "lighthouse", "puss": "Tabby cat"})
    assert renamed.labels.tolist() == [beacon, tabby]


def test_a_mapping_is_given_as_such_or_in_words() -> None:
    wanted = {"cats": "cat", "a b": "d=e"}
    assert read_names_map(wanted) == read_names_map(["cats=cat", "a b=d=e"]) == wanted
    assert read_names_map("cats=cat") == {"cats": "cat"}
    for wrong in ("cats", "=cat", "cats=", ["cats=cat", "cats=dog"], 3, {"cats": 1}):
        with pytest.raises(UsageError, match="renamed"):
            read_names_map(wrong)


def test_the_error_offers_the_near_names() -> None:
    with pytest.raises(UsageError, match="does not know") as caught:
        match_labels(_CLASSES, _pictures("Cats", "dogs (all)", "horse", "bird"))
    assert str(caught.value).splitlines() == [
        "the classifier does not know Cats, dogs (all), horse; it knows bird, cat, dog.",
        "If these are synonyms: --map Cats=cat --map 'dogs (all)=CLASS' --map horse=CLASS "
        "(in Python, rename={'Cats': 'cat', …}).",
    ]


def test_evaluate_takes_other_names(digits_run: Any) -> None:
    test = catseye.load("digits", split="test")
    plain = catseye.evaluate(digits_run, test)
    named = from_arrays(
        np.stack([test.picture(index)[:, :, 0] for index in range(len(test))]),
        ["zero" if label == 0 else str(label) for label in test.labels.tolist()],
    )["all"]
    with pytest.raises(UsageError, match="--map zero=CLASS"):
        catseye.evaluate(digits_run, named)
    assert catseye.evaluate(digits_run, named, rename={"zero": "0"}).accuracy == plain.accuracy
    assert catseye.evaluate(digits_run, named, rename="zero=0").examples == 359
