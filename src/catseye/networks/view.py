"""A network's summary as a table."""

from __future__ import annotations

from catseye.drawing.answer import make_view
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.networks.summary import Summary


@make_view.register(Summary)
def view_summary(summary: Summary) -> View:
    """Return the layers of a network, a row each."""
    rows = tuple(
        (
            layer.name,
            layer.kind,
            "×".join(map(str, layer.output)),
            f"{layer.parameters:,}",
            f"{layer.multiply_adds:,}",
            "×".join(map(str, layer.receptive_field)) if layer.receptive_field else "?",
        )
        for layer in summary.layers
    )
    if summary.other_parameters:
        rows = (*rows, ("", "outside of layers", "", f"{summary.other_parameters:,}", "", ""))
    totals = ("total", "", "", f"{summary.parameters:,}", f"{summary.multiply_adds:,}", "")
    columns = ("layer", "kind", "output>", "parameters>", "multiply-adds>", "sees>")
    title = f"{summary.network} for pictures of {'×'.join(map(str, summary.input))} (height, width, channels)"
    words = "sees: receptive field, the pixels that one value of the layer depends on"
    if any(layer.receptive_field is None for layer in summary.layers):
        words += "; ?: not known, as there are steps that cannot be followed"
    return View(title, (title, Table(columns, rows, totals), words))
