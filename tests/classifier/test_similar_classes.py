"""A word that is no class's name leads to the classes that it means."""

from __future__ import annotations

import pytest

from catseye.classifier.classes import find_class
from catseye.classifier.similar_classes import find_similar_classes, find_synonym
from catseye.errors import UsageError
from catseye.networks.imagenet import class_names, classes_of_kind


@pytest.mark.parametrize(
    ("word", "named"),
    [
        ("cat", ["tiger cat", "Persian cat", "Siamese cat", "Egyptian cat", "tabby (tabby cat)", "such as 282"]),
        ("Cats", ["tiger cat", "tabby (tabby cat)"]),
        ("dog", ["Maltese dog", "Bernese mountain dog", "and 115 more"]),
        ("husky", ["Eskimo dog (husky), Siberian husky."]),
        ("siamese cats", ["did you mean Siamese cat?"]),
        ("golden", ["did you mean golden retriever? Name it as 'golden retriever'"]),
        ("zebraa", ["did you mean zebra"]),
        ("lighthous", ["did you mean lighthouse"]),
        ("panther", ["cougar (panther), jaguar (panther)"]),  # of two classes
        ("pig", ["hog (pig), guinea pig"]),
        ("", ["available: tench"]),
    ],
)
def test_of_imagenet_the_classes_that_a_word_means_are_named(word: str, named: list[str]) -> None:
    with pytest.raises(UsageError) as error:
        find_class(class_names(), word)
    message = str(error.value)
    assert all(one in message for one in named)
    assert not any(one in message for one in ("crate", "oxcart", "castle", "dough"))
    assert len(message.splitlines()) <= 2


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("lighthouse", "beacon"),
        ("Beacon light", "beacon"),
        ("tabby cat", "tabby"),
        ("great-white_shark", "great white shark"),
        ("Felis concolor", "cougar"),
        ("partridge", "partridge"),  # another name of ruffed grouse, but a class's own first
        ("maillot", "maillot"),  # another name of tank suit
    ],
)
def test_imagenet_classes_are_found_by_any_unambiguous_synonym(name: str, own: str) -> None:
    names = class_names()
    assert names[find_class(names, name)] == own


def test_synonyms_count_only_for_imagenet() -> None:
    names = class_names()
    assert find_synonym(names[:-1], "lighthouse") is None
    assert [find_synonym(names, word) for word in ("", "…", "husky", "crane", "no such thing")] == [None] * 5


def test_of_a_kind_of_animals_all_are_found() -> None:
    names = class_names()
    dogs = [names[number] for number in classes_of_kind("dog")]
    assert (len(dogs), dogs[0], dogs[-1]) == (118, "Chihuahua", "Mexican hairless")
    assert [names[number] for number in classes_of_kind("cat")][::4] == ["tabby", "Egyptian cat"]
    assert {names[number] for number in classes_of_kind("bird")} >= {"cock", "great grey owl", "drake", "albatross"}
    assert not classes_of_kind("car")
    assert set(classes_of_kind("dog")) <= set(find_similar_classes(names, "dog", [(name,) for name in names]))


@pytest.mark.parametrize(
    ("classes", "word", "says"),
    [
        (("cat", "dog"), "cats", "did you mean cat? Name it as cat"),
        (("cat", "dog"), "tabby", "available: cat, dog."),  # a transferred classifier knows no breeds
        (("cat_outdoor", "british shorthair"), "cat", "did you mean cat_outdoor?"),
        (("catamaran", "category"), "cat", "did you mean"),
        (("", " "), "cat", "available"),
        (("cat", "dog"), "x" * 10_000, "available: cat, dog."),
    ],
)
def test_of_other_classes_their_own_names_count(classes: tuple[str, ...], word: str, says: str) -> None:
    with pytest.raises(UsageError, match=r"^unknown class") as error:
        find_class(classes, word)
    assert says in str(error.value)
