"""Running a page in a real browser, headless Chromium on loopback, to collect its answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from catseye.errors import CatseyeError
from catseye.system.staging_folder import staging

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--disable-component-update", "--disable-extensions", "--mute-audio"),
)
# Chromium reads commands from descriptor 3, and exits when that is closed: when this process ends, for any reason.
_TIED_TO_PARENT = 'exec "$0" "$@" 3<&0 0</dev/null 4>/dev/null'
_SECONDS_OF_SILENCE = 300  # loading a large model takes a while on a slow machine
_LARGEST_ANSWER = 2**26  # bytes
_TYPES = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}
_SCRIPT = """
(async () => {
  const report = (answer) => fetch("check/answers", { method: "POST", body: JSON.stringify(answer) });
  while (!document.documentElement.dataset.ready) await new Promise((wake) => setTimeout(wake, 50));
  if (!window.catseye) return report({ error: document.getElementById("problem").textContent });
  for (let number = 0; number < COUNT; number++) {
    try {
      const blob = await (await fetch(`check/pictures/${number}`)).blob();
      const { probabilities, unfamiliarity } = await window.catseye.classify(blob, `picture ${number}`);
      await report({ number, probabilities, unfamiliarity });
    } catch (error) {
      await report({ number, error: error.message });
    }
  }
})();
"""


@dataclass(frozen=True)
class PageAnswer:
    """The page's answer for a picture.

    Attributes
    ----------
    probabilities : tuple of float
        One for each class; empty if the page could not read the picture.
    unfamiliarity : float or None
    error : str
        Why there is no answer, in the page's words.
    """

    probabilities: tuple[float, ...]
    unfamiliarity: float | None
    error: str = ""


def find_chromium() -> str | None:
    """Return the path of Chromium or Chrome, if one is installed."""
    return next((found for found in map(shutil.which, _NAMES) if found), None)


def classify_in_chromium(
    browser: str, folder: Path, pictures: Sequence[bytes], advance: Callable[[int], None] = lambda _: None
) -> list[PageAnswer]:
    """Return the answers of the page in ``folder`` for pictures, given as the contents of their files.

    ``advance(1)`` is called after each answer.

    Raises
    ------
    CatseyeError
        The browser or the page does not start, or stops answering.
    """
    session = _CheckSession(folder, tuple(pictures))
    server = _Server(("127.0.0.1", 0), partial(_Handler, session))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with staging(Path(tempfile.gettempdir()) / "catseye-chromium") as profile:
            address = f"http://127.0.0.1:{server.server_port}/sub/path/index.html"
            words = [browser, *_OPTIONS, f"--user-data-dir={profile}", address]
            if os.name == "posix":
                words = ["sh", "-c", _TIED_TO_PARENT, *words, "--remote-debugging-pipe"]
            silent = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            with subprocess.Popen(words, **silent) as process:  # type: ignore[call-overload]
                try:
                    return _collect(session, process, advance)
                finally:
                    process.terminate()
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class _CheckSession:
    """The files and pictures for the browser, and the answers that it has sent."""

    folder: Path
    pictures: tuple[bytes, ...]
    answers: SimpleQueue[dict[str, Any]] = field(default_factory=SimpleQueue)

    def find(self, path: str) -> tuple[str, bytes] | None:
        """Return the type and content at a path."""
        name = path.removeprefix("/sub/path/")
        if name == "check/script.js":
            return _TYPES[".js"], _SCRIPT.replace("COUNT", str(len(self.pictures))).encode()
        if name.startswith("check/pictures/"):
            return "application/octet-stream", self.pictures[int(name.rpartition("/")[2])]
        if name not in {file.name for file in self.folder.iterdir()}:
            return None
        content = (self.folder / name).read_bytes()
        if name == "index.html":
            content = content.replace(b"</body>", b'<script src="check/script.js"></script></body>')
        return _TYPES.get(Path(name).suffix, "application/octet-stream"), content


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Do not report failed requests: a browser that is being closed does not wait for responses."""


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, session: _CheckSession, *connection: Any) -> None:
        self.session = session
        super().__init__(*connection)

    def do_GET(self) -> None:
        found = self.session.find(self.path)
        if found is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", found[0])
        self.send_header("Content-Length", str(len(found[1])))
        self.end_headers()
        self.wfile.write(found[1])

    def do_POST(self) -> None:
        content = self.rfile.read(min(int(self.headers["Content-Length"]), _LARGEST_ANSWER))
        self.session.answers.put(json.loads(content))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Do not log requests."""


def _collect(
    session: _CheckSession, process: subprocess.Popen[bytes], advance: Callable[[int], None]
) -> list[PageAnswer]:
    found: dict[int, PageAnswer] = {}
    silence = 0
    while len(found) < len(session.pictures):
        try:
            answer = session.answers.get(timeout=1)
        except Empty:
            silence += 1
            if process.poll() is not None:
                raise CatseyeError(
                    f"Chromium ended with status {process.returncode} before the page answered."
                ) from None
            if silence >= _SECONDS_OF_SILENCE:
                raise CatseyeError(f"the page did not answer in Chromium for {_SECONDS_OF_SILENCE} s.") from None
            continue
        silence = 0
        if "number" not in answer:
            raise CatseyeError(f"the page did not start in Chromium: {answer['error']}")
        shares = tuple(answer.get("probabilities", ()))
        found[answer["number"]] = PageAnswer(shares, answer.get("unfamiliarity"), answer.get("error", ""))
        advance(1)
    return [found[number] for number in range(len(session.pictures))]
