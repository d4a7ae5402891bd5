"""Parts of a result whose fields are JSON values."""

from __future__ import annotations

from typing import Any, Self


class JsonFields:
    """Fields that are JSON values already; a part of a result."""

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {name: json_value(value) for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the value with these fields."""
        return cls(**values)


def json_value(value: Any) -> Any:
    """Return a field as a JSON value."""
    if isinstance(value, tuple):
        return [json_value(item) for item in value]
    return value.to_json() if hasattr(value, "to_json") else value
