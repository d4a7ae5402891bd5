"""The words of a card on the data and on the training."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TEST, VALIDATION
from catseye.drawing.parts import Table
from catseye.model_card.making import RECIPE
from catseye.model_card.parts import Bullets, Code
from catseye.model_card.provenance import read_text, to_line
from catseye.short_repr import counted
from catseye.system.progress_bar import duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.model_card.model_card import ModelCard

_UNKNOWN = "Not known: the file says nothing of it."
_LONGEST_VALUE = 200  # letters of a recipe's value


def describe_data(card: ModelCard) -> tuple[str | Bullets, ...]:
    """Return what the classifier learned from, as far as it is known."""
    return (Bullets(tuple(_data(card))),) if card.data else (_UNKNOWN,)


def _data(card: ModelCard) -> Iterator[str]:
    data, result = card.data, card.result
    version = read_text(data, "version")
    yield f"Source: {read_text(data, 'name') or 'not known'}{f', version {version}' if version else ''}."
    count = data.get("training_pictures")
    if isinstance(count, int) and not isinstance(count, bool):
        yield f"Training pictures: {count:,}."
    head = result.head if result else None
    for split, words in ((VALIDATION, "Validation"), (TEST, "Test")) if card.scores else ():
        score = card.scores.get(split)
        if split == VALIDATION and head and head.cross_validated:
            yield "Validation pictures: none set aside; validated by cross-validation on the training pictures."
        else:
            yield f"{words} pictures: {f'{score.examples:,}' if score else 'none'}."
    learned = [row.trained_on for row in card.per_class if row.trained_on is not None]
    if learned:
        least, most = min(learned), max(learned)
        between = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        yield f"Training pictures per class: {between} (see the table under Accuracy)."
    fingerprint = read_text(data, "fingerprint")
    yield f"Fingerprint of the training pictures and labels (SHA-256): {fingerprint or 'not known'}."
    if result and result.data.test_fingerprint:
        yield f"Fingerprint of the test pictures and labels: {to_line(result.data.test_fingerprint)}."
    if result and result.left_out:
        yield f"Left out because they cannot be read: {counted(len(result.left_out), 'picture')}."
    yield f"Licence: {card.licences['data'] or 'none is stated'}."
    citation = read_text(data, "citation")
    if citation:
        yield f"Citation: {citation}"


def describe_making(card: ModelCard) -> tuple[str | Code | Table, ...]:
    """Return how the classifier was trained, with which versions, and by which command."""
    if not card.has_origin and not card.weights:
        return (f"Network: {card.network}. How it was trained is not known: the file says nothing of it.",)
    began = f"It began with weights from {card.weights}." if card.weights else "It was trained from random weights."
    took = f" Training took {duration(card.result.seconds.total)}." if card.result else ""
    size = f", {counted(card.result.parameters, 'parameter')}" if card.result else ""
    stopped = f" It stopped early: {to_line(card.result.stopped)}." if card.result and card.result.stopped else ""
    own_text = to_line(card.description.network_name)
    defined = f" Layers: {own_text}." if own_text != card.network else ""
    words = f"Network: {card.network}{size}. {began}{took}{stopped}{defined}"
    versions = ", ".join(f"{name} {version}" for name, version in card.versions.items())
    rows = tuple((to_line(name).replace("_", " "), _value(value)) for name, value in card.recipe.items())
    return (
        words,
        _repeat(card.command),
        *((f"Versions: {versions}.",) if versions else ()),
        *((Table(("recipe", "value"), rows),) if rows else ()),
    )


def _repeat(command: str) -> str | Code:
    if not command:
        return "The command that repeats it is not known."
    recipe = ", with recipe.json from the run's folder" if RECIPE in command else ""
    return Code(f"To repeat it{recipe}", "sh", (command,))


def _value(value: object) -> str:
    text = to_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
