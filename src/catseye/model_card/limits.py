"""The limits of the numbers in a card, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.model_card.provenance import to_line
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catseye.classifier.description import Description
    from catseye.model_card.class_accuracy import ClassAccuracy
    from catseye.runs.score import Score

_FEW_TESTED, _FEW_LEARNED = 100, 30  # test pictures; training pictures of a class
_MOST_NAMED = 5  # classes


def list_limits(
    description: Description, test: Score | None, classes: Sequence[ClassAccuracy], notes: Sequence[str]
) -> Iterator[str]:
    """Yield the limits of the numbers.

    Parameters
    ----------
    description
    test
        The score on the test pictures, if there is one.
    classes
        The accuracy of each class, if it is known.
    notes
        Remarks about the data.
    """
    one = (
        "Training and test pictures are from one collection" if test else "It has seen only one collection of pictures"
    )
    yield (
        f"{one}. On pictures from another source (another camera, place or selection), expect a lower accuracy and "
        "more pictures that are unlike the training pictures."
    )
    if test is None:
        yield "It was not tested: its accuracy on new pictures is unknown."
    elif test.examples < _FEW_TESTED:
        yield f"It was tested on only {counted(test.examples, 'picture')}: the interval of its accuracy is wide."
    few = [row for row in classes if row.trained_on is not None and row.trained_on < _FEW_LEARNED]
    if few:
        yield _few_learned(few)
    if description.unfamiliarity is None:
        yield "It cannot tell when a picture shows something else."
    if not description.calibration.examples:
        yield "Its probabilities are not calibrated."
    yield "Whether it is less accurate for some groups of people, places or things has not been examined."
    for note in notes:
        if "unofficial copy" not in note:  # this note contains a path of the training machine
            yield f"About the data: {to_line(note).rstrip('.')}."


def _few_learned(few: Sequence[ClassAccuracy]) -> str:
    names = ", ".join(to_line(row.name) for row in few[:_MOST_NAMED]) + (", …" if len(few) > _MOST_NAMED else "")
    return (
        f"{counted(len(few), 'class', 'classes')} ({names}) {'was' if len(few) == 1 else 'were'} trained on fewer than "
        f"{_FEW_LEARNED} pictures: a different choice of training pictures might give different answers."
    )
