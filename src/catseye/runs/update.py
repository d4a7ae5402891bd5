"""What changed when a run was updated with more pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from catseye.drawing.numbers import percent
from catseye.evaluation.paired_accuracy import PairedCounts, describe_p
from catseye.short_repr import ShortRepr, counted


@dataclass(frozen=True, repr=False)
class Update(ShortRepr):
    """What changed when a run was updated with more pictures.

    Attributes
    ----------
    run : str
        Folder of the earlier run.
    learned : int
        Number of pictures that were added to the training pictures.
    corrected : int
        Number of known pictures with a new label.
    kept_out : int
        Number of added copies of test pictures, which are not used for training.
    new_classes : tuple of str
    counts : PairedCounts or None
        How many test pictures the classifier had right before (the first) and has right after (the second). They are
        those of classes that both know, with the current labels; ``None`` if there are none.
    """

    run: str
    learned: int
    corrected: int
    kept_out: int
    new_classes: tuple[str, ...]
    counts: PairedCounts | None

    @property
    def words(self) -> tuple[str, ...]:
        """What was added, and what that changed, in sentences."""
        added = f"{counted(self.learned, 'training picture')} added"
        added += f", {counted(self.corrected, 'label')} corrected" if self.corrected else ""
        added += f", new: {', '.join(self.new_classes)}" if self.new_classes else ""
        if self.counts is None:
            return (f"{added}; there are no test pictures on which to compare before and after",)
        counts = self.counts
        before = (counts.both + counts.only_first) / counts.examples
        after = (counts.both + counts.only_second) / counts.examples
        return (
            added,
            f"accuracy on the same test pictures: {percent(before, 2)} before, {percent(after, 2)} after: {counts}; "
            f"McNemar's exact p {describe_p(counts.p_value)}: {counts.verdict}",
        )

    def to_json(self) -> dict[str, Any]:
        """Return the fields, with the accuracies before and after, as JSON values."""
        values = vars(self) | {"new_classes": list(self.new_classes)}
        if self.counts is None:
            return values
        counts = self.counts
        accuracies = {
            "examples": counts.examples,
            "accuracy_before": (counts.both + counts.only_first) / counts.examples,
            "accuracy_after": (counts.both + counts.only_second) / counts.examples,
        }
        return values | {"counts": accuracies | counts.to_json()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the value with these fields."""
        found = values["counts"]
        names = ("both_right", "only_first_right", "only_second_right", "neither_right")
        counts = PairedCounts(*(int(found[name]) for name in names)) if found else None
        return cls(**(values | {"counts": counts, "new_classes": tuple(values["new_classes"])}))
