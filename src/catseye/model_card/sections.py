"""The text of a card, which states what is known, and says what was not measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.export.view import describe_quantisation, tabulate_agreements
from catseye.model_card.parts import Bullets, Section
from catseye.model_card.provenance import to_line
from catseye.model_card.training import describe_data, describe_missing_licence, describe_training
from catseye.model_card.usage import explain_use
from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.export.exported_file import ExportedFile
    from catseye.images.preprocess import Preprocess
    from catseye.model_card.class_accuracy import ClassAccuracy
    from catseye.model_card.model_card import ModelCard
    from catseye.runs.score import Score

_SPLITS = {TRAIN: "training", VALIDATION: "validation", TEST: "test"}
_MOST_NAMED = 100  # classes
_MOST_ROWS = 100  # of the table of classes; of more classes, the worst are shown
_WORST = 25
_NOT_MEASURED = "Not measured."


def describe_sections(card: ModelCard) -> tuple[Section, ...]:
    """Return the sections of a card in reading order."""
    return (
        Section("Intended use", _describe_purpose(card)),
        Section("Data", describe_data(card)),
        Section("How it was made", describe_training(card)),
        Section("Accuracy", _describe_accuracy(card)),
        Section("Calibration", (_describe_calibration(card),)),
        Section("Robustness", _describe_robustness(card)),
        Section("Pictures unlike the training pictures", (_describe_unfamiliarity(card),)),
        *_describe_exported(card.exported),
        Section("Limits", (Bullets(card.limits),)),
        Section("Licences", (Bullets(_list_licences(card)),)),
        Section("How to use it", explain_use(card)),
    )


def summarise_card(card: ModelCard) -> str:
    """Summarise the classifier in one or two sentences."""
    test, count = card.scores.get(TEST), counted(len(card.description.classes), "class", "classes")
    trained = f", trained on {card.data_name}" if card.data_name else ""
    about = f"A picture classifier: {count}, {card.network}{trained}."
    return (
        f"{about} Test accuracy {format_score(test)}." if test else f"{about} Its accuracy on new pictures is unknown."
    )


def format_score(score: Score) -> str:
    """Return an accuracy with its interval and the number of pictures."""
    low, high = (percent(end, 2) for end in score.accuracy_interval)
    return f"{percent(score.accuracy, 2)} (95 % interval {low} to {high}, n = {score.examples:,})"


def _describe_purpose(card: ModelCard) -> tuple[str, ...]:
    own = card.description
    names = tuple(map(to_line, own.classes))
    more = f", and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return (
        f"It tells which of {counted(len(names), 'class', 'classes')} a picture shows, with a probability for each: "
        f"{', '.join(names[:_MOST_NAMED])}{more}.",
        f"Pictures may have any size. {_describe_input(own.preprocess)}",
        "It assigns one of these classes to every picture, whatever it shows. It is meant for pictures like those that "
        "it was trained on. Other uses, and the cost of a wrong answer, have not been examined; examine both before "
        "you use it.",
    )


def _describe_input(preprocess: Preprocess) -> str:
    height, width, channels = preprocess.shape
    colours = "" if channels == 3 else "converted to grey and "
    shape = "square" if height == width else f"part with the aspect ratio {height} to {width}"
    most = "" if preprocess.crop_share == 1 else f" ({percent(preprocess.crop_share)} of the largest possible)"
    return f"The network sees the middle {shape} of each{most}, {colours}scaled to {height} × {width} pixels."


def _describe_accuracy(card: ModelCard) -> tuple[str | Table, ...]:
    scores = card.scores
    if not scores:
        return (_NOT_MEASURED,)
    rows = tuple(
        (
            _name_split(card, split),
            f"{score.examples:,}",
            percent(score.accuracy, 2),
            _format_interval(score.accuracy_interval),
        )
        for split, score in scores.items()
    )
    notes = [
        "The interval is Wilson's, at 95 %: it covers chance in the choice of the test pictures, but not pictures of "
        "another kind."
    ]
    if TEST not in scores:
        notes.append("There was no test split: the accuracy on new pictures is unknown.")
    table = Table(("pictures", "n>", "accuracy>", "95 % interval>"), rows)
    return table, *notes, *_describe_classes(card)


def _name_split(card: ModelCard, split: str) -> str:
    head = card.result.head if card.result else None
    return "cross-validation" if split == VALIDATION and head and head.cross_validated else _SPLITS[split]


def _describe_classes(card: ModelCard) -> tuple[str | Table, ...]:
    classes = card.per_class
    if not classes:
        return ("The accuracy of each class is not stored with this classifier.",)
    shown = classes if len(classes) <= _MOST_ROWS else sorted(classes, key=_recall)[:_WORST]
    rows = tuple(
        (
            to_line(row.name),
            "unknown" if row.trained_on is None else f"{row.trained_on:,}",
            f"{row.examples:,}",
            percent(row.share, 1),
            _format_interval(row.interval, 1) if row.interval else percent(None),
        )
        for row in shown
    )
    which = f" The {_WORST} worst of {len(classes):,} classes are shown." if len(classes) > _MOST_ROWS else ""
    words = f"By class, on the test pictures: the share of its pictures that are recognised (recall).{which}"
    return words, Table(("class", "trained on>", "tested on>", "recall>", "95 % interval>"), rows)


def _recall(row: ClassAccuracy) -> float:
    return 1.0 if row.share is None else row.share


def _format_interval(ends: tuple[float, float], digits: int = 2) -> str:
    return " to ".join(percent(end, digits) for end in ends)


def _describe_calibration(card: ModelCard) -> str:
    own, test = card.description.calibration, card.scores.get(TEST)
    if not own.examples:
        begin = "The probabilities are not calibrated: 90 % does not mean nine times in ten."
    else:
        begin = (
            f"The probabilities are calibrated: the logits are divided by a temperature of {own.temperature:.3g}, "
            f"fitted on predictions for {counted(own.examples, 'picture')} that the network was not trained on."
        )
    if test is None:
        return f"{begin} Calibration on new pictures was not measured."
    error = percent(test.expected_calibration_error)
    return (
        f"{begin} On the {counted(test.examples, 'test picture')}, confidence and accuracy differ by {error} on "
        f"average (expected calibration error, 15 bins)."
    )


def _describe_robustness(card: ModelCard) -> tuple[str | Table, ...]:
    found = card.result.robustness if card.result else None
    if found is None:
        return (
            f"{_NOT_MEASURED} catseye evaluate RUN DATA --robust 4/255 measures it: accuracy under attack, and on "
            "noisy, blurred and compressed pictures. Assume that an invisible change can make the answer wrong.",
        )
    attacked = (
        (
            f"{share.at * 255:.3g}/255",
            f"{share.examples:,}",
            percent(share.accuracy),
            _format_interval(share.interval, 1),
        )
        for share in (found.clean, *found.attacked)
    )
    strengths = tuple(f"{share.at:.3g}>" for share in next(iter(found.corrupted.values()), ()))
    corrupted = tuple((kind, *(percent(one.accuracy) for one in shares)) for kind, shares in found.corrupted.items())
    return (
        f"Under attack ({found.attack.norm} norm, {found.attack.steps} steps, "
        f"{counted(found.attack.restarts, 'restart')}); a stronger attack may find more:",
        Table(("size of the change", "n>", "accuracy>", "95 % interval>"), tuple(attacked)),
        "Common corruptions, accuracy by strength:",
        Table(("corruption", *strengths), corrupted),
    )


def _describe_unfamiliarity(card: ModelCard) -> str:
    found = card.description.unfamiliarity
    if found is None:
        return (
            "Not available: the file has no unfamiliarity score. A picture of something else gets one of the classes, "
            "often with a high probability."
        )
    return (
        "Each answer comes with an unfamiliarity score: how far the picture is from the training pictures in the "
        "network's features. Their median is 0. Above the threshold, 1, a picture counts as unlike the training "
        f"pictures; of new pictures like them, {percent(found.false_alarms)} are expected above it (false alarms), "
        f"fitted on {counted(found.examples, 'picture')}. A score above 1 does not mean that a picture shows none of "
        "the classes: pictures of the same things from another camera may be flagged, and similar classes may not be."
    )


def _describe_exported(found: ExportedFile | None) -> tuple[Section, ...]:
    if found is None:
        return ()
    words = "It computes in single precision, and its answers agree with the classifier's."
    cost: tuple[str | Table, ...] = ()
    if found.quantisation:
        words = (
            "Its network is quantised to 8 bits (int8): its answers differ from those of the original classifier, to "
            "which all other numbers in this card refer."
        )
        cost = describe_quantisation(found.quantisation)
    parts = (f"Format: {found.format}. {words}", *cost, tabulate_agreements(found.agreements))
    return (Section(f"The exported file {to_line(found.name)}", parts),)


def _list_licences(card: ModelCard) -> tuple[str, ...]:
    known = card.licences
    return (
        "This classifier: no licence has been stated. State one before you pass it on.",
        f"Pretrained weights: {known['weights'] or 'not known'}.",
        f"Training pictures: {known['data'] or describe_missing_licence(card)}.",
    )
