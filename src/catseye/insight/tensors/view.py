"""The tensors of a picture in every form in which they are given."""

from __future__ import annotations

from catseye.drawing.answer import make_view
from catseye.drawing.parts import Matrices, Table
from catseye.drawing.view import View
from catseye.insight.tensors.figure import draw_tensors
from catseye.insight.tensors.picture_tensors import PictureTensors
from catseye.insight.tensors.words import described, notes_described, region_described

_COLUMNS = ("tensor", "axes>", "shape", "dtype", "what it is", "in Python", "one number of it")


@make_view.register(PictureTensors)
def view_tensors(found: PictureTensors) -> View:
    """Return a row for each tensor, and the region's numbers, plane by plane."""
    rows = tuple(
        (
            tensor.name,
            str(len(tensor.shape)),
            str(tensor.shape),
            tensor.dtype,
            tensor.meaning,
            tensor.expression,
            tensor.index,
        )
        for tensor in found.tensors
    )
    # One below the other: side by side they are wider than a terminal, which would cut the numbers.
    planes = [Matrices(((name, found.numbers[:, :, at].astype(float)),)) for at, name in enumerate(found.planes)]
    return View(
        f"tensors of {found.name}",
        (described(found), Table(_COLUMNS, rows), region_described(found), *planes, *notes_described(found)),
        lambda: draw_tensors(found),
    )
