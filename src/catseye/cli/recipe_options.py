"""Command-line options made from the options of a recipe."""

from __future__ import annotations

from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from catseye.cli.common import parse_epsilon
from catseye.cli.completion import choose_from
from catseye.training.options import Option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def with_recipe_options(
    options: Iterable[Option], *, note: str = ""
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a verb one option for each of a recipe, in place of its ``**changes``.

    The verb receives those that were given, by the recipe's names; ``note`` is appended to each option's help.
    """
    known = {option.name: option for option in options}

    def decorate(verb: Callable[..., None]) -> Callable[..., None]:
        @wraps(verb)
        def run(**given: Any) -> None:
            changes = {name: given.pop(name) for name in known}
            verb(**given, **{name: _value(known[name], value) for name, value in changes.items() if value is not None})

        hints = {name: _annotation(option, note) for name, option in known.items()}
        _declare(run, verb, hints)
        return run

    return decorate


def _value(option: Option, value: Any) -> Any:
    return parse_epsilon(value) if option.fraction else value


def _annotation(option: Option, note: str) -> Any:
    kind = str if option.fraction else option.kind
    declared = typer.Option(
        option.declaration,
        metavar=option.metavar,
        help=f"{option.sentence}{note}",
        autocompletion=choose_from(option.choices) if option.choices else None,
    )
    return Annotated[kind | None, declared]


def _declare(run: Callable[..., None], verb: Callable[..., None], hints: dict[str, Any]) -> None:
    """Give ``run`` the signature of ``verb``, with the options in place of ``**changes``: typer reads it."""
    own = get_type_hints(verb, include_extras=True)
    kept = [
        parameter.replace(annotation=own[parameter.name])
        for parameter in signature(verb).parameters.values()
        if parameter.kind is not Parameter.VAR_KEYWORD
    ]
    added = [Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=hint) for name, hint in hints.items()]
    run.__signature__ = signature(verb).replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*kept, *added)}
