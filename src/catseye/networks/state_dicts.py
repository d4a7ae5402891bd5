"""State dicts inside checkpoints, and under names with something before them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import torch

from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

log = logging.getLogger("catseye")

# Under which training programs put the weights; where a file has several, the first counts, which is said.
_WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "network", "weights")
_DEEPEST = 4
_LISTED = 4
_LONGEST = 40  # letters of a name
_COUNTER = "num_batches_tracked"


def find_state_dict(content: object, path: Path) -> dict[str, torch.Tensor]:
    """Return the tensors by name in what a checkpoint holds, which may be a state dict itself.

    Raises
    ------
    TypeError
        There are none.
    CatseyeError
        There are several state dicts, none of them under a name that says it is the network's.
    """
    for _ in range(_DEEPEST):
        if not isinstance(content, dict):
            break
        inside = {name: value for name, value in content.items() if isinstance(value, dict) and _holds_tensors(value)}
        known = [name for name in _WRAPPERS if name in inside]
        if known:
            _tell_others(content, known[0], path)
            content = inside[known[0]]
            continue
        if _is_state_dict(content):
            return {name: value for name, value in content.items() if isinstance(value, torch.Tensor)}
        if len(inside) > 1:
            raise CatseyeError(
                f"{path} holds several sets of weights, {_some(inside)}; write the one alone "
                "with torch.save(state_dict, FILE)."
            )
        content = next(iter(inside.values()), None)
    raise TypeError("no dictionary of tensors")


def without_prefix(tensors: Mapping[str, torch.Tensor], wanted: Collection[str]) -> dict[str, torch.Tensor]:
    """Return tensors without what stands before all names that are wanted, such as the ``model.`` of Lightning.

    The others, such as a loss's, keep their names; so do all where no such prefix is found.
    """
    names = [name for name in wanted if not name.endswith(_COUNTER)]
    for prefix in _prefixes(tensors, names[:1]):
        if all(prefix + name in tensors for name in names):
            found = {name.removeprefix(prefix): value for name, value in tensors.items()}
            return found if len(found) == len(tensors) else dict(tensors)
    return dict(tensors)


def check_numbers(path: Path, tensors: Mapping[str, torch.Tensor], wanted: Mapping[str, torch.Tensor]) -> None:
    """Raise `CatseyeError` for a tensor that cannot be used as the network's weights, such as a quantised one."""
    for name, value in wanted.items():
        given = tensors[name].dtype
        if value.is_floating_point() != given.is_floating_point or not torch.can_cast(given, value.dtype):
            kinds = " instead of ".join(str(dtype).removeprefix("torch.") for dtype in (given, value.dtype))
            is_quantised = value.is_floating_point() and not given.is_complex
            advice = "; save the network before it is quantised" * is_quantised
            raise CatseyeError(f"{path} holds the weights of another network: {name} is {kinds}{advice}.")


def _tell_others(content: Mapping[Any, Any], taken: str, path: Path) -> None:
    """Say which sets of weights are left out, such as the averaged ones."""
    others = [name for name, value in content.items() if name != taken and _holds_weights(value)]
    if others:
        note = f"the weights under {taken} are taken; those under {_some(others)} are not"
        log.warning(f"{path.name}: {note}.", extra={"note": True})


def _holds_weights(value: object, depth: int = 1) -> bool:
    """Say whether this is a state dict, or holds one under any name; an optimizer's states have numbers."""
    if not isinstance(value, dict) or depth > _DEEPEST or not all(isinstance(name, str) for name in value):
        return False
    return _is_state_dict(value) or any(_holds_weights(inner, depth + 1) for inner in value.values())


def _some(names: Iterable[Any]) -> str:
    listed = [str(name)[:_LONGEST] for name in names]
    return ", ".join(listed[:_LISTED]) + (f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else "")


def _is_state_dict(content: Mapping[Any, Any]) -> bool:
    return any(isinstance(value, torch.Tensor) for value in content.values()) and all(
        isinstance(name, str) for name, value in content.items() if isinstance(value, torch.Tensor)
    )


def _holds_tensors(content: Mapping[Any, Any], depth: int = 1) -> bool:
    """Say whether this is a state dict, or holds one; an optimizer numbers its tensors and keeps them deeper."""
    return _is_state_dict(content) or any(
        depth < _DEEPEST and isinstance(value, dict) and name in _WRAPPERS and _holds_tensors(value, depth + 1)
        for name, value in content.items()
    )


def _prefixes(tensors: Mapping[str, torch.Tensor], first: list[str]) -> Iterator[str]:
    """Yield what stands before the first name that is wanted, wherever it ends another."""
    for name in tensors:
        for wanted in first:
            if name.endswith(f".{wanted}"):
                yield name.removesuffix(wanted)
