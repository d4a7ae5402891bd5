"""An option of a recipe, described once: for its checks, the command line, docstrings and the documentation."""

from __future__ import annotations

import math
import re
import textwrap
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from catseye.arguments import parse_epsilon
from catseye.errors import UsageError, unknown
from catseye.training.suited import BY_OPTIMIZER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_T = TypeVar("_T")
_ELSEWHERE = {  # of options
    **dict.fromkeys(("lr", "eta", "step_size", "learn_rate", "learning_rate_init"), "learning_rate"),
    **dict.fromkeys(("optimiser", "optim", "opt", "solver"), "optimizer"),
    **dict.fromkeys(("batch", "bs"), "batch_size"),
    **dict.fromkeys(("wd", "l2"), "weight_decay"),
    **dict.fromkeys(("random_state", "random_seed", "manual_seed"), "seed"),
    **dict.fromkeys(("n_epochs", "num_epochs", "max_epochs", "max_iter"), "epochs"),
    **dict.fromkeys(("validation_split", "val_split", "valid_pct"), "validation"),
    **dict.fromkeys(("scheduler", "lr_scheduler"), "schedule"),
    **dict.fromkeys(("criterion", "loss_fn"), "loss"),
    **dict.fromkeys(("clipnorm", "max_norm"), "gradient_clip"),
    **dict.fromkeys(("patience", "early_stop"), "early_stopping"),
    **dict.fromkeys(("hflip", "fliplr", "horizontal_flip", "random_flip"), "flip"),
    **dict.fromkeys(("crop", "random_resized_crop", "min_scale"), "random_crop"),
    **dict.fromkeys(("colour", "color", "color_jitter", "jitter"), "colour_jitter"),
    **dict.fromkeys(("mixup_alpha", "mix_up"), "mixup"),
    **dict.fromkeys(("cutmix_alpha", "cut_mix"), "cutmix"),
}
USUAL_NAMES = {  # of choices, elsewhere
    **dict.fromkeys(("mse", "mse_loss", "mseloss", "l2", "squared_error"), "mean_squared_error"),
    **dict.fromkeys(("ce", "xent", "crossentropyloss", "nll", "categorical_crossentropy", "log_loss"), "cross_entropy"),
    "sparse_categorical_crossentropy": "cross_entropy",
    **dict.fromkeys(("focal_loss", "focalloss"), "focal"),
    **dict.fromkeys(("stochastic_gradient_descent", "gradient_descent"), "sgd"),
    "rms": "rmsprop",
    **dict.fromkeys(("cosine_annealing", "cosineannealinglr", "cosine_decay"), "cosine"),
    **dict.fromkeys(("1cycle", "onecyclelr"), "one_cycle"),
    **dict.fromkeys(("he", "kaiming", "kaiming_normal"), "he_normal"),
    "kaiming_uniform": "he_uniform",
    **dict.fromkeys(("glorot", "xavier", "xavier_uniform"), "glorot_uniform"),
    "xavier_normal": "glorot_normal",
    **dict.fromkeys(("float32", "f32", "single", "32"), "fp32"),
    "bfloat16": "bf16",
    **dict.fromkeys(("exponential_moving_average", "moving_average"), "ema"),
    "stochastic_weight_averaging": "swa",
}
_KINDS = {int: "an integer", float: "a finite number", bool: "True or False"}


@dataclass(frozen=True)
class Limits:
    """An interval of numbers; ``above`` and ``below`` exclude its ends."""

    low: float
    high: float = math.inf
    above: bool = False
    below: bool = False

    def admit(self, value: float) -> bool:
        """Return whether the value lies in the interval."""
        low = self.low < value if self.above else self.low <= value
        return low and (value < self.high if self.below else value <= self.high)

    def __str__(self) -> str:
        if self.high < math.inf and not self.above and not self.below:
            return f"between {self.low:,} and {self.high:,}"
        low = f"{'above' if self.above else 'at least'} {self.low:,}"
        high = f"{'below' if self.below else 'at most'} {self.high:,}"
        return low if self.high == math.inf else f"{low} and {high}"


@dataclass(frozen=True)
class Option:
    """One field of a recipe, as users see it.

    Attributes
    ----------
    name : str
        Name of the field, and of the keyword argument in Python.
    default : int, float, bool or str
    choices : tuple of str
        Values that a text may have; empty for other types.
    help : str
        One sentence, as ``--help`` prints it; the choices are added to it.
    details : str
        Additions for the documentation, in Markdown: sources, and differences between the choices.
    advice : str
        When to use it, for the documentation.
    limits : Limits or None
        Limits of a number.
    flag : str
        Name on the command line.
    metavar : str or None
        The word for its value in ``--help``; by default that of its type.
    fraction : bool
        Whether the command line also accepts fractions such as ``8/255``.
    fine_tuning : bool
        Whether fine-tuning can use it: a pretrained backbone comes with its layers, weights and preprocessing.
    """

    name: str
    default: Any
    choices: tuple[str, ...]
    help: str
    details: str = ""
    advice: str = ""
    limits: Limits | None = None
    flag: str = ""
    metavar: str | None = None
    fraction: bool = False
    fine_tuning: bool = True

    @property
    def kind(self) -> type:
        """The type of its values."""
        return type(self.default)

    @property
    def declaration(self) -> str:
        """How it is declared on the command line: ``--lr``, or ``--flip/--no-flip``."""
        flag = self.flag or self.name.replace("_", "-")
        return f"--{flag}/--no-{flag}" if self.kind is bool else f"--{flag}"

    @property
    def sentence(self) -> str:
        """The help, with the choices."""
        return f"{self.help.rstrip('.')}: {either(self.choices)}." if self.choices else self.help

    def on_command_line(self, value: object) -> list[str]:
        """Return the words that set it to the value."""
        on, _, off = self.declaration.partition("/")
        if isinstance(value, bool):
            return [on if value else off]
        return [on, str(value)]

    def check(self, value: object) -> None:
        """Raise `UsageError` if the option cannot have this value."""
        if not self._is_of_kind(value):
            raise UsageError(f"{self.name} must be {_KINDS[self.kind]}; got {value!r}.")
        if self.choices and value not in self.choices:
            raise UsageError(f"{self.name} must be {either(self.choices)}; got {value!r}{self._meant(value)}")
        if self.limits and isinstance(value, int | float) and not self.limits.admit(value):
            raise UsageError(f"{self.name} must be {self.limits}; got {value!r}.")

    def _meant(self, value: object) -> str:
        """Return the end of the error about a choice: the one that was meant, if the value is like one."""
        written = re.sub(r"[\s-]+", "_", str(value).strip().lower())
        meant = [USUAL_NAMES.get(written, written)]
        near = [choice for choice in meant if choice in self.choices] or get_close_matches(
            meant[0], self.choices, n=1, cutoff=0.85
        )
        return f"; did you mean {near[0]}?" if near else "."

    def _is_of_kind(self, value: object) -> bool:
        if self.kind is str or self.kind is bool or isinstance(value, bool):
            return self.kind is str or (self.kind is bool and isinstance(value, bool))
        if self.kind is int:
            return isinstance(value, int)
        return isinstance(value, int | float) and math.isfinite(value)


def unknown_option(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """Return the error for an option that there is not; what other libraries call it is understood."""
    meant = _ELSEWHERE.get(name.lower())
    known = tuple(known)
    return (
        UsageError(f"unknown {kind} {name!r}; did you mean {meant}?") if meant in known else unknown(kind, name, known)
    )


def read_values(changes: Mapping[str, Any], options: Mapping[str, Option]) -> dict[str, Any]:
    """Return a recipe's changes with fractions such as ``"8/255"`` converted, and NumPy numbers as Python's."""
    read = {name: value.item() if getattr(value, "ndim", None) == 0 else value for name, value in changes.items()}
    return {
        name: parse_epsilon(value, name)
        if isinstance(value, str) and name in options and options[name].fraction
        else value
        for name, value in read.items()
    }


def option(default: _T, text: str, **about: Any) -> _T:
    """Return a dataclass's field with this default and help; ``about`` holds further attributes of `Option`."""
    declared: Any = field(default=default, metadata={"help": text} | about)
    return declared  # type: ignore[no-any-return]  # the type of its values, as with dataclasses.field


def declared_options(recipe: type) -> dict[str, Option]:
    """Return the options that a dataclass declares, by name, in the order of its fields."""
    kinds = get_type_hints(recipe)
    return {
        each.name: Option(each.name, each.default, get_args(kinds[each.name]), **each.metadata)
        for each in fields(recipe)
    }


def attributes_section(options: dict[str, Option]) -> str:
    """Return the section of a docstring that describes each option."""
    parts = [
        f"{each.name} : {each.kind.__name__}, default {_in_words(each.default)}\n"
        + textwrap.fill(
            f"{each.sentence} {each.details}".strip(), 110, initial_indent=" " * 4, subsequent_indent=" " * 4
        )
        for each in options.values()
    ]
    return "\n".join(["Attributes", "----------", *parts])


def _in_words(default: object) -> str:
    return "that of the optimizer" if default is BY_OPTIMIZER else repr(default)


def either(names: tuple[str, ...]) -> str:
    """Return names as a list in words: ``"a, b or c"``."""
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
