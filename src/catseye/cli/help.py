"""How ``--help`` looks: verbs in groups, options without Python types. No option is taken as another's value."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from catseye.arguments import check_path
from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALONE = "network"  # the option that is given once
_UNBROKEN = "\u2011"  # stands for a hyphen while lines are broken


class _Loaded(MutableMapping[str, Any]):
    """Verbs by name; each is imported when it is asked for, as a command needs only one of them."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words  # what each does
        self._verbs: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._verbs:
            words = self._words[name]
            command = import_module(f"catseye.cli.{name.replace('-', '_')}").command
            app = typer.Typer(add_completion=False, rich_markup_mode=None)
            app.command(name=name, cls=Verb, short_help=words)(command)
            self._verbs[name] = typer.main.get_command(app)
        return self._verbs[name]

    def __contains__(self, name: object) -> bool:
        return name in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __setitem__(self, name: str, verb: Any) -> None:
        self._verbs[name] = verb

    def __delitem__(self, name: str) -> None:
        del self._verbs[name]


class Verbs(TyperGroup):
    """The command, whose help lists its verbs in groups."""

    groups: ClassVar[Mapping[str, Sequence[tuple[str, str]]]] = {}  # names with what they do, by the group's title

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.commands = _Loaded({name: words for rows in self.groups.values() for name, words in rows})

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (as typer calls it)
        """Return the names of the verbs, none of which is imported for it."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 (as typer calls it)
        """Write a section for each group, all with one width of names."""
        width = max(map(len, self.commands))
        for title, rows in self.groups.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), words) for name, words in rows])


class Verb(TyperCommand):
    """A verb, whose help is in plain words; no name in it is broken at its hyphens."""

    def __init__(self, *name: Any, **settings: Any) -> None:
        settings["help"] = _unbroken(settings.get("help") or "")
        super().__init__(*name, **settings)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words after the verb; refuse an option without its value before another (``--robust -o FILE``)."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, TyperOption)]
        names = {name for option in options for name in option.opts}
        valued = {name for option in options if not option.is_flag and not option.count for name in option.opts}
        for word, following in itertools.pairwise(itertools.takewhile(lambda word: word != "--", args)):
            if word in valued and following in names:
                raise UsageError(f"{word} needs a value; received the option {following} instead.")
        if not ctx.resilient_parsing:
            self._refuse_unusable(ctx, args)
        return super().parse_args(ctx, args)

    def _refuse_unusable(self, ctx: Any, args: list[str]) -> None:
        """Refuse an empty text, which as a path would be the current folder, and what no command line can hold.

        Two networks are refused, too: one might be thought to train both. Of other options the last counts, so
        that a line can be pasted and changed at its end.
        """
        given, _, order = self.make_parser(ctx).parse_args(args=list(args))
        times = sum(parameter.name == _ALONE and isinstance(parameter, TyperOption) for parameter in order)
        if times > 1:
            often = "twice" if times == 2 else f"{times} times"
            raise UsageError(f"--{_ALONE} is given {often}; give it once.")
        for parameter in self.get_params(ctx):
            values = given.get(parameter.name or "")
            name = (
                parameter.opts[0]
                if isinstance(parameter, TyperOption)
                else parameter.metavar or str(parameter.name).upper()
            )
            for value in values if isinstance(values, list | tuple) else [values]:
                if isinstance(value, str):
                    check_path(name, value)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what follows the verb in the line of its usage: what need not be given is in brackets."""
        return [re.sub("[{}]", "", piece) for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write a section for the arguments and one for the options."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record:
                sections[f"{parameter.param_type_name.capitalize()}s"].append(_plain(*record))
        for title, rows in sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
        formatter.buffer = [text.replace(_UNBROKEN, "-") for text in formatter.buffer]


def _plain(name: str, words: str) -> tuple[str, str]:
    """Return name and explanation of an option without Python's types, limits and "required"."""
    name = re.sub(r" <(list\[)?(str|path)\]?>", "", name, flags=re.IGNORECASE)
    name = re.sub(r"<int( range)?>", "N", name).replace("<float>", "X")
    words = re.sub(r"; (-?\d+<=x<=\d+|x>=\d+)(?=\])| *\[required\]", "", words)
    return name, _unbroken(words.replace("  [", " ["))


def _unbroken(text: str) -> str:
    return re.sub(r"(?<=\w)-(?=\w)", _UNBROKEN, text).replace("--", 2 * _UNBROKEN)
