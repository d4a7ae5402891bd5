"""``catseye attack``: fool a classifier with an imperceptible change to a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import ClassifierPath, Force, Json, PictureFile, Weights, parse_epsilon
from catseye.cli.completion import NORMS, choose_from, complete_class
from catseye.cli.next_step import given_options, opened_by, tell_next
from catseye.cli.output import choose_beside, choose_output, file_option
from catseye.cli.printing import write_and_print

if TYPE_CHECKING:
    from catseye.attacks.projected_gradient_descent import Attack

_FILE = "attack.png"
_LARGE, _LARGEST = "0.5", "1"  # epsilons: half of the range from black to white, which fools nearly all; all of it


def command(
    classifier: ClassifierPath,
    picture: PictureFile,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="CLASS", help="Class to be predicted instead [default: any other].", autocompletion=complete_class
        ),
    ] = None,
    epsilon: Annotated[
        str, typer.Option(metavar="EPSILON", help="Largest change, as a share of the value range, e.g. 4/255 or 0.016.")
    ] = "4/255",
    norm: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Norm of the change: linf (largest of any value) or l2 (all values together).",
            autocompletion=choose_from(NORMS),
        ),
    ] = "linf",
    steps: Annotated[int, typer.Option(help="Number of gradient steps; 1: the fast gradient sign method.")] = 40,
    restarts: Annotated[int, typer.Option(help="Number of searches; all but the first start at random.")] = 1,
    momentum: Annotated[float, typer.Option(help="Share of the previous direction kept in each step.")] = 0.75,
    smallest: Annotated[
        bool, typer.Option("--smallest", help="Find the smallest change that succeeds, up to --epsilon.")
    ] = (False),
    seed: Annotated[int, typer.Option(help="Random seed for the starts.")] = 0,
    output: Annotated[Path | None, file_option(_FILE)] = None,
    force: Force = False,
    weights: Weights = None,
    json: Json = False,
) -> None:
    """Fool a classifier and show how: original, change, result, and the probabilities before and after.

    The adversarial picture is saved next to the figure as NAME-adversarial.png, at the size of the original; the
    reported probabilities are those of this file. The exit status is 0 whether the attack succeeds or not.
    """
    from catseye.insight.robustness.fool import adversarial_file
    from catseye.verbs.insight import attack as fool

    target_file = choose_output(output, _FILE, json=json, force=force, read=picture)
    file = target_file and choose_beside(
        adversarial_file(target_file), named=output is not None, force=force, read=picture
    )
    found = fool(
        classifier,
        picture,
        target=target,
        epsilon=parse_epsilon(epsilon),
        norm=norm,
        steps=steps,
        restarts=restarts,
        momentum=momentum,
        smallest=smallest,
        seed=seed,
        weights=weights,
    )
    write_and_print(replace(found, file=file), target_file, json=json, also=[file] if file else ())
    if json:
        return
    larger = None if found.succeeded else _larger_epsilon(found.attack)
    if larger is None:
        tell_next("predict", *opened_by(classifier, weights), file)
        return
    asked = given_options({"--target": target, "--epsilon": larger, "--output": output})
    tell_next("attack", *opened_by(classifier, weights), picture, "--smallest", *asked, "--force")


def _larger_epsilon(attack: Attack) -> str | None:
    """Return the largest change of any value to try when an attack has failed; ``None`` if all have been allowed.

    A change of a given length is tried as one of each value: the longest that can be asked for is small. What was
    allowed is whole levels, up to one below what was asked for.
    """
    if attack.norm == "l2" or attack.epsilon < float(_LARGE) - 1 / 255:
        return _LARGE
    return _LARGEST if attack.epsilon < float(_LARGEST) - 1 / 255 else None
