"""The settings of ``catseye serve``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from catseye.serve.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path


SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus_client combines the metrics of several processes


@dataclass(frozen=True)
class Settings:
    """Where and how a server listens and answers.

    Attributes
    ----------
    host : str
        Address to listen on.
    port : int
        0 chooses a free one.
    workers : int
        Number of worker processes.
    token : str or None
    allowed : tuple of str
        Additional names allowed in the Host header.
    certificate, key : Path or None
        For TLS.
    log : Path or None
        File to which a line is appended for each picture.
    quiet : bool
        Do not log to stderr.
    limits : Limits
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    token: str | None = field(default=None, repr=False)
    allowed: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    log: Path | None = None
    quiet: bool = False
    limits: Limits = field(default_factory=Limits)
