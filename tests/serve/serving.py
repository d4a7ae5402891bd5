"""A real server on loopback, in its own process."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 120  # seconds; most waits take a moment, and longer only on a busy machine


class Answer(NamedTuple):
    """A response of the server."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server(NamedTuple):
    """A server process."""

    process: subprocess.Popen[str]
    address: str

    @property
    def place(self) -> tuple[str, int]:
        host, _, port = self.address.rpartition("//")[2].partition(":")
        return host, int(port)

    def ask(
        self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None, method: str | None = None
    ) -> Answer:
        """Send a request on a new connection, and return the response."""
        connection = http.client.HTTPConnection(*self.place, timeout=PATIENCE)
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, body, headers or {})
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    def stop(self) -> tuple[int, str, str]:
        """Stop it with SIGTERM; return its exit status, and its output after the address."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@contextmanager
def running(*words: str | Path, program: tuple[str, ...] = ("-m", "catseye")) -> Iterator[Server]:
    """Run ``catseye serve`` with ``words`` on a free port until the block ends; ``program`` is what Python runs."""
    command = [sys.executable, *program, "serve", *map(str, words), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    address = process.stdout.readline().strip()
    try:
        assert address.startswith("http"), process.communicate()[1]
        yield Server(process, address)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def draw_digit(path: Path, seed: int = 0) -> bytes:
    """Write a picture of 8 × 8 random pixels, and return the file's content."""
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (8, 8), np.uint8)).save(path)
    return path.read_bytes()
