"""A network's drawing as a figure and in words."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.view import View
from catseye.networks.diagram.diagram import Diagram
from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

PDF = ".pdf"


@make_view.register(Diagram)
def view_diagram(diagram: Diagram) -> View:
    """Return the drawing, and the table in words."""
    table = diagram.summary.view()

    def draw() -> Figure:
        from catseye.networks.diagram.figure import draw_diagram

        return draw_diagram(diagram.summary)

    return View(table.title, table.parts, draw, writers={PDF: partial(_write_pdf, diagram)})


def _write_pdf(diagram: Diagram, path: Path) -> None:
    """Write the drawing as a page that slides take, with words that remain words."""
    from catseye.drawing.style import styled

    buffer = io.BytesIO()
    with styled():
        figure = diagram.view().figure()
        figure.savefig(buffer, format="pdf", metadata={"Creator": None, "Producer": None, "CreationDate": None})
    write_atomically(path, buffer.getvalue())
