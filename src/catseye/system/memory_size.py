"""How much memory there is, and how much of it a container leaves to this process."""

from __future__ import annotations

import os
from pathlib import Path

# Version 2 and version 1 of Linux's control groups, as a process inside a container sees its own.
_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def total_memory() -> int | None:
    """Return the machine's memory in bytes; ``None`` where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows, and systems without these names
        return None


def memory_limit(files: tuple[Path, ...] = _LIMITS) -> int | None:
    """Return the most memory in bytes that this process's container may use; ``None`` where nothing limits it."""
    total = total_memory()
    for file in files:
        try:
            limit = int(file.read_text())
        except (OSError, ValueError):  # no such group, or "max"
            continue
        if total is None or limit < total:
            return limit
    return None
