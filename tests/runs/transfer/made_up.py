"""Trials that nothing was computed for, and a clock that only they move."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from catseye.networks.names import parts_of
from catseye.networks.work import MULTIPLY_ADDS
from catseye.runs.session import Session
from catseye.runs.transfer import search
from catseye.runs.transfer.budget import BEST, Budget
from catseye.runs.transfer.candidates import Candidate
from catseye.runs.transfer.choice import Judged
from catseye.runs.transfer.plan import TransferPlan
from catseye.runs.transfer.search import Found, Searching
from catseye.runs.transfer.trial import Tried
from catseye.runs.transfer.tuning_trial import FineTuningTrial
from catseye.transfer_learning.recipe import TransferRecipe

PICTURES = 100
WORK = {name: MULTIPLY_ADDS[name] for name in ("efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2")}


@dataclass
class MadeUp:
    """What happens: losses by candidate, and the seconds that each takes.

    Attributes
    ----------
    gains : dict
        By how much the loss of a candidate is lower than the default's, for every picture.
    features, finish : float
        Seconds that the default's features take, with others' in proportion to their work; and finishing.
    """

    gains: dict[str, float] = field(default_factory=dict)
    features: float = 10.0
    finish: float = 5.0
    scored: int = PICTURES
    now: float = 0.0
    tried: list[str] = field(default_factory=list)

    def run(
        self,
        monkeypatch: pytest.MonkeyPatch,
        *,
        seconds: float = 0.0,
        size: str = BEST,
        installed: tuple[str, ...] = ("efficientnet_lite1", "efficientnet_lite2"),
    ) -> Found:
        """Search, with these backbones installed besides the default."""
        monkeypatch.setattr(search, "Attempt", lambda *arguments: _Attempt(self, *arguments))
        monkeypatch.setattr(search, "list_backbones", lambda _, __, most: [n for n in installed if most > 1e9])
        monkeypatch.setattr(search, "missing_packages", lambda _: ("lite1", "lite2"))
        monkeypatch.setattr(Searching, "_load", lambda _, name: _backbone(name))
        splits = {"train": range(PICTURES)}
        plan = TransferPlan(
            cast("Any", SimpleNamespace(splits=splits)), _backbone("efficientnet_lite0"), TransferRecipe(), None
        )
        budget = Budget(seconds, size, 0.0, lambda: self.now)
        searching = Searching(plan, Session(None, None), Path("home"), "cpu", budget, official=True)
        monkeypatch.setattr(FineTuningTrial, "objection", lambda _: "it is made up")
        return searching.run()


class _Attempt:
    def __init__(self, made: MadeUp, candidate: Candidate, backbone: Any, *_: object) -> None:
        self._made, self._candidate, self._backbone = made, candidate, backbone
        self._work = sum(WORK[part] for part in parts_of(candidate.backbone) or (candidate.backbone,))
        self._seconds = made.features * self._work / WORK["efficientnet_lite0"]

    def forecast(self) -> float:
        return self._seconds

    def finish_seconds(self) -> float:
        return self._made.finish

    def carry_out(self, *_: object, balanced: bool) -> Tried:
        assert not balanced
        made, name = self._made, self._candidate.name
        made.now += self._seconds
        made.tried.append(name)
        losses = np.linspace(0.2, 3, made.scored) - made.gains.get(name, 0.0)
        head: Any = SimpleNamespace()
        cost = (self._work, self._candidate.mirrored)
        right = np.ones(made.scored)
        return Tried(
            *(
                self._candidate,
                self._backbone,
                head,
                ("a",) * PICTURES,
                Judged(losses, right, cost, 2),
                0.9,
                self._work,
            ),
            milliseconds=1.0,
            head_seconds=0.0,
            seconds=self._seconds,
            rate=self._seconds / PICTURES,
        )


def _backbone(name: str) -> Any:
    return SimpleNamespace(name=name, features=1280)
