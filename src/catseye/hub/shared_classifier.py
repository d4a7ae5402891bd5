"""A classifier that was pushed or pulled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catseye.drawing.answer import Answer


@dataclass(frozen=True, repr=False)
class SharedClassifier(Answer):
    """A classifier in a repository.

    Attributes
    ----------
    repository : str
        ``OWNER/NAME``.
    revision : str
        The hash of the commit.
    files : tuple of str
        The names of the pushed files, or the path of the pulled file.
    sha256 : str
        Checksum of the classifier's file, in hexadecimal digits.
    notes : tuple of str
    """

    repository: str
    revision: str
    files: tuple[str, ...]
    sha256: str
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"SharedClassifier({self.repository}@{self.revision[:10]}: {', '.join(self.files)})"

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return vars(self) | {"files": list(self.files), "notes": list(self.notes)}
