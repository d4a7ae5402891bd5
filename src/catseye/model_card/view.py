"""The views of a card: Markdown, or a self-contained page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.page import write_page
from catseye.drawing.view import View
from catseye.model_card.markdown import to_markdown
from catseye.model_card.model_card import ModelCard
from catseye.model_card.sections import describe_sections, summarise_card
from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

MARKDOWN = ".md"


@make_view.register(ModelCard)
def view_card(card: ModelCard) -> View:
    """Return the summary, with writers for Markdown and a page."""
    writers = {MARKDOWN: partial(_write_markdown, card), ".html": partial(_write_page, card)}
    return View(card.name, (summarise_card(card),), writers=writers)


def _write_markdown(card: ModelCard, path: Path) -> None:
    write_atomically(path, to_markdown(card).encode(errors="replace"))


def _write_page(card: ModelCard, path: Path) -> None:
    write_page(
        path,
        "catseye.model_card",
        "card.html.j2",
        title=card.name,
        summary=summarise_card(card),
        sections=describe_sections(card),
    )
