"""Data sets in words, tables and pictures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TRAIN, Dataset
from catseye.datasets.dataset_list import DatasetList
from catseye.datasets.info import Info, count_classes, shape_in_words
from catseye.datasets.picture_grid import PictureGrid, sample_pictures
from catseye.datasets.pictures import Pictures
from catseye.drawing.answer import make_view
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

    from catseye.datasets.left_out import LeftOut
    from catseye.datasets.picture_grid import ShownPicture

    Sample = Callable[[], Sequence[ShownPicture]]

_SAMPLE = 30  # pictures that a data set shows of itself
_MOST_LISTED = 20  # left-out pictures by name


@make_view.register(DatasetList)
def view_list(listed: DatasetList) -> View:
    """Return the data sets that can be loaded by name as a table, a row each."""
    rows = tuple(
        (
            one.info.name,
            f"{len(one.info.classes)}",
            *(f"{one.info.splits[split]:,}" for split in ("train", "test")),
            "yes" if one.prepared else "no",
            one.info.description,
        )
        for one in listed.datasets
    )
    columns = ("name", "classes>", "train>", "test>", "prepared", "description")
    words = (
        "Instead of a name you can use a folder, .zip or .tar with one folder of pictures per class, or a label "
        "file (.csv, .tsv, .jsonl)."
    )
    return View("Data sets", (Table(columns, rows), words))


@make_view.register(Info)
def view_info(info: Info) -> View:
    """Return a description as a table of two columns, with notes below it."""
    features = "; ".join(
        f"{name}: {feature.type} {shape_in_words(feature.shape)}"
        + (f", {count_classes(feature.classes)}" if feature.classes else "")
        for name, feature in info.features.items()
    )
    rows = (
        ("name", info.name),
        ("version", info.version),
        ("all versions", ", ".join(info.versions) if len(info.versions) > 1 else ""),
        ("description", info.description),
        ("address", info.address),
        ("features", features),
        ("supervised", " → ".join(info.supervised)),
        ("classes", ", ".join(info.classes)),
        ("pictures", ", ".join(f"{split} {count:,}" for split, count in info.splits.items())),
        ("citation", info.citation),
        ("licence", info.licence),
    )
    table = Table(("", ""), tuple(row for row in rows if row[1]))
    return View(info.called, (table, *remarks(info)))


@make_view.register(Dataset)
def view_dataset(dataset: Dataset) -> View:
    """Return what there is to say of a data set, and some pictures of its first split, which trains if one does."""
    info = dataset.info
    split = TRAIN if TRAIN in dataset.splits else next(iter(dataset.splits))
    parts = (f"{info.called}: {info.extent}", *remarks(info))
    sample = partial(sample_pictures, dataset.splits[split], _SAMPLE)
    return _pictured(info.called, parts, sample, f"some of {split}:")


@make_view.register(Pictures)
def view_pictures(pictures: Pictures) -> View:
    """Return what there is to say of a split, and some of its pictures."""
    return _pictured("Pictures", (pictures.extent,), partial(sample_pictures, pictures, _SAMPLE))


@make_view.register(PictureGrid)
def view_grid(grid: PictureGrid) -> View:
    """Return the pictures of a grid."""
    return _pictured(grid.info.called, (grid.title,), lambda: grid.shown)


def remarks(info: Info) -> tuple[str, ...]:
    """Return what is worth knowing of a data set in sentences; broken pictures by name, if there are not too many."""
    notes = tuple(f"note: {note}" for note in info.notes)
    return (*notes, broken_in_words(info.left_out)) if info.left_out else notes


def broken_in_words(left_out: Sequence[LeftOut]) -> str:
    """Return how many pictures were left out, and which, in lines."""
    lines = [f"note: {counted(len(left_out), 'picture')} left out:"]
    lines += [f"  {out.picture}: {out.reason}" for out in left_out[:_MOST_LISTED]]
    if len(left_out) > _MOST_LISTED:
        lines.append(f"  … and {len(left_out) - _MOST_LISTED:,} more; as JSON, info lists them all")
    return "\n".join(lines)


def _pictured(title: str, parts: tuple[str, ...], sample: Sample, heading: str = "") -> View:
    return View(title, parts, partial(_draw, sample, parts[0]), html=partial(_html, parts, sample, heading))


def _draw(sample: Sample, title: str) -> Figure:
    from catseye.drawing.parts_figure import draw_parts
    from catseye.drawing.picture_grid import draw_picture_grid

    shown = sample()
    if not shown:
        return draw_parts((title,))
    return draw_picture_grid([one.pixels for one in shown], [one.class_name for one in shown], title)


def _html(parts: Sequence[str], sample: Sample, heading: str) -> str:
    """Return the pictures as small ones in HTML, so that the browser draws the names in every script."""
    from catseye.drawing.page import render
    from catseye.drawing.thumbnails import thumbnail

    cards = [(*thumbnail(one.pixels), one.class_name) for one in sample()]
    title, *words = parts
    return render(
        "catseye.datasets", "pictures.html.j2", title=title, words=words, heading=heading if cards else "", cards=cards
    )
