"""Predictions in every form in which they are given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from catseye.classifier.classifier import Classifier
from catseye.classifier.prediction import NOT_CALIBRATED, UNCALIBRATED, UNLIKE, Prediction, Predictions
from catseye.classifier.shown import read_shown
from catseye.classifier.sorting import Sorting
from catseye.datasets.info import shape_in_words
from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.errors import PictureError
from catseye.short_repr import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.drawing.parts import Part

_MOST_ROWS = 50  # of a table with pictures
_MOST_CLASSES = 10  # by name
_COLUMNS = ("picture", "class", "probability>", "next most likely")
_LABELLED = ("picture", "class", "true class", "", "probability>", "next most likely")  # with a mark where they differ
_WRONG = "✗"
_UNLIKE = "unlike"
_UNLIKE_IN_WORDS = (
    "unlike: the picture is farther from the training pictures than nearly all of these are from one another. Its "
    "predicted class may be meaningless; or it may be right, and the picture from another source."
)


@make_view.register(Classifier)
def view_classifier(classifier: Classifier) -> View:
    """Return what the classifier is, what it was trained on and how it did, as a table of two columns."""
    from catseye.networks.titles import network_title

    origin, names = classifier.provenance, classifier.classes
    data, measured = origin.get("data") or {}, (origin.get("measured") or {}).get("test") or {}
    options = [f"{name.replace('_', ' ')} {value}" for name, value in classifier.network_options.items() if value]
    pictures = data.get("training_pictures")
    rows = (
        ("network", ", ".join([classifier.network_name, *options])),
        ("parameters", f"{sum(weight.numel() for weight in classifier.network.parameters()):,}"),
        ("input", shape_in_words(classifier.preprocess.shape)),
        ("classes", f"{len(names):,}: {', '.join(names[:_MOST_CLASSES])}{', …' if len(names) > _MOST_CLASSES else ''}"),
        (
            "trained on",
            ", ".join(filter(None, (data.get("name", ""), counted(pictures, "picture") if pictures else ""))),
        ),
        ("test accuracy", percent(measured["accuracy"]) if "accuracy" in measured else ""),
    )
    table = Table(("", ""), tuple(row for row in rows if row[1]))
    return View(f"Classifier {network_title(classifier.network_name)}", (table,))


@make_view.register(Prediction)
def view_prediction(prediction: Prediction) -> View:
    """Return the picture with its most probable classes."""
    known = f", labelled {prediction.true_class}" if prediction.true_class is not None else ""
    known += f", {UNLIKE}" if prediction.unfamiliar else ""
    title = f"{prediction.picture}: {prediction.class_name} ({percent(prediction.probability)}){known}"
    rows = tuple((name, percent(share)) for name, share in prediction.top())
    table = Table(("class", "probability>"), rows)
    draw = partial(_draw, prediction)
    return View(title, (title, table, *_doubt(prediction)), draw, html=lambda: _html(prediction))


@make_view.register(Predictions)
def view_predictions(predictions: Predictions) -> View:
    """Return a row for each picture; as a figure, each picture with its most probable classes."""
    rows = tuple(_row(answer, predictions) for answer in predictions)
    table = Table(_columns(predictions), rows)
    draw = partial(_draw_all, predictions) if rows else None
    writers = {".csv": predictions.save_csv}
    parts: tuple[Part, ...] = (table, predictions.counts) if predictions.labelled else (table,)
    parts += ((_UNLIKE_IN_WORDS,) if predictions.unfamiliar else ()) + _doubt(predictions)
    return View("Predictions", parts, draw, writers=writers, html=lambda: _table_html(predictions))


@make_view.register(Sorting)
def view_sorting(sorting: Sorting) -> View:
    """Return how many pictures go into each folder."""
    verb = "sorted" if sorting.action else "would be sorted"
    count = len(sorting.pictures)
    title = f"{count:,} picture{'s' if count != 1 else ''} {verb} into {sorting.into}: {sorting.done}"
    rows = tuple((name, f"{number:,}") for name, number in sorting.folders.items())
    doubt = f"doubtful: the class is less probable than {percent(sorting.threshold, 0)}"
    parts = (title, Table(("folder", "pictures>"), rows), *((doubt,) if sorting.doubtful else ()))
    return View("Sorted pictures", parts, writers={".csv": sorting.save_csv})


def _doubt(said: Prediction | Predictions) -> tuple[str, ...]:
    """Return a caution about the probabilities, if they are not calibrated."""
    return () if said.calibrated else (UNCALIBRATED,)


def _columns(predictions: Predictions) -> tuple[str, ...]:
    columns = _LABELLED if predictions.labelled else _COLUMNS
    return (*columns[:-1], _UNLIKE, columns[-1]) if predictions.unfamiliar else columns


def _row(answer: Prediction | PictureError, predictions: Predictions) -> tuple[str, ...]:
    labelled, marked = predictions.labelled, predictions.unfamiliar
    if isinstance(answer, PictureError):
        return answer.picture, "error", *(("", "") if labelled else ()), "", *([""] if marked else []), answer.reason
    others = ", ".join(f"{name} {percent(share)}" for name, share in answer.top(3)[1:])
    true_class = answer.true_class or ""
    known = (true_class, _WRONG if true_class != answer.class_name else "") if labelled else ()
    mark = ([_UNLIKE] if answer.unfamiliar else [""]) if marked else []
    return answer.picture, answer.class_name, *known, percent(answer.probability), *mark, others


def _draw(prediction: Prediction) -> Figure:
    from catseye.classifier.figure import draw_prediction

    return draw_prediction(prediction, read_shown(prediction.shown))


def _draw_all(predictions: Predictions) -> Figure:
    from catseye.classifier.predictions_figure import draw_predictions

    alone = predictions[0]
    if len(predictions) == 1 and isinstance(alone, Prediction):
        return _draw(alone)
    title = f"{predictions.source}: {predictions.counts}" if predictions.source else predictions.counts
    title = title if predictions.calibrated else f"{title}; {NOT_CALIBRATED}"
    return draw_predictions(predictions.answers, title)


def _html(prediction: Prediction) -> str:
    return _render("prediction.html.j2", card=_card(prediction), doubt=_doubt(prediction))


def _table_html(predictions: Predictions) -> str:
    if len(predictions) == 1 and isinstance(predictions[0], Prediction):
        return _html(predictions[0])
    shown = predictions.answers[:_MOST_ROWS]
    columns = _columns(predictions)
    cards = [_card(answer) | {"cells": _row(answer, predictions)} for answer in shown]
    return _render(
        "predictions.html.j2",
        columns=columns,
        cards=cards,
        hidden=len(predictions) - len(cards),
        words=repr(predictions),
        doubt=_doubt(predictions),
    )


def _card(answer: Prediction | PictureError) -> dict[str, Any]:
    """Return what a template shows of an answer."""
    from catseye.drawing.thumbnails import thumbnail

    pixels = None if isinstance(answer, PictureError) else read_shown(answer.shown)
    image, pixelated = ("", False) if pixels is None else thumbnail(pixels)
    top = [] if isinstance(answer, PictureError) else answer.top()
    words = UNLIKE if isinstance(answer, Prediction) and answer.unfamiliar else ""
    return {"name": answer.picture, "image": image, "pixelated": pixelated, "top": top, "words": words}


def _render(template: str, **values: Any) -> str:
    from catseye.drawing.page import render

    return render("catseye.classifier", template, **values)
