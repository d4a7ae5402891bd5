"""The result of an export: what was written, and how far it agrees with the classifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.drawing.answer import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.export.agreement import Agreement
    from catseye.export.quantisation import Quantisation


@dataclass(frozen=True, repr=False)
class Export(Answer):
    """A classifier that was exported to another runtime.

    Attributes
    ----------
    file : Path
        The file or folder that was written.
    format : str
        ``"onnx"``, ``"openvino"``, ``"torch"``, ``"keras"`` or ``"web"``.
    bytes : int
        The size of everything that was written.
    agreements : tuple of Agreement
        How the file agrees in its own runtime, and in others that can read it.
    notes : tuple of str
        Remarks for the user.
    quantisation : Quantisation or None
        What quantisation costs; ``None`` for a file in single precision.
    """

    file: Path
    format: str
    bytes: int
    agreements: tuple[Agreement, ...]
    notes: tuple[str, ...] = ()
    quantisation: Quantisation | None = None

    def __repr__(self) -> str:
        agreement = self.agreements[0]
        return f"Export({self.file}, {self.format}, {agreement.checked} pictures checked in {agreement.runtime})"

    def to_json(self) -> dict[str, Any]:
        """Return the file and the results of the checks as JSON values."""
        first, *others = (agreement.to_json() for agreement in self.agreements)
        return {
            "file": str(self.file),
            "format": self.format,
            "bytes": self.bytes,
            **first,
            "also": others,
            "notes": list(self.notes),
            "quantised": self.quantisation.to_json() if self.quantisation else None,
        }
