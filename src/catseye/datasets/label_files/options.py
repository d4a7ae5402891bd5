"""Where the labels of pictures are, as the user describes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LabelOptions:
    """A user's description of a label file's columns or of labels in file names; ``None``: recognised by content.

    Attributes
    ----------
    file_column, label_column, split_column : str or None
        Names of columns; or their numbers from 1, where a file has no header.
    label_from : str or None
        Pattern of file names, such as ``"{label}_{}.jpg"``.
    """

    file_column: str | None = None
    label_column: str | None = None
    split_column: str | None = None
    label_from: str | None = None

    @property
    def names_columns(self) -> bool:
        """Whether a column is named, so that there must be a label file."""
        return any(name is not None for name in (self.file_column, self.label_column, self.split_column))

    @property
    def given(self) -> bool:
        """Whether any option is given."""
        return self.names_columns or self.label_from is not None

    def on_command_line(self) -> tuple[str, ...]:
        """Return the options as command-line words."""
        return tuple(
            word
            for name, value in vars(self).items()
            if value is not None
            for word in (f"--{name.replace('_', '-')}", value)
        )
