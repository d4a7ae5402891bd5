"""The text of a card about the data and the training."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from catseye.datasets.dataset import TEST, VALIDATION
from catseye.datasets.info import is_in_memory
from catseye.drawing.parts import Table
from catseye.model_card.licences import name_weights
from catseye.model_card.making import RECIPE
from catseye.model_card.parts import Bullets, Code
from catseye.model_card.provenance import read_text, to_line
from catseye.short_repr import counted
from catseye.system.progress_bar import duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from catseye.model_card.model_card import ModelCard

_UNKNOWN = "Unknown: the file does not say."
_LONGEST_VALUE = 200  # characters of a recipe's value


def describe_data(card: ModelCard) -> tuple[str | Bullets, ...]:
    """Describe the training data, as far as they are known."""
    return (Bullets(tuple(_list_data(card))),) if card.data else (_UNKNOWN,)


def _list_data(card: ModelCard) -> Iterator[str]:
    data, result = card.data, card.result
    version = read_text(data, "version")
    yield f"Source: {card.data_name or 'not known'}{f', version {version}' if version else ''}."
    count = data.get("training_pictures")
    if isinstance(count, int) and not isinstance(count, bool):
        yield f"Training pictures: {count:,}."
    head = result.head if result else None
    for split, words in ((VALIDATION, "Validation"), (TEST, "Test")) if card.scores else ():
        score = card.scores.get(split)
        if split == VALIDATION and head and head.cross_validated:
            yield "Validation pictures: none; cross-validated on the training pictures."
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
    yield f"Licence: {card.licences['data'] or describe_missing_licence(card)}."
    citation = read_text(data, "citation")
    if citation:
        yield f"Citation: {citation}"


def describe_missing_licence(card: ModelCard) -> str:
    """Return the words for data without a licence; data passed in Python may come from a source that has one."""
    return "not known" if is_in_memory(read_text(card.data, "name")) else "none is stated"


def describe_training(card: ModelCard) -> tuple[str | Code | Table, ...]:
    """Describe how the classifier was trained, with which versions, and by which command."""
    if not card.has_origin and not card.weights:
        return (f"Network: {card.network}. How it was trained is unknown: the file does not say.",)
    began = "It was trained from random weights."
    if card.weights:
        began = f"It started from the weights {name_weights(card.weights)}."
    took = f" Training took {_format_duration(card.result.seconds.total)}." if card.result else ""
    size = f", {counted(card.result.parameters, 'parameter')}" if card.result else ""
    stopped = f" It stopped early: {to_line(card.result.stopped)}." if card.result and card.result.stopped else ""
    own_text = to_line(card.description.network_name)
    defined = f" Layers: {own_text}." if own_text != card.network else ""
    words = f"Network: {card.network}{size}. {began}{took}{stopped}{defined}"
    versions = ", ".join(f"{name} {version}" for name, version in card.versions.items())
    rows = tuple(_recipe_rows(card.recipe))
    return (
        words,
        _describe_command(card),
        *((f"Versions: {versions}.",) if versions else ()),
        *((Table(("recipe", "value"), rows),) if rows else ()),
    )


def _describe_command(card: ModelCard) -> str | Code:
    if not card.command:
        return "The command that made it is not recorded."
    own = "" if read_text(card.data, "version") else ", in the folder that holds the data"
    recipe = ", with recipe.json from the run's folder" if RECIPE in card.command else ""
    return Code(f"To reproduce it{own}{recipe}", "sh", (card.command,))


def _format_duration(seconds: float) -> str:
    return duration(seconds) if seconds >= 1 else "less than a second"


def _recipe_rows(recipe: Mapping[str, Any], of: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and value of each setting in words; nested ones follow their parent."""
    for name, value in recipe.items():
        words = f"{of}{to_line(name).replace('_', ' ')}"
        if isinstance(value, dict) and not of:
            yield words, "yes"
            yield from _recipe_rows(value, f"{words}: ")
        else:
            yield words, _format_value(value)


def _format_value(value: object) -> str:
    if isinstance(value, str):
        text = to_line(value)
    elif value is None:
        text = "none"
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    else:
        text = to_line(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
