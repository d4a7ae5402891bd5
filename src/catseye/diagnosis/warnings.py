"""Warnings about a machine or an installation, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.diagnosis.diagnosis import Machine, SelfTest

_LEAST_DISK, _LEAST_MEMORY = 2 * 2**30, 2 * 2**30  # bytes: an unpacked data set; VGG-16 with its pictures
_OLDEST_OPENVINO = (2025, 2)


def find_warnings(
    machine: Machine, versions: dict[str, str | None], test: SelfTest, scripts: dict[str, bool] | None
) -> tuple[str, ...]:
    """Return a sentence or two for each problem; none if there are no problems."""
    return (*_check_self_test(test), *_check_machine(machine), *_check_packages(versions), *_check_fonts(scripts or {}))


def _check_self_test(test: SelfTest) -> Iterator[str]:
    if not test.passed:
        yield f"The self-test failed: {test.problem}. Reinstall Catseye in its own environment."


def _check_machine(machine: Machine) -> Iterator[str]:
    if not machine.home_writable:
        yield (
            f"{machine.home} is not writable: data, weights and compiled networks are not kept. Set CATSEYE_HOME to a "
            "writable folder."
        )
    elif machine.disk_free_bytes is not None and machine.disk_free_bytes < _LEAST_DISK:
        yield f"Less than 2 GiB is free on the disk of {machine.home}; preparing a data set may need that much."
    if machine.cores == 1:
        yield "Only one core is usable: training and feature extraction take several times as long as on four."
    sizes = [size for size in (machine.memory_bytes, machine.memory_limit_bytes) if size is not None]
    if sizes and min(sizes) < _LEAST_MEMORY:
        yield "There is less than 2 GiB of memory: large networks and large pictures may not fit."
    if machine.instructions and not machine.instructions["AVX2"] and "x86" in machine.system:
        yield "The processor has no AVX2: networks run several times slower than with it."


def _check_packages(versions: dict[str, str | None]) -> Iterator[str]:
    openvino = versions.get("openvino")
    if openvino and _numbers(openvino) < _OLDEST_OPENVINO:
        yield f'OpenVINO {openvino} is too old: pip install --upgrade "openvino>=2025.2"'
    if "openvino" in versions and openvino is None:
        yield "OpenVINO is missing: predictions need PyTorch, and take several times as long. pip install openvino"


def _check_fonts(scripts: dict[str, bool]) -> Iterator[str]:
    missing = [script for script, is_there in scripts.items() if not is_there]
    if missing:
        yield (
            f"No installed font covers these scripts: {', '.join(missing)}. Class names in them appear as boxes in "
            ".png figures (not in .svg or .html). Install fonts that cover them, such as Noto."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
