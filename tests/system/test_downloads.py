"""Downloading, against a real server on loopback that misbehaves as real ones do."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from catseye.datasets.catalogue.mnist import MNIST
from catseye.datasets.preparation import locate as fetching
from catseye.datasets.preparation.entry import Archive
from catseye.datasets.preparation.locate import locate_archives
from catseye.errors import CatseyeError
from catseye.system import downloads as module
from catseye.system.downloads import download

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from catseye.datasets.preparation.entry import Entry

CONTENT = bytes(range(256)) * 4000  # a megabyte
PACKED = gzip.compress(CONTENT, 1)
HALF = len(PACKED) // 2


class Server(BaseHTTPRequestHandler):
    """Answers by the first word of the address; remembers what was asked."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[Counter[str]] = Counter()
    ranges: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        way = self.path.split("/")[1]
        Server.asked[way] += 1
        Server.ranges.append(self.headers["Range"])
        getattr(self, f"answer_{way}")(Server.asked[way])

    def answer_good(self, _: int) -> None:
        self._send(PACKED)

    def answer_repacked(self, _: int) -> None:
        self._send(gzip.compress(CONTENT, 9))

    def answer_drops(self, time: int) -> None:
        """Cut the first answer off in the middle; continue afterwards from where the client says."""
        start = int((self.headers["Range"] or "bytes=0-")[6:-1])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(PACKED) - start))
        self.end_headers()
        self.wfile.write(PACKED[start : HALF if time == 1 else None])
        if time == 1:
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()

    def answer_drops_and_forgets(self, time: int) -> None:
        """The same, but a server that cannot continue and sends all again."""
        self.headers.replace_header("Range", "bytes=0-") if self.headers["Range"] else None
        self.answer_drops(time)

    def answer_missing(self, _: int) -> None:
        self._send(b"no such thing", 404)

    def answer_broken(self, _: int) -> None:
        self._send(b"out of order", 500)

    def answer_mended(self, time: int) -> None:
        self._send(b"out of order", 503) if time == 1 else self._send(PACKED)

    def answer_page(self, _: int) -> None:
        self._send(b"<html><body>Please log in.</body></html>")

    def answer_wrong(self, _: int) -> None:
        self._send(gzip.compress(b"not the official one"))

    def answer_refuses_range(self, _: int) -> None:
        self._send(b"", 416) if self.headers["Range"] else self._send(PACKED)

    def _send(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the base class's name)
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on loopback, and no waiting between attempts."""
    monkeypatch.setattr(module, "SECONDS_BEFORE_RETRY", (0, 0))
    Server.asked.clear()
    Server.ranges.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


def archive(name: str = "data.gz") -> Archive:
    return Archive(name, hashlib.sha256(PACKED).hexdigest(), hashlib.sha256(CONTENT).hexdigest())


@pytest.mark.parametrize("way", ["good", "repacked", "drops", "drops_and_forgets", "mended"])
def test_the_file_arrives_whole(server: str, tmp_path: Path, way: str) -> None:
    target = tmp_path / "data.gz"
    download(f"{server}{way}/data.gz", target, archive().is_official)
    assert gzip.decompress(target.read_bytes()) == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["data.gz"]


def test_a_dropped_connection_goes_on_from_where_it_stopped(server: str, tmp_path: Path) -> None:
    download(f"{server}drops/data.gz", tmp_path / "data.gz", archive().is_official)
    assert Server.ranges[0] is None
    assert Server.ranges[1] is not None
    assert 0 < int(Server.ranges[1][6:-1]) <= HALF


@pytest.mark.parametrize(
    ("way", "says", "attempts"),
    [
        ("missing", "HTTP status 404", 1),
        ("broken", "HTTP status 500", 3),
        ("page", "not the official one", 1),
        ("wrong", "not the official one", 1),
    ],
)
def test_what_cannot_be_had_leaves_nothing_and_says_why(
    server: str, tmp_path: Path, way: str, says: str, attempts: int
) -> None:
    with pytest.raises(CatseyeError, match=says):
        download(f"{server}{way}/data.gz", tmp_path / "data.gz", archive().is_official)
    assert Server.asked[way] == attempts
    assert not (tmp_path / "data.gz").exists()


@pytest.mark.parametrize("way", ["good", "drops", "refuses_range"])
def test_what_is_left_of_another_file_does_not_spoil_the_next_attempt(server: str, tmp_path: Path, way: str) -> None:
    (tmp_path / "data.gz.part").write_bytes(b"<html>half a page")
    download(f"{server}{way}/data.gz", tmp_path / "data.gz", archive().is_official)
    assert gzip.decompress((tmp_path / "data.gz").read_bytes()) == CONTENT


def _entry(*addresses: str) -> Entry:
    return replace(MNIST, archives=(archive(),), addresses=addresses)


def test_mirrors_are_tried_in_turn(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SYSTEM", tmp_path)
    entry = _entry(f"{server}missing/", "http://127.0.0.1:9/", f"{server}page/", f"{server}good/")
    found = locate_archives(entry, None, tmp_path / "downloads")["data.gz"]
    assert found.official
    assert gzip.decompress(found.path.read_bytes()) == CONTENT
    Server.asked.clear()
    locate_archives(entry, None, tmp_path / "downloads")
    assert not Server.asked  # kept


def test_when_all_fail_the_error_says_what_was_tried_and_what_to_do(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SYSTEM", tmp_path)
    entry = _entry(f"{server}missing/", "http://127.0.0.1:9/", "http://nothing.invalid/")
    with pytest.raises(CatseyeError) as caught:
        locate_archives(entry, None, tmp_path / "downloads")
    message = str(caught.value)
    assert "missing/ (HTTP status 404)" in message
    assert "127.0.0.1:9/ (no connection)" in message
    assert "nothing.invalid/ (no connection)" in message
    assert "DIR/mnist/data.gz and say --archives DIR" in message
    assert len(message.splitlines()) == 2
