"""What is wrong with a machine or an installation, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.diagnosis.diagnosis import Machine, SelfTest

_LITTLE_DISK, _LITTLE_MEMORY = 2 * 2**30, 2 * 2**30  # bytes: a data set unpacked; VGG-16 with its pictures
_OLDEST_OPENVINO = (2025, 2)


def find_warnings(
    machine: Machine, versions: dict[str, str | None], test: SelfTest, scripts: dict[str, bool] | None
) -> tuple[str, ...]:
    """Return a sentence or two for each thing that is wrong; none if all is well."""
    return (*_of_test(test), *_of_machine(machine), *_of_packages(versions), *_of_fonts(scripts or {}))


def _of_test(test: SelfTest) -> Iterator[str]:
    if not test.passed:
        yield f"The self-test failed: {test.problem}. Install Catseye again, into an environment of its own."


def _of_machine(machine: Machine) -> Iterator[str]:
    if not machine.home_writable:
        yield (
            f"Nothing can be written into {machine.home}: data, weights and compiled networks are not kept. Set "
            "CATSEYE_HOME to a folder that can be written."
        )
    elif machine.disk_free_bytes is not None and machine.disk_free_bytes < _LITTLE_DISK:
        yield f"Less than 2 GiB are free on the disk of {machine.home}; preparing a data set may take as much."
    if machine.cores == 1:
        yield "Only one core can be used: training and feature extraction take several times as long as on four."
    sizes = [size for size in (machine.memory_bytes, machine.memory_limit_bytes) if size is not None]
    if sizes and min(sizes) < _LITTLE_MEMORY:
        yield "There is less than 2 GiB of memory: large networks and large pictures may not fit."
    if machine.instructions and not machine.instructions["AVX2"] and "x86" in machine.system:
        yield "The processor has no AVX2: networks run several times slower than on one that does."


def _of_packages(versions: dict[str, str | None]) -> Iterator[str]:
    openvino = versions.get("openvino")
    if openvino and _numbers(openvino) < _OLDEST_OPENVINO:
        yield f'OpenVINO {openvino} is too old: pip install --upgrade "openvino>=2025.2"'
    if "openvino" in versions and openvino is None:
        yield "OpenVINO is missing: predictions take several times as long, and need PyTorch. pip install openvino"


def _of_fonts(scripts: dict[str, bool]) -> Iterator[str]:
    missing = [script for script, is_there in scripts.items() if not is_there]
    if missing:
        yield (
            f"No installed font has the letters of these scripts: {', '.join(missing)}. Class names in them appear as "
            "boxes in .png figures (not in .svg or .html). Install fonts that have them, such as Noto."
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
