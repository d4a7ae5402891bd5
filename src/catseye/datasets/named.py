"""Values by name, with a helpful error for a mistyped name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, TypeVar

from catseye.errors import unknown, with_short_traceback

if TYPE_CHECKING:
    from collections.abc import Mapping

_Value = TypeVar("_Value")


class Named(dict[str, _Value]):
    """A dictionary that raises `UsageError` for a name that it does not have, and suggests the most similar one.

    Parameters
    ----------
    kind
        What is named, in the error: ``"split"``.
    values
        The values by name.
    """

    def __init__(self, kind: str, values: Mapping[str, _Value]) -> None:
        super().__init__(values)
        self.kind = kind

    @with_short_traceback
    def __missing__(self, name: object) -> NoReturn:
        raise unknown(self.kind, str(name), self)
