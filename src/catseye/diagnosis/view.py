"""The view of a diagnosis: tables that fit a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.diagnosis.diagnosis import Diagnosis
from catseye.drawing.answer import make_view
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.system.processor import UNKNOWN

if TYPE_CHECKING:
    from catseye.diagnosis.diagnosis import Machine


@make_view.register(Diagnosis)
def view_diagnosis(found: Diagnosis) -> View:
    """Return the machine, the packages, the extras, the self-test and the warnings."""
    return View(
        "What Catseye finds on this machine",
        (
            Table(("machine", ""), _machine_rows(found.machine)),
            Table(("package", "version"), tuple((name, known or "missing") for name, known in found.versions.items())),
            Table(("extra", "installed", "install with"), tuple(
                (one.name, "yes" if one.installed else "no", "" if one.installed else one.install)
                for one in found.extras
            )),
            Table(("on this machine", ""), _resource_rows(found)),
            _describe_self_test(found),
            *((Table(("warnings",), tuple((warning,) for warning in found.warnings)),) if found.warnings else ()),
        ),
    )  # fmt: skip


def _machine_rows(machine: Machine) -> tuple[tuple[str, str], ...]:
    return (
        ("system", machine.system),
        ("processor", machine.processor),
        *_instruction_rows(machine.instructions),
        ("usable cores", str(machine.cores)),
        ("memory", _format_bytes(machine.memory_bytes)),
        ("memory limit", "none" if machine.memory_limit_bytes is None else _format_bytes(machine.memory_limit_bytes)),
        ("GPU", machine.gpu),
        ("home folder", machine.home if machine.home_writable else f"{machine.home} (not writable)"),
        ("disk free", _format_bytes(machine.disk_free_bytes)),
    )


def _instruction_rows(known: dict[str, bool] | None) -> tuple[tuple[str, str], ...]:
    if known is None:
        return (("instructions", UNKNOWN),)
    return tuple((name, "present" if has else "absent") for name, has in known.items())


def _resource_rows(found: Diagnosis) -> tuple[tuple[str, str], ...]:
    ready = [name for name, is_there in found.datasets.items() if is_there]
    written = [script for script, is_there in (found.scripts or {}).items() if is_there]
    return (
        ("weights", ", ".join(found.weights) or "none"),
        ("data sets available offline", ", ".join(ready) or "none"),
        (
            "fonts for",
            "not checked: figures need Matplotlib" if found.scripts is None else ", ".join(written) or "none",
        ),
    )


def _describe_self_test(found: Diagnosis) -> str:
    test = found.self_test
    if not test.passed:
        return f"self-test: failed ({test.problem})"
    return f"self-test: passed in {test.seconds:.1f} s ({' and '.join(test.engines)})"


def _format_bytes(size: int | None) -> str:
    return UNKNOWN if size is None else f"{size / 2**30:.1f} GiB"
