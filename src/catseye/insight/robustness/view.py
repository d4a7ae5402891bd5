"""An adversarial example, and a classifier's robustness, in every form in which they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.images.corruptions import STRENGTHS
from catseye.insight.robustness.attack_figure import draw_attack, headline, noise_in_words, size_in_words
from catseye.insight.robustness.figure import bound_in_words, checks_in_words, draw_robustness
from catseye.insight.robustness.fool import AdversarialExample
from catseye.insight.robustness.robustness import Robustness

if TYPE_CHECKING:
    from catseye.insight.robustness.robustness import Share


@make_view.register(AdversarialExample)
def view_adversarial_example(found: AdversarialExample) -> View:
    """Return a picture before and after an attack, and the predictions for both."""
    pairs = zip(found.before.top(), found.after.top(), strict=True)
    rows = tuple((a, percent(p), b, percent(q)) for (a, p), (b, q) in pairs)
    caption = (size_in_words(found), noise_in_words(found))
    return View(
        headline(found),
        (headline(found), *caption, Table(("before", "probability>", "after", "probability>"), rows)),
        lambda: draw_attack(found),
        caption,
    )


@make_view.register(Robustness)
def view_robustness(found: Robustness) -> View:
    """Return the accuracy under attack and under corruption."""
    attacked = tuple(map(_row, (found.clean, *found.attacked)))
    corrupted = tuple((kind, *(percent(one.accuracy) for one in shares)) for kind, shares in found.corrupted.items())
    caption = (bound_in_words(found), *checks_in_words(found))
    return View(
        f"Robustness of {found.name}",
        (
            caption[0],
            Table(("epsilon", "accuracy>", "95 % interval>"), attacked),
            *caption[1:],
            "\ncommon corruptions: accuracy by strength",
            Table(("", *(f"{strength}>" for strength in STRENGTHS)), corrupted),
        ),
        lambda: draw_robustness(found),
        caption,
    )


def _row(share: Share) -> tuple[str, ...]:
    interval = " to ".join(map(percent, share.interval))
    return f"{share.at:.4g} ({share.at * 255:.3g}/255)", percent(share.accuracy), interval
