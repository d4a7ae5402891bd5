"""The results of a diagnosis of a machine and an installation."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from catseye.drawing.answer import Answer


@dataclass(frozen=True)
class Machine:
    """The hardware and the operating system.

    Attributes
    ----------
    system, processor : str
    instructions : dict of str to bool, or None
        Whether the processor has AVX2, AVX-512, VNNI, bf16 and AMX; ``None`` where the system does not say.
    cores : int
        Number that this process may use.
    memory_bytes, memory_limit_bytes : int or None
        Of the machine, and the container's limit; ``None`` if unknown, or without a limit.
    home : str
        The folder in which Catseye keeps data, weights and features.
    home_writable : bool
    disk_free_bytes : int or None
        On the home folder's disk.
    gpu : str
        Its name, or ``"none"``; ``"unknown"`` without PyTorch, which detects it.
    """

    system: str
    processor: str
    instructions: dict[str, bool] | None
    cores: int
    memory_bytes: int | None
    memory_limit_bytes: int | None
    home: str
    home_writable: bool
    disk_free_bytes: int | None
    gpu: str


@dataclass(frozen=True)
class Extra:
    """One of Catseye's extras (optional dependencies).

    Attributes
    ----------
    name : str
    installed : bool
    missing : tuple of str
        Its packages that are not installed.
    install : str
        The command that installs it.
    """

    name: str
    installed: bool
    missing: tuple[str, ...]
    install: str


@dataclass(frozen=True)
class SelfTest:
    """The classification of a small picture whose answer is known.

    Attributes
    ----------
    passed : bool
    seconds : float
    engines : tuple of str
        What computed it: ``"OpenVINO"``, and ``"PyTorch"`` if that is installed.
    problem : str
        What went wrong; ``""`` if nothing did.
    """

    passed: bool
    seconds: float
    engines: tuple[str, ...]
    problem: str


@dataclass(frozen=True, repr=False)
class Diagnosis(Answer):
    """A diagnosis; in a notebook it displays itself as tables.

    Attributes
    ----------
    versions : dict of str to (str or None)
        Of Python, Catseye and the packages that it uses; ``None``: not installed.
    machine : Machine
    extras : tuple of Extra
    weights : tuple of str
        Backbones whose weights are on this machine.
    datasets : dict of str to bool
        By name, whether a data set can be loaded offline.
    scripts : dict of str to bool, or None
        By script, such as ``"Arabic"``, whether an installed font covers it; ``None`` without Matplotlib.
    self_test : SelfTest
    warnings : tuple of str
    """

    versions: dict[str, str | None]
    machine: Machine
    extras: tuple[Extra, ...]
    weights: tuple[str, ...]
    datasets: dict[str, bool]
    scripts: dict[str, bool] | None
    self_test: SelfTest
    warnings: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Diagnosis({'passed' if self.self_test.passed else 'failed'}, {len(self.warnings)} warnings)"

    def to_json(self) -> dict[str, Any]:
        """Return the whole diagnosis as JSON values."""
        return asdict(self)
