"""A classifier's accuracy on pictures that are attacked or corrupted."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch

from catseye.attacks.differentiable import differentiable_model
from catseye.attacks.projected_gradient_descent import WHITE, Attack, margins, perturb
from catseye.attacks.random_squares import random_search
from catseye.drawing.answer import Answer
from catseye.drawing.numbers import percent
from catseye.errors import UsageError, with_short_traceback
from catseye.evaluation.intervals import wilson_interval
from catseye.images.corruptions import CORRUPTIONS, STRENGTHS, corrupt
from catseye.short_repr import ShortRepr, counted
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from catseye.arrays import Pixels
    from catseye.attacks.differentiable import Model
    from catseye.classifier.classifier import Classifier
    from catseye.datasets import Pictures

STEPS, RESTARTS = 40, 6
QUICK_STEPS = 10  # pictures that are still classified correctly are then attacked with all steps
_BATCH = 250
_CHECKED = 100  # pictures on which the attack itself is examined
_TRIES = 500
_NOISES = 10
_HUGE = 0.5  # epsilon at which every picture can be made plain grey


@dataclass(frozen=True)
class Share:
    """The share of pictures that are still classified correctly.

    Attributes
    ----------
    at : float
        The epsilon of an attack, in units of the pixel range 0 to 1, or a corruption's strength, 1 to 5.
    right, examples : int
    """

    at: float
    right: int
    examples: int

    @property
    def accuracy(self) -> float:
        """Share of correctly classified pictures, 0 to 1."""
        return self.right / self.examples

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the accuracy."""
        return wilson_interval(self.right, self.examples)

    def to_json(self) -> dict[str, Any]:
        """Return the fields, accuracy and interval as JSON values."""
        return asdict(self) | {"accuracy": self.accuracy, "interval": list(self.interval)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the share that :meth:`to_json` described."""
        return cls(values["at"], values["right"], values["examples"])


@dataclass(frozen=True, repr=False)
class Check(ShortRepr):
    """A check whether an attack fails because the network is robust, or because of a fault of its own.

    Attributes
    ----------
    name : str
    held : bool
        Whether the result is as expected where gradients can be trusted.
    detail : str
        The numbers that were measured, in words.
    """

    name: str
    held: bool
    detail: str


@dataclass(frozen=True, repr=False)
class Robustness(Answer):
    """A classifier under attack and under corruption.

    Attributes
    ----------
    clean : Share
        Accuracy without any change, ``at`` 0.
    attacked : tuple of Share
        Accuracy under projected gradient descent (L∞), by rising epsilon. An upper bound: a better attack may find
        more.
    attack : Attack
        The strongest one, for every picture that the weaker ones left correct.
    checks : tuple of Check
        Checks of the attack, at ``checked_at``.
    checked_at : float
    corrupted : dict from str to tuple of Share
        Accuracies by kind of corruption, at rising strength.
    name : str
        Of what classifier, on what data.
    """

    clean: Share
    attacked: tuple[Share, ...]
    attack: Attack
    checks: tuple[Check, ...]
    checked_at: float
    corrupted: dict[str, tuple[Share, ...]]
    name: str = "the classifier"

    def __repr__(self) -> str:
        worst = self.attacked[-1]
        under = f"{percent(worst.accuracy)} at epsilon {worst.at:.3g}"
        return f"Robustness({self.name}: {percent(self.clean.accuracy)}, {under}, {counted(worst.examples, 'picture')})"

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {
            "clean": self.clean.to_json(),
            "attacked": [share.to_json() for share in self.attacked],
            "attack": {"norm": self.attack.norm, "steps": self.attack.steps, "restarts": self.attack.restarts},
            "bound": "upper",
            "checked_at": self.checked_at,
            "checks": [asdict(check) for check in self.checks],
            "corrupted": {kind: [share.to_json() for share in shares] for kind, shares in self.corrupted.items()},
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return what :meth:`to_json` described."""
        attacked = tuple(map(Share.from_json, values["attacked"]))
        attack = values["attack"]
        return cls(
            Share.from_json(values["clean"]),
            attacked,
            Attack(attacked[-1].at, attack["norm"], attack["steps"], attack["restarts"]),
            tuple(Check(**check) for check in values["checks"]),
            values["checked_at"],
            {kind: tuple(map(Share.from_json, shares)) for kind, shares in values["corrupted"].items()},
        )


@with_short_traceback
def measure_robustness(
    classifier: Classifier, pictures: Pictures, epsilons: Sequence[float], *, examples: int, seed: int = 0
) -> Robustness:
    """Measure a classifier's accuracy under attack and corruption, with pictures at the network's input size.

    A picture that is misclassified at one epsilon counts as misclassified at every larger one, which allows the same
    change.

    Parameters
    ----------
    classifier
    pictures
        Labelled; their classes are matched by name.
    epsilons
        Largest changes, above 0 and at most 1, in units of the pixel range.
    examples
        Number of pictures to draw; all, if there are fewer.
    seed
        Random seed of the draw, and of all that is random in the attacks.

    Raises
    ------
    UsageError
        An epsilon is out of range, there are no pictures, or they have classes that the classifier does not know.
    """
    attacks = [Attack(epsilon, steps=STEPS, restarts=RESTARTS) for epsilon in sorted(set(epsilons))]
    if not attacks:
        raise UsageError("robustness needs at least one epsilon, such as 4/255.")
    if examples < 1 or not len(pictures):
        raise UsageError(f"robustness is measured on at least one picture; got {min(examples, len(pictures))}.")
    chosen = np.random.default_rng(seed).permutation(len(pictures))[:examples]
    batch = np.stack([pictures.pixels(int(index), classifier.preprocess) for index in chosen])
    labels = torch.from_numpy(classifier.labels(pictures)[chosen])
    corruptions = len(CORRUPTIONS) * len(STRENGTHS) * len(batch)
    model = differentiable_model(classifier.network, classifier.preprocess)
    with progress("Corrupting and attacking", corruptions) as advance:
        values = torch.from_numpy(batch).float()
        right = _right(model, values, labels)
        corrupted = {kind: _corrupted(model, batch, labels, kind, seed, advance) for kind in CORRUPTIONS}
        shares, alive = [], right
        for attack in attacks:
            alive = _survivors(model, values, labels, alive, attack, seed)
            shares.append(_share(attack.epsilon, alive))
        at = _worth_checking(attacks, shares)
        members = right.nonzero()[:_CHECKED, 0]
        checks = _checks(model, values[members], labels[members], at, seed) if len(members) else ()
    return Robustness(_share(0.0, right), tuple(shares), attacks[-1], checks, at.epsilon, corrupted)


def _share(at: float, right: torch.Tensor) -> Share:
    return Share(at, int(right.sum()), len(right))


def _parts(pictures: torch.Tensor, labels: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    for start in range(0, len(pictures), _BATCH):
        yield pictures[start : start + _BATCH], labels[start : start + _BATCH]


def _right(model: Model, pictures: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return which pictures (B,) are classified correctly."""
    with torch.no_grad():
        return torch.cat([margins(model(part), own) <= 0 for part, own in _parts(pictures, labels)])


def _corrupted(
    model: Model, batch: Pixels, labels: torch.Tensor, kind: str, seed: int, advance: Callable[[int], object]
) -> tuple[Share, ...]:
    shares = []
    for strength in STRENGTHS:
        pictures = torch.from_numpy(corrupt(batch, kind, strength, seed)).float()
        shares.append(_share(strength, _right(model, pictures, labels)))
        advance(len(batch))
    return tuple(shares)


def _quick(epsilon: float) -> Attack:
    return Attack(epsilon, steps=QUICK_STEPS)


def _survivors(
    model: Model, pictures: torch.Tensor, labels: torch.Tensor, alive: torch.Tensor, attack: Attack, seed: int
) -> torch.Tensor:
    """Return which of the pictures that are ``alive`` (B,) survive the attack, after a quick form of it."""
    for harder in (_quick(attack.epsilon), attack):
        members = alive.nonzero()[:, 0]
        alive = torch.zeros_like(alive)
        alive[members] = _withstood(model, pictures[members], labels[members], harder, seed)
    return alive


def _withstood(model: Model, pictures: torch.Tensor, labels: torch.Tensor, attack: Attack, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    changed = [perturb(model, part, own, attack, generator) for part, own in _parts(pictures, labels)]
    return _right(model, torch.cat(changed), labels) if changed else torch.zeros(0, dtype=torch.bool)


def _worth_checking(attacks: Sequence[Attack], shares: Sequence[Share]) -> Attack:
    """Return the attack with the largest epsilon that any picture survives, perhaps by a fault of the attack."""
    standing = [attack for attack, share in zip(attacks, shares, strict=True) if share.right]
    return standing[-1] if standing else attacks[0]


def _checks(model: Model, pictures: torch.Tensor, labels: torch.Tensor, attack: Attack, seed: int) -> tuple[Check, ...]:
    """Return the checks of Athalye et al. 2018 (arXiv:1802.00420) and Carlini et al. 2019 (arXiv:1902.06705)."""
    generator = torch.Generator().manual_seed(seed)

    def left(attack: Attack) -> torch.Tensor:
        return _withstood(model, pictures, labels, attack, seed)

    one, quick, thorough = left(replace(attack, steps=1, restarts=1)), left(_quick(attack.epsilon)), left(attack)
    huge = left(_quick(max(_HUGE, attack.epsilon)))
    noisy = torch.ones_like(thorough)
    for _ in range(_NOISES):
        signs = 2.0 * torch.randint(2, pictures.shape, generator=generator) - 1
        noisy &= _right(model, (pictures + attack.epsilon * WHITE * signs).clamp(0, WHITE), labels)
    searched = _right(model, random_search(model, pictures, labels, attack.epsilon, _TRIES, generator), labels)
    missed = int((thorough & ~searched).sum())
    count = len(pictures)
    return (
        Check(
            "more steps and restarts never do worse",
            bool(one.sum() >= quick.sum() >= thorough.sum()),
            f"right after 1, {QUICK_STEPS} and {attack.steps} × {attack.restarts} steps: "
            f"{int(one.sum())}, {int(quick.sum())}, {int(thorough.sum())} of {count}",
        ),
        Check(
            "random noise of the same size does no better",
            bool(noisy.sum() >= thorough.sum()),
            f"right under {_NOISES} noises: {int(noisy.sum())} of {count}; under attack {int(thorough.sum())}",
        ),
        Check(
            "a search without the gradient does no better",
            bool(searched.sum() >= thorough.sum()),
            f"right after {_TRIES} tries: {int(searched.sum())} of {count}; broken by them alone: {missed}",
        ),
        Check(
            "a change without bounds breaks every picture",
            not huge.any(),
            f"right at epsilon {max(_HUGE, attack.epsilon):g}: {int(huge.sum())} of {count}",
        ),
    )
