"""Options for the labels of a user's pictures, shared by every command that takes DATA."""

from __future__ import annotations

from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from catseye.cli.completion import complete_column, complete_own_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from catseye.datasets import Dataset, Pictures

Given = str | list[str]
_NAME = "labelling"  # of the parameter that receives the options
_OPTIONS = {
    "file_column": ("NAME", "Column of a label file that names the pictures [default: found by content]."),
    "label_column": ("NAME", "Column of a label file that holds the classes [default: found by content]."),
    "split_column": ("NAME", "Column of a label file that says train, validation or test [default: found by content]."),
    "label_from": ("PATTERN", "Take the classes from the pictures' names, e.g. '{label}_{}.jpg'."),
}
_REPEATED = {
    "merge": ("A,B=C", "Merge classes of DATA into one, e.g. kitten,tabby=cat; may be repeated."),
    "rename": ("A=B", "Rename a class of DATA, e.g. cats=cat; may be repeated."),
    "drop": ("A", "Leave out a class of DATA; may be repeated."),
}
_SUFFIX = "_classes"  # a verb may have a parameter rename of its own
_EVERY = (*_OPTIONS, *(f"{name}{_SUFFIX}" for name in _REPEATED))


def with_label_options(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb these options in place of its parameter ``labelling``: a mapping of those that were given."""

    @wraps(verb)
    def run(**given: Any) -> None:
        labels = {name.removesuffix(_SUFFIX): given.pop(name) for name in _EVERY}
        verb(**given, **{_NAME: {name: value for name, value in labels.items() if value}})

    own = get_type_hints(verb, include_extras=True)
    kept = [
        parameter.replace(annotation=own[parameter.name], kind=_kind(parameter))
        for parameter in signature(verb).parameters.values()
        if parameter.name != _NAME
    ]
    added = [Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=_hint(name)) for name in _EVERY]
    changes = [parameter for parameter in kept if parameter.kind is Parameter.VAR_KEYWORD]
    ordered = [*(parameter for parameter in kept if parameter not in changes), *added, *changes]
    run.__signature__ = signature(verb).replace(parameters=ordered)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in ordered}
    return run


def label_words(labels: Mapping[str, Given]) -> list[str]:
    """Return the given options as they would be typed."""
    every = ((name, [value] if isinstance(value, str) else value) for name, value in labels.items())
    return [word for name, values in every for value in values for word in (_flag(name), value)]


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _kind(parameter: Parameter) -> Any:
    return parameter.kind if parameter.kind is Parameter.VAR_KEYWORD else Parameter.KEYWORD_ONLY


def _hint(name: str) -> Any:
    if name.endswith(_SUFFIX):
        plain = name.removesuffix(_SUFFIX)
        metavar, sentence = _REPEATED[plain]
        complete = complete_own_class if plain == "drop" else None
        options = typer.Option(_flag(plain), metavar=metavar, help=sentence, autocompletion=complete)
        return Annotated[list[str] | None, options]
    metavar, sentence = _OPTIONS[name]
    complete = complete_column if metavar == "NAME" else None
    return Annotated[str | None, typer.Option(_flag(name), metavar=metavar, help=sentence, autocompletion=complete)]


def _options(labels: Mapping[str, Given]) -> Any:
    return dict(labels)


def open_data(
    data: str,
    labels: Mapping[str, Given],
    *,
    label: str | None = None,
    strict: bool = False,
    archives: Path | None = None,
    data_dir: Path | None = None,
) -> str | Dataset:
    """Return the data for a verb: the name or path itself, or the loaded data set if label options are given."""
    if not labels:
        return data
    from catseye.datasets import load

    return load(data, None, label=label, strict=strict, archives=archives, data_dir=data_dir, **_options(labels))


def open_training_data(
    data: str,
    labels: Mapping[str, Given],
    split: str | None,
    *,
    label: str | None,
    strict: bool,
    archives: Path | None,
    data_dir: Path | None,
) -> str | Dataset | Pictures:
    """Return the data for a training: as :func:`open_data` does, or those pictures of it that ``split`` states."""
    if split is None:
        return open_data(data, labels, label=label, strict=strict, archives=archives, data_dir=data_dir)
    from catseye.datasets import load

    return load(data, split, label=label, strict=strict, archives=archives, data_dir=data_dir, **_options(labels))
