"""The ideal pictures of one class or channel, or of several."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.arguments import with_checked_arguments
from catseye.drawing.answer import Answer
from catseye.drawing.graphemes import file_word
from catseye.drawing.mark import write_marked
from catseye.drawing.numbers import percent, three_digits
from catseye.errors import UsageError, with_short_traceback
from catseye.images.encode import encode_png
from catseye.images.preprocess import to_image
from catseye.insight.ideal.ascent import find_ideal
from catseye.insight.ideal.channel_ideals import Ascent, channel_ideal
from catseye.insight.ideal.recipe import STEPS, VARIATION, ideal_recipe
from catseye.insight.ideal.target import CHANNEL, channel_target, class_target
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.classifier.classifier import Classifier
    from catseye.insight.ideal.ascent import Ideal
    from catseye.insight.ideal.target import Target


_MOST_NAMED = 3  # pictures in a line


@dataclass(frozen=True, eq=False, repr=False)
class Ideals(Answer):
    """Ideal pictures by one classifier.

    Attributes
    ----------
    pictures : tuple of Ideal
        At least one.
    classifier : str
        Name of the classifier.
    files : tuple of Path
        Where each bare picture is saved, if that is decided.
    """

    pictures: tuple[Ideal, ...]
    classifier: str = "the classifier"
    files: tuple[Path, ...] = ()

    def __repr__(self) -> str:
        return f"Ideals({self.classifier}: {', '.join(map(_in_words, self.pictures[:_MOST_NAMED]))}{self._more})"

    @property
    def _more(self) -> str:
        more = len(self.pictures) - _MOST_NAMED
        return f" and {more} more" if more > 0 else ""

    def to_json(self) -> Any:
        """Return how each was made as JSON values: of one as an object, of several as a list."""
        files = self.files or (None,) * len(self.pictures)
        told = [_told(one, file) for one, file in zip(self.pictures, files, strict=True)]
        return told[0] if len(told) == 1 else told

    @with_short_traceback
    @with_checked_arguments
    def save(self, path: str | Path) -> Path:
        """Write the figure or film to ``path``, and beside it each bare picture as NAME-CLASS.png.

        Raises
        ------
        UsageError
            The answer cannot be written in this form, or there is no such folder.
        CatseyeError
            A file cannot be written.
        """
        path = super().save(path)
        for one, file in zip(self.pictures, picture_files(path, [one.target for one in self.pictures]), strict=True):
            write_marked(file, encode_png(to_image(one.picture)))
        return path


def choose_targets(
    classifier: Classifier, classes: Sequence[str | int], channels: Sequence[str] = ()
) -> tuple[Target, ...]:
    """Return what ideal pictures are wanted of, each once: classes by name or number, channels as LAYER:NUMBER.

    Raises
    ------
    UsageError
        There are none, or there is no such class, layer or channel.
    """
    if not classes and not channels:
        raise UsageError("name a class, or a channel as LAYER:NUMBER, to maximise.")
    targets = [class_target(classifier, name) for name in classes] + [
        channel_target(classifier, text) for text in channels
    ]
    return tuple({(target.kind, target.name, target.number): target for target in targets}.values())


@with_short_traceback
def find_ideals(
    classifier: Classifier,
    targets: Sequence[Target],
    name: str = "the classifier",
    *,
    variation: float = VARIATION,
    parameterisation: str | None = None,
    steps: int | None = None,
    seed: int = 0,
) -> Ideals:
    """Return the ideal pictures of some targets, one after the other.

    Parameters
    ----------
    classifier, targets
        A classifier, and what :func:`choose_targets` returned for it.
    name
        What the classifier is called in the answer.
    variation, parameterisation
        As for :func:`~catseye.insight.ideal.recipe.ideal_recipe`.
    steps, seed
        As for :func:`~catseye.insight.ideal.ascent.find_ideal`.

    Raises
    ------
    UsageError
        A number is outside its range, or there is no such parameterisation.
    CatseyeError
        The network's logits or maps are not finite.
    """
    recipe = ideal_recipe(classifier.preprocess, variation, parameterisation)
    as_told = (variation, parameterisation) != (VARIATION, None)
    made = []
    for target in targets:
        if target.kind == CHANNEL:
            made.append(channel_ideal(classifier, target, Ascent(recipe, steps or STEPS, seed, as_told)))
            continue
        with progress(target.name, steps or STEPS) as advance:
            made.append(find_ideal(classifier, target, recipe, steps=steps, seed=seed, advance=advance))
    return Ideals(tuple(made), name)


def picture_files(figure: Path, targets: Sequence[Target]) -> tuple[Path, ...]:
    """Return where each bare picture goes, beside its figure; two classes of one name are told apart by numbers."""
    words = [file_word(target.name) for target in targets]
    names = [
        word if word and words.count(word) == 1 else f"{word}-{target.number}"
        for word, target in zip(words, targets, strict=True)
    ]
    return tuple(figure.with_name(f"{figure.stem}-{name}.png") for name in names)


def _in_words(ideal: Ideal) -> str:
    response = ideal.score.response
    shown = percent(response) if ideal.target.kind == "class" else three_digits(response)
    return f"{ideal.target.quantity} of {ideal.target.name} {shown}"


def _told(ideal: Ideal, file: Path | None) -> dict[str, Any]:
    quantity, score = ideal.target.quantity, ideal.score
    pooled = {"response_of": ideal.target.pooled, "box": ideal.box} if ideal.target.pooled else {}
    return {
        ideal.target.kind: ideal.target.name,
        quantity: score.response,
        f"{quantity}_after_shift_blur_jpeg": score.perturbed_response,
        "total_variation": score.total_variation,
        "steps": ideal.steps,
        "made": ideal.made,
        "seed": ideal.seed,
        "picture": str(file) if file else None,
        **pooled,
    }
