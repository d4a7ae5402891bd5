"""An adversarial example of one picture, saved in 8 bits and classified as read back from its file."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from catseye.attacks.differentiable import differentiable_model
from catseye.attacks.minimal_perturbation import find_minimal_perturbation
from catseye.attacks.projected_gradient_descent import L2, LINF, WHITE, Attack, perturb
from catseye.errors import UsageError
from catseye.images.encode import encode_png
from catseye.images.preprocess import to_image
from catseye.system.files import write_atomically
from catseye.system.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.classifier.prediction import Prediction
    from catseye.images.inputs import Picture

_EXACT = 1e-6  # of a level: tolerance for rounding errors
_SHRINKINGS = 20
_MOST_SEARCHES = 10  # runs of the attack in the search for the minimal perturbation


@dataclass(frozen=True, eq=False)
class AdversarialExample:
    """A picture before and after an attack.

    Attributes
    ----------
    picture : str
        Path of the picture.
    target : str or None
        The class that the attack aims at; ``None``: any other than before.
    attack : Attack
        As carried out: an L∞ epsilon is a whole number of levels of 8 bits.
    before, noisy, after : Prediction
        Predictions for the picture, for the picture with random noise of the same size, and for the changed picture as
        read back from its file.
    original, changed : uint8 (H, W, C)
        Pictures at their original size.
    file : Path
        The changed picture, an 8-bit PNG.
    """

    picture: str
    target: str | None
    attack: Attack
    before: Prediction
    noisy: Prediction
    after: Prediction
    original: Pixels
    changed: Pixels
    file: Path

    @property
    def succeeded(self) -> bool:
        """Whether the file is predicted to be the target or, without one, any other class than before."""
        return self.after.class_name == self.target if self.target else self.after.class_name != self.before.class_name

    @property
    def difference(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        """Changed minus original, int16 (H, W, C), in levels."""
        return self.changed.astype(np.int16) - self.original

    @property
    def linf(self) -> float:
        """Largest change of any value, in units of the range 0 to 1."""
        return float(np.abs(self.difference).max() / WHITE)

    @property
    def l2(self) -> float:
        """Root of the sum of all squared changes, in units of the range 0 to 1."""
        return float(np.linalg.norm(self.difference.astype(np.float64)) / WHITE)

    def to_json(self) -> dict[str, Any]:
        """Return what ``catseye attack --json`` prints."""
        return {
            "picture": self.picture,
            "target": self.target,
            "epsilon": self.attack.epsilon,
            "norm": self.attack.norm,
            "steps": self.attack.steps,
            "restarts": self.attack.restarts,
            "succeeded": self.succeeded,
            "linf": self.linf,
            "l2": self.l2,
            "before": _top(self.before),
            "noise": _top(self.noisy),
            "after": _top(self.after),
            "adversarial": str(self.file),
        }


def create_adversarial_example(
    classifier: Classifier,
    picture: Picture,
    attack: Attack,
    file: Path,
    target: str | int | None = None,
    *,
    smallest: bool = False,
    seed: int = 0,
) -> AdversarialExample:
    """Change a picture, at its own size, so that the classifier predicts another class, and save it.

    The attack optimises the picture that will be read back: every step includes rounding to 8 bits, cropping and
    resizing.

    Parameters
    ----------
    classifier
    picture
        As for :meth:`Classifier.predict`.
    attack
        An L∞ epsilon is rounded down to whole levels of 8 bits.
    file
        File for the changed picture, a PNG; an existing file is replaced.
    target
        The class to aim at, by name or number; by default any other than the predicted one.
    smallest
        Find the smallest change, up to ``attack.epsilon``, that succeeds.
    seed
        Random seed of the starts, and of the noise that the attack is compared with.

    Raises
    ------
    UsageError
        There is no such class, it is the predicted one already, or epsilon is below one level.
    PictureError
        The picture cannot be used.
    CatseyeError
        The file cannot be written.
    """
    attack = _in_levels(attack)
    wanted = None if target is None else classifier.class_index(target)
    original = classifier.whole(picture)
    before = replace(classifier.predict(to_image(original))[0], picture=str(picture))
    present = classifier.classes.index(before.class_name)
    if wanted == present:
        raise UsageError(f"{picture} is classified as {before.class_name} already; choose another target.")
    generator = torch.Generator().manual_seed(seed)
    pictures = torch.from_numpy(original).permute(2, 0, 1)[None].float()
    classes = torch.tensor([present if wanted is None else wanted])
    change = find_minimal_perturbation if smallest else perturb
    total = attack.steps * attack.restarts * (_MOST_SEARCHES if smallest else 1)
    model = differentiable_model(classifier.network, classifier.preprocess, rounded=True)
    with progress("Attacking", total) as advance:
        found = change(model, pictures, classes, attack, generator, targeted=wanted is not None, advance=advance)
    levels = _whole_levels(found - pictures, attack)
    changed = (pictures + levels).clamp(0, WHITE)[0].permute(1, 2, 0).byte().numpy()
    write_atomically(file, encode_png(to_image(changed)))
    noise = levels[0].flatten()[torch.randperm(levels.numel(), generator=generator)].view(levels.shape)
    noisy = (pictures + noise).clamp(0, WHITE)[0].permute(1, 2, 0).byte().numpy()
    return AdversarialExample(
        str(picture),
        None if wanted is None else classifier.classes[wanted],
        attack,
        before,
        classifier.predict(to_image(noisy))[0],
        classifier.predict(file)[0],
        original,
        changed,
        file,
    )


def _in_levels(attack: Attack) -> Attack:
    if attack.norm != LINF:
        return attack
    levels = math.floor(attack.epsilon * WHITE + _EXACT)
    if levels < 1:
        raise UsageError(f"a saved picture has 256 levels: epsilon must be at least 1/255; got {attack.epsilon:g}.")
    return replace(attack, epsilon=levels / WHITE)


def _whole_levels(change: torch.Tensor, attack: Attack) -> torch.Tensor:
    """Return the change (1, C, H, W) in whole levels, scaled down where rounding made it larger than allowed."""
    share = 1.0
    for _ in range(_SHRINKINGS):
        levels = (share * change).round()
        if attack.norm != L2 or levels.norm() <= attack.epsilon * WHITE:
            return levels
        share *= attack.epsilon * WHITE / float(levels.norm())
    return change.trunc()


def _top(prediction: Prediction) -> list[dict[str, Any]]:
    return [{"class": name, "probability": probability} for name, probability in prediction.top()]
