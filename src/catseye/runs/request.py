"""The request of a run: what it was asked to do, as ``run.json`` keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from catseye.short_repr import ShortRepr
from catseye.training.recipe import Recipe
from catseye.transfer_learning.recipe import TransferRecipe

if TYPE_CHECKING:
    from collections.abc import Mapping

Verb = Literal["train", "transfer"]


@dataclass(frozen=True, repr=False)
class Request(ShortRepr):
    """What a run was asked to do, the same for training and for transfer.

    Attributes
    ----------
    verb : str
        ``"train"`` or ``"transfer"``.
    data : str
        The name or path that was given.
    label : str or None
        Name of the label that is used.
    network : str
        The network, or the backbone of a transfer.
    recipe : Recipe or TransferRecipe
    size : tuple of int or None
        Height and width in pixels that were asked for.
    weights : str or None
        The weight file of the backbone that was asked for.
    fingerprint : str or None
        SHA-256 of the training pictures; ``None`` where pictures are identified one by one, as in a transfer without
        fine-tuning.
    options : tuple of str
        Options for the labels of the data.
    metrics : tuple of str
        Names of the caller's own metrics.
    time_limit : float
        Seconds for a search among classifiers; 0: no limit, or no search.
    classifier_size : str
        ``"small"`` or ``"best"`` for such a search; ``""``: no search.
    update, added : str
        For an update: the folder of the earlier run, and the name or path of the added data.
    split : str
        The part of the data that is used, such as ``"train[:400]"``; ``""``: all of it, or one that has no such name.
    """

    verb: Verb
    data: str
    label: str | None
    network: str
    recipe: Recipe | TransferRecipe
    size: tuple[int, int] | None = None
    weights: str | None = None
    fingerprint: str | None = None
    options: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    time_limit: float = 0.0
    classifier_size: str = ""
    update: str = ""
    added: str = ""
    split: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return vars(self) | {"recipe": self.recipe.to_json(), "size": list(self.size) if self.size else None}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the request with these fields."""
        recipe = (TransferRecipe if values["verb"] == "transfer" else Recipe).from_json(values["recipe"])
        size = (values["size"][0], values["size"][1]) if values["size"] else None
        return cls(**(values | {"recipe": recipe, "size": size, **_tuples(values)}))

    def difference(self, asked: Mapping[str, Any]) -> str:
        """Describe the first difference from ``asked``, a mapping of fields or recipe options to values.

        Empty if there is none.
        """
        for name, value in asked.items():
            own = getattr(self, name) if hasattr(self, name) else getattr(self.recipe, name, None)
            if value != own:
                return _difference(name, own, value)
        return ""


def _tuples(values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values.get(name, ())) for name in ("options", "metrics")}


def _difference(name: str, own: Any, value: Any) -> str:
    if name == "verb":
        return f"by catseye {own}, not by catseye {value}"
    if name in ("fingerprint", "fine_tuning", "choose_flip"):
        return f"with other {'data' if name == 'fingerprint' else 'options of fine-tuning'}"
    if name == "time_limit":
        return f"with {_limit(own)}, not with {_limit(value)}"
    if name == "classifier_size":
        return f"with {_size(own)}, not with {_size(value)}"
    if name in ("update", "added"):
        return f"with {name} {own or 'nothing'}, not {value or 'nothing'}"
    if name == "split":
        return f"with {_part(own)}, not with {_part(value)}"
    if name == "metrics":
        return f"with {_metrics(own)}, not with {_metrics(value)}"
    if name == "options":
        return f"with {' '.join(own) or 'no label options'}, not with {' '.join(value) or 'none'}"
    return f"with {_shown(name, own)}, not {'×'.join(map(str, value)) if isinstance(value, tuple) else value}"


def _limit(seconds: float) -> str:
    return f"the time limit {seconds:g} s" if seconds else "no time limit"


def _size(size: str) -> str:
    return f"a search (size {size})" if size else "no search"


def _part(split: str) -> str:
    return f"the split {split}" if split else "all pictures"


def _metrics(names: tuple[str, ...]) -> str:
    return f"the metrics {', '.join(names)}" if names else "no metrics"


def _shown(name: str, value: Any) -> str:
    if value is None:
        return f"no {name}"
    return f"{name} {'×'.join(map(str, value)) if isinstance(value, tuple) else value}"
