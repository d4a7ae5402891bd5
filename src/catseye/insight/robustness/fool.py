"""An adversarial example of one picture, encoded as an 8-bit PNG and classified as read back from that."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from catseye.arguments import with_checked_arguments
from catseye.attacks.differentiable import differentiable_model
from catseye.attacks.minimal_perturbation import find_minimal_perturbation
from catseye.attacks.projected_gradient_descent import L2, LINF, WHITE, Attack, perturb
from catseye.drawing.answer import Answer
from catseye.drawing.mark import add_mark
from catseye.errors import UsageError, with_short_traceback
from catseye.images.encode import encode_png
from catseye.images.inputs import display_name
from catseye.images.preprocess import to_image
from catseye.system.files import new_output, write_atomically
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from catseye.arrays import Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.classifier.prediction import Prediction
    from catseye.images.inputs import Picture

_EXACT = 1e-6  # of a level: tolerance for rounding errors
_SHRINKINGS = 20
_MOST_SEARCHES = 10  # runs of the attack in the search for the minimal perturbation


@dataclass(frozen=True, eq=False, repr=False)
class AdversarialExample(Answer):
    """A picture before and after an attack.

    Attributes
    ----------
    picture : str
        Path of the picture, or ``"picture"``.
    target : str or None
        The class that the attack aims at; ``None``: any other than before.
    attack : Attack
        As carried out: an L∞ epsilon is a whole number of levels of 8 bits.
    before, noisy, after : Prediction
        Predictions for the picture, for the picture with random noise of the same size, and for the changed picture as
        read back from ``png``.
    original, changed : uint8 (H, W, C)
        Pictures at their original size.
    png : bytes
        The changed picture as the content of an 8-bit PNG file.
    file : Path or None
        Where the changed picture is saved, if that is decided.
    classifier : str
        Name of the classifier.
    """

    picture: str
    target: str | None
    attack: Attack
    before: Prediction
    noisy: Prediction
    after: Prediction
    original: Pixels
    changed: Pixels
    png: bytes
    file: Path | None = None
    classifier: str = "the classifier"

    def __repr__(self) -> str:
        before, after = self.before.class_name, self.after.class_name
        result = f"{before} → {after}" if before != after else f"still {before}"
        result = result if self.succeeded or not self.target else f"{result}, not {self.target}"
        change = f"values changed by at most {round(self.linf * WHITE)} of {WHITE:.0f} levels"
        return f"AdversarialExample({self.picture}: {result}, {change})"

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
            "adversarial": str(self.file) if self.file else None,
        }

    @with_short_traceback
    @with_checked_arguments
    def save(self, path: str | Path) -> Path:
        """Write the figure to ``path``, and the changed picture beside it as NAME-adversarial.png.

        Raises
        ------
        UsageError
            The answer cannot be written in this form, there is no such folder, or one of the two is the attacked
            picture itself.
        CatseyeError
            A file cannot be written.
        """
        path = Path(path)
        beside = adversarial_file(path)
        for file in (path, beside):
            new_output(file, force=True, read=Path(self.picture))
        super().save(path)
        write_atomically(beside, self.png)
        return path


def adversarial_file(figure: Path) -> Path:
    """Return where the changed picture goes, beside its figure."""
    return figure.with_name(f"{figure.stem}-adversarial.png")


@with_short_traceback
def create_adversarial_example(
    classifier: Classifier,
    picture: Picture,
    attack: Attack,
    target: str | int | None = None,
    *,
    smallest: bool = False,
    seed: int = 0,
) -> AdversarialExample:
    """Change a picture, at its own size, so that the classifier predicts another class.

    Nothing is written. The attack optimises the picture that will be read back: every step includes rounding to 8
    bits, cropping and resizing.

    Parameters
    ----------
    classifier
    picture
        As for :meth:`Classifier.predict`.
    attack
        An L∞ epsilon is rounded down to whole levels of 8 bits.
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
    """
    name = display_name(picture, "picture")
    attack = _in_levels(attack)
    wanted = None if target is None else classifier.class_index(target)
    original = classifier.whole(picture)
    before = replace(classifier.predict(to_image(original))[0], picture=name)
    present = classifier.classes.index(before.class_name)
    if wanted == present:
        raise UsageError(f"{name} is classified as {before.class_name} already; choose another target.")
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
    png = add_mark(encode_png(to_image(changed)), ".png")
    noise = levels[0].flatten()[torch.randperm(levels.numel(), generator=generator)].view(levels.shape)
    noisy = (pictures + noise).clamp(0, WHITE)[0].permute(1, 2, 0).byte().numpy()
    return AdversarialExample(
        name,
        None if wanted is None else classifier.classes[wanted],
        attack,
        before,
        classifier.predict(to_image(noisy))[0],
        classifier.predict(Image.open(io.BytesIO(png)))[0],
        original,
        changed,
        png,
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
