"""Ideal pictures as a figure: one with the loop as it went, or several as a contact sheet; a slide of 16:9."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH, make_canvas, put_picture
from catseye.drawing.labels import fit_text, wrap_text
from catseye.drawing.numbers import percent, three_digits
from catseye.drawing.tiles import MARGIN, lay_out_tiles
from catseye.insight.ideal.ascent import COMPUTED, SEARCHED
from catseye.insight.ideal.parameterisation import FOURIER, PIXELS
from catseye.insight.ideal.target import CHANNEL
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.arrays import Pixels
    from catseye.insight.ideal.ascent import Ideal

_ROOM = PAGE_WIDTH - 2 * MARGIN  # inches of a line across the page
_TITLE, _NAME, _SIZE, _SMALLEST = 18.0, 14.0, 12.0, 9.0  # points: of the heading, of names, of all else, and the least
_LINE = 1.3 / 72  # inches of a line for each point of its type
_HEADING = 0.5  # inches from the heading's top to what is below it
_APART = 0.2  # inches below the words and between parts
_LARGEST = 5.6  # inches of a single picture
_ROWS = 2  # of the stages beside a single picture
_SIDES = (1.7, 4.6)  # inches: the least and the largest width of one of several
_PERTURBED = "Perturbed: shifted by a 28th of the side, slightly blurred, saved as JPEG."
_STARTS = {FOURIER: "faint noise around grey", PIXELS: "random pixels"}  # what step 0 shows
_MOST_TOLD = 4  # channels in a sentence


def draw_ideals(ideals: Sequence[Ideal], classifier: str = "the classifier") -> Figure:
    """Return the figure: one picture with eight moments of its making, or several pictures beside each other."""
    lines = wrap_text(legend(ideals), _ROOM, _SIZE)
    above = _HEADING + len(lines) * _SIZE * _LINE + _APART
    return (
        _single(ideals[0], classifier, lines, above) if len(ideals) == 1 else _sheet(ideals, classifier, lines, above)
    )


def heading(ideals: Sequence[Ideal], classifier: str) -> str:
    """Return what is shown, and for which network."""
    if len(ideals) == 1:
        return f"Ideal picture of {in_words(ideals[0])} for {classifier}"
    kinds = {ideal.target.kind for ideal in ideals}
    nouns = {"class": "classes", "channel": "channels"}
    what = nouns[kinds.pop()] if len(kinds) == 1 else "classes and channels"
    return f"Ideal pictures of {len(ideals)} {what} for {classifier}"


def in_words(ideal: Ideal) -> str:
    """Return what the picture is ideal for: ``"class tabby"`` or ``"channel stage4:7"``."""
    return f"{ideal.target.kind} {ideal.target.name}"


def legend(ideals: Sequence[Ideal]) -> str:
    """Return how the pictures were made, of what their responses are, and which channels were not reached."""
    made = "; ".join(dict.fromkeys(map(_made, ideals)))
    seed = f"; seed {ideals[0].seed}" if any(ideal.made != COMPUTED for ideal in ideals) else ""
    return " ".join([*_not_found(ideals), f"{made[0].upper()}{made[1:]}{seed}.", *_responses(ideals), _PERTURBED])


def _not_found(ideals: Sequence[Ideal]) -> list[str]:
    """Name the channels to which no picture was found that they respond to."""
    silent = [ideal for ideal in ideals if _is_silent(ideal)]
    if len(ideals) == 1:
        return [f"NOT FOUND: {shortfall(ideal)}" for ideal in silent]
    named = ", ".join(ideal.target.name for ideal in silent[:_MOST_TOLD])
    more = f" and {len(silent) - _MOST_TOLD} more" if len(silent) > _MOST_TOLD else ""
    return [f"NOT FOUND, as nothing raises the response: {named}{more}."] if silent else []


def _is_silent(ideal: Ideal) -> bool:
    return ideal.target.kind == CHANNEL and not ideal.reached


def _made(ideal: Ideal) -> str:
    if ideal.made == COMPUTED:
        return "computed where the response is linear in the pixels: each value is 0 or 255, by the sign of its weight"
    recipe = ideal.recipe
    further = ", then by the sign of each pixel's gradient" if ideal.made == SEARCHED else ""
    return (
        f"gradient ascent from {_STARTS[recipe.parameterisation]}{further}: parameterisation "
        f"{recipe.parameterisation}, variation weight {recipe.variation:g}"
    )


def _responses(ideals: Sequence[Ideal]) -> list[str]:
    """Say of what of the layer the responses of channels are."""
    channels = [ideal for ideal in ideals if ideal.target.has_positions]
    boxes = [ideal.box for ideal in channels if ideal.box]
    if not channels:
        return []
    sizes = ", ".join(dict.fromkeys(f"{bottom - top}×{right - left}" for top, left, bottom, right in boxes))
    middle = f"at the layer's middle position, which sees the {sizes} pixels shown"
    whole = " or ".join(dict.fromkeys(f"the {ideal.target.pooled}" for ideal in channels if not ideal.box))
    if not boxes:
        return [f"Response: {whole} over the layer's positions."]
    return [f"Response: {middle}{f'; of a whole picture, {whole} over its positions' if whole else ''}."]


def shortfall(ideal: Ideal) -> str:
    """Return why a picture that does not reach its target falls short, and what helps."""
    value = ideal.score.response
    if ideal.made == COMPUTED:
        return f"{ideal.target.name} responds to no picture: its middle position has at most {three_digits(value)}."
    if ideal.target.kind == CHANNEL:
        start = ideal.snapshots[0].response
        than = f"than {three_digits(start)}, as at the start" if start > 0 else "than 0"
        return (
            f"no picture was found to which {ideal.target.name} responds more {than} ({three_digits(value)}); "
            "another --seed may help, or the channel responds to nothing."
        )
    more = "more --steps or less --variation help."
    return f"{ideal.target.name} has {percent(value, 2)} after {counted(ideal.steps, 'step')}; {more}"


def shown_response(ideal: Ideal, response: float, digits: int = 1) -> str:
    """Return a probability in per cent, or a channel's response in three digits."""
    return percent(response, digits) if ideal.target.quantity == "probability" else three_digits(response)


def step_name(ideal: Ideal, step: int) -> str:
    """Return what a moment is called: ``"step 8"``, or of a computed picture before and after."""
    return f"step {step}" if ideal.made != COMPUTED else "computed" if step else "black, for comparison"


def numbers(ideal: Ideal) -> str:
    """Return in two lines how much of its goal the picture has, as it is and perturbed, and its variation."""
    score = ideal.score
    values = (shown_response(ideal, score.response), shown_response(ideal, score.perturbed_response))
    quantity = "probability" if ideal.target.quantity == "probability" else "response"
    if _is_silent(ideal):
        quantity = f"NOT FOUND: {quantity}"
    return f"{quantity} {values[0]}, perturbed {values[1]}\ntotal variation {score.total_variation:.1f}"


def write_heading(axes: Axes, words: str) -> None:
    """Write the heading of a page."""
    title = fit_text(words, _ROOM, _TITLE, smallest=_SIZE, bold=True)
    axes.text(MARGIN, MARGIN, title.text, va="top", fontsize=title.size, fontweight="bold")


def shape_of(picture: Pixels) -> float:
    """Return the height of a picture (H, W, C) as a share of its width."""
    height, width = picture.shape[:2]
    return float(height / width)


def _channels_first(picture: Pixels) -> Pixels:
    first: Pixels = np.ascontiguousarray(picture.transpose(2, 0, 1))
    return first


def _write(axes: Axes, left: float, top: float, words: str, size: float = _SIZE) -> None:
    axes.text(left, top, words, va="top", fontsize=size, linespacing=1.2)


def _single(ideal: Ideal, classifier: str, lines: Sequence[str], above: float) -> Figure:
    figure, axes = make_canvas(PAGE_WIDTH, PAGE_HEIGHT)
    write_heading(axes, heading([ideal], classifier))
    _write(axes, MARGIN, MARGIN + _HEADING, "\n".join(lines))
    shown = ideal.seen(ideal.picture)
    shape, top = shape_of(shown), MARGIN + above
    below = 2 * _SIZE * _LINE + 0.1
    wide = min(_LARGEST, (PAGE_HEIGHT - top - below - MARGIN) / shape)
    put_picture(axes, _channels_first(shown), MARGIN, top, wide, wide * shape)
    _write(axes, MARGIN, top + wide * shape + 0.08, numbers(ideal))
    left = MARGIN + max(wide, 3.4) + 2 * _APART
    _draw_stages(axes, ideal, left, top)
    return figure


def _draw_stages(axes: Axes, ideal: Ideal, left: float, top: float) -> None:
    """Draw the moments of the ascent row by row, each with its step and its response above it."""
    shape, caption = shape_of(ideal.seen(ideal.picture)), 2 * _SIZE * _LINE + 0.08
    columns = -(-len(ideal.snapshots) // _ROWS)
    across = (PAGE_WIDTH - MARGIN - left + _APART) / columns - _APART
    down = (PAGE_HEIGHT - MARGIN - top + _APART) / _ROWS - _APART - caption
    wide = min(across, down / shape)
    for number, moment in enumerate(ideal.snapshots):
        row, column = divmod(number, columns)
        at = left + column * (wide + _APART), top + row * (wide * shape + caption + _APART)
        _write(axes, *at, f"{step_name(ideal, moment.step)}\n{shown_response(ideal, moment.response)}")
        put_picture(axes, _channels_first(ideal.seen(moment.picture)), at[0], at[1] + caption, wide, wide * shape)


def _sheet(ideals: Sequence[Ideal], classifier: str, lines: Sequence[str], above: float) -> Figure:
    caption = _NAME * _LINE + 2 * _SIZE * _LINE + 0.12
    tiles = lay_out_tiles(
        len(ideals),
        max(shape_of(ideal.seen(ideal.picture)) for ideal in ideals),
        above=above,
        caption=caption,
        sides=_SIDES,
        gap=_APART,
    )
    figure, axes = make_canvas(PAGE_WIDTH, max(PAGE_HEIGHT, 2 * MARGIN + above + tiles.height))
    write_heading(axes, heading(ideals, classifier))
    _write(axes, MARGIN, MARGIN + _HEADING, "\n".join(lines))
    start = (PAGE_WIDTH - tiles.width) / 2
    first = MARGIN + above + max(0.0, PAGE_HEIGHT - 2 * MARGIN - above - tiles.height) / 2
    said = [words for ideal in ideals for words in numbers(ideal).split("\n")]
    size = min(fit_text(words, tiles.wide, _SIZE, smallest=_SMALLEST).size for words in said)
    for index, ideal in enumerate(ideals):
        left, top = tiles.corner(index)
        left, top = start + left, first + top
        name = fit_text(ideal.target.name, tiles.wide, _NAME, smallest=_SMALLEST, bold=True)
        axes.text(left, top, name.text, va="top", fontsize=name.size, fontweight="bold")
        below = top + _NAME * _LINE + 0.06
        put_picture(axes, _channels_first(ideal.seen(ideal.picture)), left, below, tiles.wide, tiles.tall)
        lines = [fit_text(words, tiles.wide, size).text for words in numbers(ideal).split("\n")]
        _write(axes, left, below + tiles.tall + 0.05, "\n".join(lines), size)
    return figure
