"""The words of an error as the command line has them: ``--lr`` for ``learning_rate``, ``--resume`` for ``resume=True``.

The library names what its callers in Python give; here alone these names become options. What a message quotes, calls
of Python, and what the user typed stay as they are.
"""

from __future__ import annotations

import re
import shlex
from ast import literal_eval
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from click import Command

_BEGINNING = re.compile(r"(\w+(?:, \w+)*)(?= must |: only )")
_TEXT = r"(?:'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
_CALL = r"\b\w+(?:\.\w+)+\([^)\n]*\)"  # catseye.train(…, resume=True)
_QUOTED = rf"“[^”\n]*”|(?<![\w=]){_TEXT}|{_CALL}"  # an apostrophe begins no text
_GIVEN = re.compile(rf"{_QUOTED}|\b(\w+)=(?:True\b|({_TEXT}))")
# Two words joined like this are no English; other names are words as well.
_JOINED = re.compile(rf"{_QUOTED}|(?<![\w.=/`-])([a-z]+(?:_[a-z]+)+)(?![\w.(=/-]*[\w(=/-])")
_ANOTHER = re.compile(r"(?<=\banother )(\w+)(?=\.$)", re.MULTILINE)


def say_options(text: str, verbs: Mapping[str, Command], words: Sequence[str]) -> str:
    """Return an error's text with the names of Python's arguments as options of the verb that ``words`` call."""
    verb = next((verbs[word] for word in words if word in verbs), None)
    if verb is None:
        return text
    own = _flags(verb)
    every: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        return ", ".join(own.get(name, name) for name in found[1].split(", "))

    typed = "\n".join(words).lower()  # errors show layers in small letters

    def given(found: re.Match[str]) -> str:
        if found[1] is None or found[0].lower() in typed:
            return found[0]
        if not every:  # what is advised may be another verb's: compare asks to resume a run
            every.update({name: flag for other in verbs.values() for name, flag in _flags(other).items()} | own)
        flag = every.get(found[1])
        if flag is None or not found[2]:
            return flag or found[0]
        try:
            return f"{flag} {shlex.quote(literal_eval(found[2]))}"
        except (SyntaxError, ValueError):  # a text that only looks like Python
            return found[0]

    def joined(found: re.Match[str]) -> str:
        return found[0] if found[1] is None or found[1] in typed else own.get(found[1], found[1])

    text = _BEGINNING.sub(named, text, count=1) if _BEGINNING.match(text) else text
    return _JOINED.sub(joined, _ANOTHER.sub(named, _GIVEN.sub(given, text)))


def _flags(verb: Command) -> dict[str, str]:
    """Return the longest spelling of each option by the name of its argument."""
    options = (each for each in verb.params if each.param_type_name == "option" and each.name)
    return {str(each.name): max(each.opts, key=len) for each in options}
