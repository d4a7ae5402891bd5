"""Predictions of any number of pictures, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from catseye.classifier.prediction import Prediction
from catseye.classifier.shown import keep_shown
from catseye.datasets.pictures import Pictures
from catseye.errors import CatseyeError, PictureError
from catseye.images.decoding import decode
from catseye.images.inputs import as_many, display_name, source_of
from catseye.inference.batch_sizes import batch_size, decoded_size
from catseye.system.threads import map_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from catseye.arrays import Floats, Pixels
    from catseye.images.inputs import Picture
    from catseye.images.preprocess import Preprocess

    Model = Callable[[Pixels], tuple[Floats, Floats | None]]


T = TypeVar("T")


def predict_stream(
    pictures: Picture | Pictures | Iterable[Picture | PictureError],
    preprocess: Preprocess,
    classes: tuple[str, ...],
    model: Model,
) -> Iterator[Prediction | PictureError]:
    """Yield a prediction for each picture, or the error of one that cannot be used.

    Parameters
    ----------
    pictures
        One or many, as for :meth:`catseye.Classifier.predict`; an error in place of one stays what it is.
    preprocess
    classes
        Names of K classes.
    model
        Returns probabilities (B, K) for uint8 (B, C, H, W), and the unfamiliarity (B,) if that is known.
    """
    if isinstance(pictures, Pictures):
        yield from _predict_split(pictures.ranged(preprocess.value_range), preprocess, classes, model)
        return
    many = as_many(pictures)
    # Of a camera, say, no more is taken than is needed to keep every core busy.
    size = decoded_size(preprocess) if isinstance(many, Sequence) else batch_size(preprocess)
    chunk: list[tuple[int, Picture | PictureError]] = []
    for numbered in enumerate(many):
        chunk.append(numbered)
        if len(chunk) == size:
            yield from _predict_chunk(chunk, preprocess, classes, model)
            chunk = []
    yield from _predict_chunk(chunk, preprocess, classes, model)


def _predict_split(
    pictures: Pictures, preprocess: Preprocess, classes: tuple[str, ...], model: Model
) -> Iterator[Prediction | PictureError]:
    """Yield a prediction, which has the true class, for each picture of a split, or why there is none."""
    answers = predict_stream((_picture(pictures, index) for index in range(len(pictures))), preprocess, classes, model)
    for index, answer in enumerate(answers):
        if isinstance(answer, PictureError):
            yield answer
            continue
        name, true_class = pictures.name(index), pictures.classes[pictures.labels[index]]
        yield replace(answer, picture=answer.picture if name.isdecimal() else name, true_class=true_class)


def _picture(pictures: Pictures, index: int) -> Pixels | PictureError:
    try:
        return pictures.picture(index)
    except PictureError as error:  # which answers for this picture alone
        return error


def read_pixels(numbered: tuple[int, Picture | PictureError], preprocess: Preprocess) -> Pixels | PictureError:
    """Return a picture with its number as the network is given it, uint8 (C, H, W), or why it cannot be."""
    number, picture = numbered
    if isinstance(picture, PictureError):
        return picture
    name, known = display_name(picture, str(number)), preprocess.value_range
    try:
        return preprocess.pixels(decode(source_of(picture, name, known), name, preprocess.decoded_side, known))
    except PictureError as error:
        return error


def read_whole(picture: Picture, preprocess: Preprocess) -> Pixels:
    """Return one picture at its own size, uint8 (H, W, C), in the channels of the preprocess."""
    name, known = display_name(picture, "0"), preprocess.value_range
    image = decode(source_of(picture, name, known), name, value_range=known)
    grey = preprocess.channels == 1
    values = np.array(image.convert("L" if grey else "RGB"))
    return values[:, :, None] if grey else values


def _predict_chunk(
    chunk: list[tuple[int, Picture | PictureError]], preprocess: Preprocess, classes: tuple[str, ...], model: Model
) -> Iterator[Prediction | PictureError]:
    pixels = list(map_threads(lambda numbered: read_pixels(numbered, preprocess), chunk))
    good = [values for values in pixels if not isinstance(values, PictureError)]
    found, scores = model(np.stack(good)) if good else ((), None)
    rows = iter(zip(found, repeat(None) if scores is None else scores.tolist(), strict=False))
    for (number, picture), values in zip(chunk, pixels, strict=True):
        if isinstance(values, PictureError):
            yield values
        elif not isinstance(picture, PictureError):
            shown = keep_shown(picture, number, preprocess.value_range)
            yield replace(make_prediction(display_name(picture, str(number)), *next(rows), classes), shown=shown)


def make_prediction(name: str, probabilities: Floats, score: float | None, classes: tuple[str, ...]) -> Prediction:
    """Return the prediction for a picture with probabilities (K,) and, if that is known, an unfamiliarity."""
    best = int(probabilities.argmax())
    return Prediction(name, classes[best], float(probabilities[best]), probabilities, classes, unfamiliarity=score)


def require_answer(answer: T | PictureError) -> T:
    """Return what was computed for a picture; raise the error that stands in its place."""
    if isinstance(answer, PictureError):
        raise answer
    return answer


def require_finite(answers: Floats) -> Floats:
    """Return logits as they are; raise `CatseyeError` if one is not a finite number."""
    if not np.isfinite(answers).all():
        raise CatseyeError(
            "the classifier's outputs are not finite numbers: its weights or preprocessing are corrupted."
        )
    return answers
