"""What an export has written, and how far it agrees with the classifier."""

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
    """A classifier that was written for another runtime.

    Attributes
    ----------
    file : Path
        What was written: a file, or a folder.
    format : str
        ``"onnx"``, ``"openvino"``, ``"torch"``, ``"keras"`` or ``"web"``.
    bytes : int
        The size of all that was written.
    agreements : tuple of Agreement
        How the file answers in its own runtime, and in further ones that read it too.
    notes : tuple of str
        What else a user should know.
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
        """Return where the file is, and what was checked, as JSON values."""
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
