"""The name of a repository, and its revision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from catseye.arguments import received
from catseye.errors import UsageError

_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_NAME = re.compile(rf"({_PART}/{_PART})(?:@([A-Za-z0-9][A-Za-z0-9._/-]{{0,199}}))?")


@dataclass(frozen=True)
class Repository:
    """A repository.

    Attributes
    ----------
    name : str
        ``OWNER/NAME``.
    revision : str or None
        A branch, a tag or the hash of a commit; ``None`` for the main branch.
    """

    name: str
    revision: str | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the repository ``OWNER/NAME`` or ``OWNER/NAME@REVISION``; raise `UsageError` for any other text."""
        found = _NAME.fullmatch(text)
        if not found or any(twice in text for twice in ("..", "--")):
            raise UsageError(
                f"a repository is OWNER/NAME, with letters, digits, '-', '_' and '.'; got {received(text)}."
            )
        return cls(found[1], found[2])
