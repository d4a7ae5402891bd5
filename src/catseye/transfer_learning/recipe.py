"""Every choice of a transfer as one value that is printed, saved, and can be run again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from catseye.errors import UsageError
from catseye.training.recipe import Recipe

DEFAULT_BACKBONE = "efficientnet_lite0"


@dataclass(frozen=True)
class TransferRecipe:
    """Every choice of a transfer.

    Attributes
    ----------
    backbone : str
    mirrored : bool
        Let the head learn from every picture mirrored left to right as well.
    balanced : bool
        Let every class count the same, however many pictures it has.
    fine_tuning : Recipe or None
        By which the whole network is trained on, once the head is solved; ``None``: it is not.
    seed : int
        Decides the folds of cross-validation, and of fine-tuning everything random.

    Raises
    ------
    UsageError
        The seed is outside its range.
    """

    backbone: str = DEFAULT_BACKBONE
    mirrored: bool = False
    balanced: bool = False
    fine_tuning: Recipe | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.seed, int) or not 0 <= self.seed < 2**32:
            raise UsageError(f"seed is 0 to 2**32 - 1; got {self.seed!r}.")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the choices with these fields."""
        fine_tuning = values["fine_tuning"] and Recipe.from_json(values["fine_tuning"])
        return cls(**(values | {"fine_tuning": fine_tuning}))

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)
