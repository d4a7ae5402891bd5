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
            ", ".join((layer.name, *layer.behind)),
            layer.kind,
            "×".join(map(str, layer.output)),
            f"{layer.parameters:,}",
            "?" if layer.multiply_adds is None else f"{layer.multiply_adds:,}",
            "×".join(map(str, layer.receptive_field)) if layer.receptive_field else "?",
        )
        for layer in summary.layers
    )
    if summary.other_parameters:
        rows = (*rows, ("", "outside of layers", "", f"{summary.other_parameters:,}", "", ""))
    totals = ("total", "", "", f"{summary.parameters:,}", work_in_words(summary), "")
    columns = ("layer", "kind", "output>", "parameters>", "multiply-adds>", "sees>")
    title = f"{summary.network} for pictures of {'×'.join(map(str, summary.input))} (height, width, channels)"
    words = "sees: receptive field, the pixels that one value of the layer depends on"
    if any(layer.receptive_field is None for layer in summary.layers):
        words += "; ?: not known, as there are steps that cannot be followed"
    if not summary.all_counted:
        words += "; at least: not all multiply-adds can be counted"
    return View(
        title,
        (title, Table(columns, rows, totals), "layer: names that maps and other commands take for --layer", words),
    )


def work_in_words(summary: Summary) -> str:
    """Return how many multiply-adds a network has: ``"at least 1,184"`` where not all can be counted."""
    return f"{'' if summary.all_counted else 'at least '}{summary.multiply_adds:,}"
