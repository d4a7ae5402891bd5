"""``catseye attack``: change a picture so little that nobody sees it, and so that a classifier is fooled."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import ClassifierPath, FigureFile, Force, Json, parse_epsilon
from catseye.cli.printing import give


def attack(
    classifier: ClassifierPath,
    picture: Annotated[Path, typer.Argument(metavar="PICTURE", help="A picture's file.")],
    target: Annotated[
        str | None, typer.Option(metavar="CLASS", help="The class to be predicted [default: any other].")
    ] = None,
    epsilon: Annotated[
        str, typer.Option(metavar="SIZE", help="Largest change, as a share of the pixel range: 4/255 or 0.016.")
    ] = "4/255",
    norm: Annotated[str, typer.Option(help="Size of a change: linf, of any value; l2, of all together.")] = "linf",
    steps: Annotated[int, typer.Option(help="Gradient steps; 1 is the fast gradient sign method.")] = 40,
    restarts: Annotated[int, typer.Option(help="Searches, all but the first from a random start.")] = 1,
    momentum: Annotated[float, typer.Option(help="Share of the last direction kept in the next.")] = 0.75,
    smallest: Annotated[bool, typer.Option("--smallest", help="The smallest change that does it, up to --epsilon.")] = (
        False
    ),
    seed: Annotated[int, typer.Option(help="Decides random starts.")] = 0,
    output: FigureFile = Path("attack.png"),
    force: Force = False,
    json: Json = False,
) -> None:
    """Fool a classifier, and show how: original, change, result, and the probabilities before and after.

    The changed picture is saved beside the figure, as NAME-adversarial.png, at the original's size; the prediction
    reported is that of this file. Exit status 0 whether the classifier was fooled or not.
    """
    from catseye.attacks.projected_gradient_descent import Attack
    from catseye.classifier.classifier import Classifier
    from catseye.drawing.figure_file import figure_output
    from catseye.insight.robustness.fool import create_adversarial_example
    from catseye.insight.robustness.view import view_adversarial_example
    from catseye.system.files import new_output

    figure_output(output, force=force, read=picture)
    file = new_output(output.with_name(f"{output.stem}-adversarial.png"), force=force, read=picture)
    asked = Attack(parse_epsilon(epsilon), norm, steps, restarts, momentum)
    found = create_adversarial_example(
        Classifier.load(classifier), picture, asked, file, target, smallest=smallest, seed=seed
    )
    give(view_adversarial_example(found), output, json=json, also=[found.file])
