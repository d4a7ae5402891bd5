"""Examines the machine and the installation; nothing that is missing is an error."""

from __future__ import annotations

import platform
import shutil
from contextlib import suppress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from catseye.diagnosis.diagnosis import Diagnosis, Machine
from catseye.diagnosis.installation import find_datasets, find_weights, list_extras, read_versions
from catseye.diagnosis.scripts import find_scripts
from catseye.diagnosis.self_test import run_self_test
from catseye.diagnosis.warnings import find_warnings
from catseye.inference.with_torch import has_torch
from catseye.system.files import is_there
from catseye.system.memory_size import memory_limit, total_memory
from catseye.system.processor import UNKNOWN, read_processor
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from pathlib import Path


def examine(home: Path) -> Diagnosis:
    """Examine this machine and this installation; takes at most a few seconds."""
    machine, versions, test, scripts = _describe_machine(home), read_versions(), run_self_test(), find_scripts()
    return Diagnosis(
        versions=versions,
        machine=machine,
        extras=list_extras(),
        weights=find_weights(home),
        datasets=find_datasets(home),
        scripts=scripts,
        self_test=test,
        warnings=find_warnings(machine, versions, test, scripts),
    )


def _describe_machine(home: Path) -> Machine:
    processor, instructions = read_processor()
    nearest = next((path for path in (home, *home.parents) if is_there(path)), None)
    free = None
    with suppress(OSError):
        free = None if nearest is None else shutil.disk_usage(nearest).free
    return Machine(
        system=f"{platform.system() or UNKNOWN} {platform.release()} {platform.machine()}".strip(),
        processor=processor,
        instructions=instructions,
        cores=usable_cores(),
        memory_bytes=total_memory(),
        memory_limit_bytes=memory_limit(),
        home=str(home),
        home_writable=nearest is not None and _is_writable(nearest),
        disk_free_bytes=free,
        gpu=_find_gpu(),
    )


def _is_writable(folder: Path) -> bool:
    """Return whether files can be written in a folder; permissions do not tell, for root or on a full disk."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(b"0")
            file.flush()
    except OSError:
        return False
    return True


def _find_gpu() -> str:
    if not has_torch():
        return UNKNOWN
    try:
        import torch

        return torch.cuda.get_device_name() if torch.cuda.is_available() else "none"
    except Exception:  # a driver that does not match PyTorch raises many kinds
        return UNKNOWN
