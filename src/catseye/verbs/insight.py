"""What a classifier looks for, and how it is fooled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from catseye.arguments import parse_epsilon, read_classes, read_names, with_checked_arguments
from catseye.attacks.projected_gradient_descent import LINF, Attack
from catseye.errors import with_short_traceback
from catseye.insight.ideal.ideals import choose_targets, find_ideals
from catseye.insight.ideal.recipe import VARIATION
from catseye.insight.robustness.fool import create_adversarial_example
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.images.inputs import Picture
    from catseye.insight.ideal.ideals import Ideals
    from catseye.insight.robustness.fool import AdversarialExample
    from catseye.verbs.sources import ClassifierSource


@with_short_traceback
@with_checked_arguments
def attack(
    classifier: ClassifierSource,
    picture: Picture,
    *,
    target: str | int | None = None,
    epsilon: float | str = 4 / 255,
    norm: str = LINF,
    steps: int = 40,
    restarts: int = 1,
    momentum: float = 0.75,
    smallest: bool = False,
    seed: int = 0,
    weights: str | Path | None = None,
) -> AdversarialExample:
    """Fool a classifier with an imperceptible change to a picture.

    Nothing is written: the adversarial picture is encoded as PNG in memory, and its probabilities are computed from
    these bytes, as read back. ``save(path)`` writes the figure, and beside it the picture as NAME-adversarial.png.

    Parameters
    ----------
    classifier
        A classifier, a run, the path of either, or a backbone's name.
    picture
        A path, a Pillow image or an array, as for :meth:`catseye.Classifier.predict`. It is attacked at its own size.
    target
        Name or number of the class to be predicted instead; by default any other.
    epsilon
        Largest change, as a share of the range from black to white, above 0 and at most 1, also as text such as
        ``"4/255"``; for ``"l2"`` the length of the whole change.
    norm
        ``"linf"``, the largest change of any value, or ``"l2"``, all values together.
    steps
        Number of gradient steps, at least 1; one step is the fast gradient sign method.
    restarts
        Number of searches; all but the first start at random.
    momentum
        Share of the previous direction kept in each step, 0 to 1.
    smallest
        Find the smallest change that succeeds, up to ``epsilon``.
    seed
        Random seed for the starts.
    weights
        Weights of a backbone named as ``classifier``: a .safetensors or .pth file, or of VGG one of Keras's; by default
        the official ones.

    Raises
    ------
    UsageError
        There is no such classifier or class, it is the predicted one already, or a number is out of range.
    PictureError
        The picture cannot be used.

    Examples
    --------
    With a run of ``catseye train digits --out my-run`` and a picture of a handwritten digit:

    >>> import catseye
    >>> catseye.attack("my-run", "digit.png", target=9, epsilon=0.5).after.class_name
    '9'
    """
    asked = Attack(parse_epsilon(epsilon), norm, steps, restarts, momentum)
    opened, name = open_classifier(classifier, weights)
    found = create_adversarial_example(opened, picture, asked, target, smallest=smallest, seed=seed)
    return replace(found, classifier=name)


@with_short_traceback
@with_checked_arguments
def ideal(
    classifier: ClassifierSource,
    classes: str | int | Sequence[str | int] = (),
    *,
    channel: str | Sequence[str] = (),
    variation: float = VARIATION,
    parameterisation: str | None = None,
    steps: int | None = None,
    seed: int = 0,
    weights: str | Path | None = None,
) -> Ideals:
    """Follow the gradient from noise to a picture that the network is confident about.

    ``save(path)`` writes the figure, or as .gif an animation of how it grows, and beside it each picture alone as
    NAME-CLASS.png.

    Parameters
    ----------
    classifier
        A classifier, a run, the path of either, or a backbone's name.
    classes
        One class or several, by name or number.
    channel
        One channel or several to maximise, as ``"LAYER:NUMBER"``, in a list or as comma-separated text.
    variation
        Weight of smoothness (total variation), at least 0; 0 gives noise.
    parameterisation
        ``"fourier"`` or ``"pixels"``; by default Fourier, or pixels if ``variation`` is 0.
    steps
        Number of steps, at least 1; by default 128, and up to 128 more until a class has a probability of 0.99.
    seed
        Random seed.
    weights
        Weights of a backbone named as ``classifier``: a .safetensors or .pth file, or of VGG one of Keras's; by default
        the official ones.

    Raises
    ------
    UsageError
        There is no such classifier, class, layer, channel or parameterisation, or a number is out of range.

    Examples
    --------
    With a run of ``catseye train digits --out my-run``:

    >>> import catseye
    >>> catseye.ideal("my-run", [3, 5]).pictures[0].picture.shape
    (8, 8, 1)
    """
    named, channels = read_classes("classes", classes), read_names("channel", channel)
    opened, name = open_classifier(classifier, weights, needs_classes=not channels or bool(named))
    targets = choose_targets(opened, named, channels)
    return find_ideals(
        opened,
        targets,
        name,
        variation=variation,
        parameterisation=parameterisation,
        steps=steps,
        seed=seed,
    )
