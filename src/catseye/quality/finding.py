"""Findings: one thing that is wrong, and all the kinds of such things, the most serious first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catseye.short_repr import ShortRepr

SHORTEST_SIDE = 32  # pixels; under it networks for photographs see next to nothing
LARGEST_PIXELS = 50_000_000
LONGEST_PROPORTION = 4  # times as long as wide: a square crop loses three quarters
LEAST_SPREAD = 3.0  # standard deviation, of values 0 to 255: the noise that JPEG leaves in an empty picture is below
FEWEST_PICTURES = 10  # of a class in training
LARGEST_IMBALANCE = 5


class Severity(StrEnum):
    """How much a finding matters."""

    SERIOUS = "serious"  # no result can be trusted
    WARNING = "warning"  # results get worse
    NOTE = "note"  # good to know


class Kind(StrEnum):
    """The kinds of findings, the most serious first."""

    SPLIT_OVERLAP = "split_overlap"
    CLASS_CONFLICT = "class_conflict"
    NO_TRAINING = "no_training"
    ONE_CLASS = "one_class"
    UNTRAINED_CLASS = "untrained_class"
    SPLIT_LIKE_CLASSES = "split_like_classes"
    LOOK_ALIKE_NAMES = "look_alike_names"
    SEVERAL_LABELS = "several_labels"
    SUSPECT_LABEL = "suspect_label"
    BROKEN = "broken"
    DUPLICATE = "duplicate"
    NEAR_DUPLICATE = "near_duplicate"
    FEW_PICTURES = "few_pictures"
    IMBALANCE = "imbalance"
    UNTESTED_CLASS = "untested_class"
    ONE_COLOUR = "one_colour"
    TINY = "tiny"
    HUGE = "huge"
    PROPORTIONS = "proportions"
    MISNAMED = "misnamed"
    MODE = "mode"


@dataclass(frozen=True)
class KindDescription:
    """What there is to say about one kind of finding.

    Attributes
    ----------
    severity : Severity
    title : str
    advice : str
        Why the problem matters and what to do.
    message_if_none : str
        Message if no finding is of this kind; empty where nothing needs to be said.
    """

    severity: Severity
    title: str
    advice: str
    message_if_none: str = ""


KINDS = {
    Kind.SPLIT_OVERLAP: KindDescription(
        Severity.SERIOUS,
        "The same picture in several splits",
        "The classifier is evaluated on pictures that it was trained on, so the measured accuracy is too high. "
        "Keep each picture, with all its copies, in one split.",
        "no picture is in two splits",
    ),
    Kind.CLASS_CONFLICT: KindDescription(
        Severity.SERIOUS,
        "The same picture in several classes",
        "At most one of the labels is correct. Decide which, and remove the other copies.",
        "no picture is in two classes",
    ),
    Kind.NO_TRAINING: KindDescription(
        Severity.SERIOUS,
        "Nothing to train on",
        "Put pictures into train/, or move the class folders out of the split folders.",
    ),
    Kind.ONE_CLASS: KindDescription(
        Severity.SERIOUS, "Only one class", "A classifier needs at least two classes. Add pictures of another one."
    ),
    Kind.UNTRAINED_CLASS: KindDescription(
        Severity.SERIOUS,
        "Classes without training pictures",
        "They can never be recognised. Move some of their pictures into training, or leave the class out.",
        "every class has training pictures",
    ),
    Kind.SPLIT_LIKE_CLASSES: KindDescription(
        Severity.WARNING,
        "Classes that may be something else",
        "Splits, parts of a collection or folders around the classes can be mistaken for classes; a network then "
        "learns which folder a picture came from. Give the folder whose subfolders are the classes.",
        "every class looks like one",
    ),
    Kind.LOOK_ALIKE_NAMES: KindDescription(
        Severity.WARNING,
        "Class names that look alike",
        "They differ only in case, spaces, accents or similar characters, but are separate classes. "
        "If they mean the same, put their pictures into one folder.",
        "no class names look alike",
    ),
    Kind.SEVERAL_LABELS: KindDescription(
        Severity.WARNING,
        "Classes that are several at once",
        "A picture has one class here, so that each combination of labels, such as cat|dog, is learned as a class of "
        "its own. Give these pictures one label, or leave them out.",
        "no class is several at once",
    ),
    Kind.SUSPECT_LABEL: KindDescription(
        Severity.WARNING,
        "Labels that may be wrong",
        "A classifier that did not see these pictures in training confidently predicts another class. "
        "Look at each: the picture may be hard, or the label wrong.",
        "no label looks wrong",
    ),
    Kind.BROKEN: KindDescription(
        Severity.WARNING,
        "Pictures left out",
        "They cannot be read or found, or it is not clear what their label is. Replace, correct or remove them.",
        "no picture is left out",
    ),
    Kind.DUPLICATE: KindDescription(
        Severity.WARNING,
        "Exact duplicates",
        "Copies count several times, and a new split may put some into training and others into test. Keep one.",
        "no exact duplicates within a class and split",
    ),
    Kind.NEAR_DUPLICATE: KindDescription(
        Severity.WARNING,
        "Near duplicates",
        "The same picture resized, re-encoded, brightened, mirrored, cropped by up to 5 % a side or rotated by up "
        "to 3°; or successive shots of one scene. Keep one, or keep them in one split.",
        "no near duplicates within a class and split (some copies cropped by 10 % or rotated by 5° are missed)",
    ),
    Kind.FEW_PICTURES: KindDescription(
        Severity.WARNING,
        "Classes with few pictures",
        f"Under {FEWEST_PICTURES} training pictures, chance decides what is learned. Add more.",
        f"every class has at least {FEWEST_PICTURES} training pictures",
    ),
    Kind.IMBALANCE: KindDescription(
        Severity.WARNING,
        "Classes of very unequal size",
        f"With a class over {LARGEST_IMBALANCE} times as large as another, a high accuracy can hide that the small "
        "one is never recognised. Add more of it, and look at each class's recall.",
        "classes are of similar size",
    ),
    Kind.UNTESTED_CLASS: KindDescription(
        Severity.WARNING,
        "Classes without test pictures",
        "How well they are recognised cannot be measured.",
        "every class has test pictures",
    ),
    Kind.ONE_COLOUR: KindDescription(
        Severity.WARNING,
        "Pictures of one colour",
        f"The standard deviation of their values is below {LEAST_SPREAD:g} in every channel (range 0 to 255): they "
        "show nothing.",
        "no pictures of one colour",
    ),
    Kind.TINY: KindDescription(
        Severity.WARNING,
        "Tiny pictures",
        f"A side under {SHORTEST_SIDE} pixels. Networks for photographs expect about 224; smaller pictures are "
        "enlarged and blurred.",
        f"no pictures with a side under {SHORTEST_SIDE} pixels",
    ),
    Kind.HUGE: KindDescription(
        Severity.NOTE,
        "Huge pictures",
        f"Over {LARGEST_PIXELS // 1_000_000} million pixels; a network sees a thousandth of them. They cost time.",
        f"no pictures of over {LARGEST_PIXELS // 1_000_000} million pixels",
    ),
    Kind.PROPORTIONS: KindDescription(
        Severity.NOTE,
        "Extreme proportions",
        f"One side over {LONGEST_PROPORTION} times the other: a square crop loses most of such a picture.",
        "no extreme proportions",
    ),
    Kind.MISNAMED: KindDescription(
        Severity.NOTE,
        "Names that do not fit the format",
        "They are read here, by their content; another program may refuse them.",
        "names fit the formats",
    ),
    Kind.MODE: KindDescription(
        Severity.NOTE,
        "Unusual kinds of picture",
        "Each is converted to 8-bit grey or RGB: transparency becomes white, and only the first frame of an "
        "animation is used. If only one class has such pictures, the network may learn that difference.",
        "only plain grey and RGB pictures",
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture is.

    Attributes
    ----------
    path : str
        As its user can find it; ``"train[7]"`` where pictures have no files.
    class_name, split : str
        Empty for a picture that is left out.
    index : int or None
        Number of the picture in its split.
    """

    path: str
    class_name: str = ""
    split: str = ""
    index: int | None = None


@dataclass(frozen=True, repr=False)
class Finding(ShortRepr):
    """One thing that is wrong.

    Attributes
    ----------
    kind : Kind
    reason : str
        What was found, in a few words.
    pictures : tuple of Place
        All pictures that the finding is about; a group of copies is one finding.
    classes, splits : tuple of str
        Classes and splits of these pictures, in their order; those that the finding is about if it names no pictures.
    """

    kind: Kind
    reason: str
    pictures: tuple[Place, ...] = ()
    classes: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return KINDS[self.kind].severity

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "pictures": [place.path for place in self.pictures],
            "classes": list(self.classes),
            "splits": list(self.splits),
            "reason": self.reason,
        }


def make_finding(kind: Kind, places: tuple[Place, ...], reason: str) -> Finding:
    """Return a finding about pictures, with their classes and splits."""
    return Finding(kind, reason, places, tuple(p.class_name for p in places), tuple(p.split for p in places))
