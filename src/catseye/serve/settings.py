"""The settings of ``catseye serve``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from catseye.serve.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path


SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus_client adds up what several processes count


@dataclass(frozen=True)
class Settings:
    """Where and how a server answers.

    Attributes
    ----------
    host : str
        Address on which it listens.
    port : int
        0: a free one.
    workers : int
        Number of processes that answer.
    token : str or None
    allowed : tuple of str
        Further names in the Host header.
    certificate, key : Path or None
        For TLS.
    log : Path or None
        To which a line is appended for each picture.
    quiet : bool
        Write no lines to stderr.
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
