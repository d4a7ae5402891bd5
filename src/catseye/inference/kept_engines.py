"""Compiled networks that are kept in the home folder, so that the next process can use them at once."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from catseye.errors import CatseyeError
from catseye.system.files import remove_parts, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]

FOLDER = "engines"
_SECRET, _ENDING = "secret", ".engine"
_DIGEST_BYTES = 32  # SHA-256
_MOST_BYTES = 2**30  # of all engines together; those that were not used for longest are removed
_FOREIGN = 0o077  # what others than the owner may do


class KeptEngines:
    """The engines of one user on one machine, by key.

    An engine is instructions for OpenVINO, which does not check them. It is therefore believed only if this user's
    secret signs it: one that was damaged, or that came from somewhere else, is as good as none. Where nothing can be
    written, nothing is kept; none of that is an error.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    def read(self, key: str) -> Bytes | None:
        """Return the engine with this key, uint8 (N,), or ``None`` if none can be believed."""
        try:
            secret, content = self._secret(), np.fromfile(self._file(key), np.uint8)
            engine, signature = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
            if secret is None or not hmac.compare_digest(signature.tobytes(), _sign(secret, key, engine.data)):
                return None
            os.utime(self._file(key))  # used now
        except OSError:
            return None
        return engine

    def keep(self, key: str, engine: bytes) -> None:
        """Keep an engine, and remove those that were not used for longest."""
        with suppress(OSError, CatseyeError):
            self._folder.mkdir(parents=True, exist_ok=True)
            secret = self._secret() or self._new_secret()
            write_atomically(self._file(key), engine + _sign(secret, key, memoryview(engine)))
            self._remove_oldest()

    def _file(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}{_ENDING}"

    def _secret(self) -> bytes | None:
        """Return the secret, if there is one that nobody else can have read or written."""
        file = self._folder / _SECRET
        with suppress(OSError):
            state = file.stat()
            ours = not hasattr(os, "geteuid") or (state.st_uid == os.geteuid() and not state.st_mode & _FOREIGN)
            content = file.read_bytes()
            return content if ours and len(content) == _DIGEST_BYTES else None
        return None

    def _new_secret(self) -> bytes:
        """Write a secret that only the owner may read; what was signed with another one is worth nothing then."""
        file = self._folder / _SECRET
        file.unlink(missing_ok=True)
        with suppress(FileExistsError):  # another process was quicker
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as opened:
                opened.write(secrets.token_bytes(_DIGEST_BYTES))
        secret = self._secret()
        if secret is None:
            raise CatseyeError(f"{file} cannot be used.")
        return secret

    def _remove_oldest(self) -> None:
        remove_parts(self._folder)
        files = [(file.stat().st_mtime, file.stat().st_size, file) for file in self._folder.glob(f"*{_ENDING}")]
        total = sum(size for _, size, _ in files)
        for _, size, file in sorted(files)[:-1]:
            if total <= _MOST_BYTES:
                break
            file.unlink(missing_ok=True)
            total -= size


def _sign(secret: bytes, key: str, engine: memoryview) -> bytes:
    signed = hmac.new(secret, key.encode() + b"\0", "sha256")
    signed.update(engine)
    return signed.digest()
