"""A card as Markdown (CommonMark with tables). Outside text is escaped, so that it always stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catseye.drawing.parts import Table
from catseye.model_card.front_matter import write_front_matter
from catseye.model_card.parts import Bullets, Code
from catseye.model_card.provenance import clean
from catseye.model_card.sections import describe_sections, summarise_card

if TYPE_CHECKING:
    from catseye.model_card.model_card import ModelCard

_SIGNS = re.compile(r"[\\`*_\[\]{}|~#$!^]")
_BEGINNING = re.compile(r"^([-+=]|\d+[.)](?=\s|$))")  # what would begin a list or underline the previous line
_ADDRESS = re.compile(r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)")  # some readers turn these into links
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
_SHORTEST_FENCE = 3


def escape_markdown(text: str) -> str:
    """Return Markdown that shows exactly this text, in one line.

    >>> print(escape_markdown("*cat* <b>|"))
    \\*cat\\* &lt;b&gt;\\|
    """
    line = _SIGNS.sub(lambda sign: f"\\{sign[0]}", clean(text))
    line = _ADDRESS.sub(r"\\", line)
    line = _BEGINNING.sub(lambda begin: f"{begin[0][:-1]}\\{begin[0][-1]}", line)
    return "".join(_ENTITIES.get(letter, letter) for letter in line)


def to_markdown(card: ModelCard) -> str:
    """Return a card as Markdown, with the front matter that Hugging Face reads."""
    blocks = [write_front_matter(card), f"# {escape_markdown(card.name)}", escape_markdown(summarise_card(card))]
    for section in describe_sections(card):
        blocks += [f"## {escape_markdown(section.title)}", *map(_format_block, section.parts)]
    return "\n\n".join(blocks) + "\n"


def _format_block(part: str | Bullets | Code | Table) -> str:
    if isinstance(part, Bullets):
        return "\n".join(f"- {escape_markdown(item)}" for item in part.items)
    if isinstance(part, Code):
        return f"{escape_markdown(part.about)}:\n\n{_fence(part)}"
    if isinstance(part, Table):
        sides = ["---:" if column.endswith(">") else "---" for column in part.columns]
        lines = [[column.removesuffix(">") for column in part.columns], *part.rows]
        head, *rows = (f"| {' | '.join(map(escape_markdown, line))} |" for line in lines)
        return "\n".join([head, f"| {' | '.join(sides)} |", *rows])
    return escape_markdown(part)


def _fence(code: Code) -> str:
    lines = ["".join(letter if letter.isprintable() else " " for letter in line) for line in code.lines]
    runs = (len(run) for line in lines for run in re.findall("`+", line))
    fence = "`" * max(_SHORTEST_FENCE, *(length + 1 for length in runs), 0)
    return "\n".join([f"{fence}{code.language}", *lines, fence])
