"""The server as a process: its address, its shutdown, replaced files and killed workers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catseye.cli import main
from tests.serve.serving import PATIENCE, draw_digit, running

if TYPE_CHECKING:
    from catseye.runs.run import Run
    from tests.serve.serving import Server

pytestmark = pytest.mark.slow  # each starts processes that load a classifier


def folder_of(run: Run) -> Path:
    assert run.folder
    return run.folder


def wait_until(holds: object) -> None:
    """Wait until a call returns something true."""
    until = time.monotonic() + PATIENCE
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.05)


def workers_of(server: Server) -> set[int]:
    """Return the IDs of the processes that a server has forked."""
    found = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=False)
    return {int(line) for line in found.stdout.split()}


def test_the_server_answers_exactly_what_predict_prints(
    digits_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"{number}.png" for number in range(5)]
    contents = [draw_digit(path, number) for number, path in enumerate(files)]
    with running(folder_of(digits_run)) as server:
        for path, content in zip(files, contents, strict=True):
            main(["predict", str(folder_of(digits_run)), str(path), "--json"])
            expected = json.loads(capsys.readouterr().out)
            answer = server.ask("/predict", content)
            assert answer.status == 200
            assert answer.json == [expected[0] | {"picture": "picture 0"}]
        status, out, err = server.stop()
    assert (status, out) == (0, "")  # the address was its only line
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["event"] for line in lines] == ["prediction", "request"] * 5
    assert "PNG" not in err


def test_accepted_requests_are_answered_after_sigterm_and_no_others(digits_run: Run, tmp_path: Path) -> None:
    content = draw_digit(tmp_path / "digit.png")
    with running(folder_of(digits_run), "--quiet") as server, socket.create_connection(server.place) as client:
        client.settimeout(PATIENCE)
        head = f"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n\r\n"
        client.sendall(head.encode() + content[:10])
        time.sleep(0.5)  # until its headers are read: the request is accepted
        server.process.send_signal(signal.SIGTERM)

        def is_closed() -> bool:
            try:
                socket.create_connection(server.place).close()
            except OSError:
                return True
            return False

        wait_until(is_closed)
        client.sendall(content[10:])
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert server.process.wait(PATIENCE) == 0


def test_connections_just_after_sigterm_are_answered_and_closed(digits_run: Run, tmp_path: Path) -> None:
    content = draw_digit(tmp_path / "digit.png")
    with running(folder_of(digits_run), "--quiet") as server:
        assert server.ask("/v2/health/ready").json == {"ready": True}
        server.process.send_signal(signal.SIGSTOP)
        server.process.send_signal(signal.SIGTERM)
        probe, client = (socket.create_connection(server.place, PATIENCE) for _ in range(2))
        probe.sendall(b"GET /v2/health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.sendall(f"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n\r\n".encode())
        client.sendall(content)
        server.process.send_signal(signal.SIGCONT)
        with probe, client:
            answers = [each.makefile("rb").read() for each in (probe, client)]  # until it ends each connection
        assert [answer[:13] for answer in answers] == [b"HTTP/1.1 503 ", b"HTTP/1.1 200 "]
        assert answers[0].endswith(b'{"error": "The server is shutting down; send the request to another one."}')
        assert server.process.wait(PATIENCE) == 0


def test_a_replaced_classifier_is_loaded_and_a_damaged_one_is_not(digits_run: Run, tmp_path: Path) -> None:
    content = draw_digit(tmp_path / "digit.png")
    served, good = tmp_path / "served.safetensors", folder_of(digits_run) / "classifier.safetensors"
    shutil.copy(good, served)
    failed: list[int] = []
    with running(f"digits={served}", "--quiet") as server:

        def reloads(outcome: str) -> bool:
            return f'outcome="{outcome}",version="1"}} 1.0'.encode() in server.ask("/metrics").body

        is_over = threading.Event()

        def keep_asking() -> None:
            while not is_over.is_set():
                status = server.ask("/predict", content).status
                failed.extend([status] if status != 200 else [])

        asking = threading.Thread(target=keep_asking)
        asking.start()
        before = server.ask("/predict", content).json
        new = tmp_path / "new"
        new.write_bytes(good.read_bytes()[:-100])
        new.replace(served)
        wait_until(lambda: reloads("damaged"))
        assert server.ask("/predict", content).json == before
        shutil.copy(good, new)
        new.replace(served)
        wait_until(lambda: reloads("loaded"))
        assert server.ask("/predict", content).json == before
        is_over.set()
        asking.join()
    assert failed == []


def test_a_killed_worker_is_replaced_and_the_others_answer(digits_run: Run, tmp_path: Path) -> None:
    content = draw_digit(tmp_path / "digit.png")
    with running(folder_of(digits_run), "--quiet", "--workers", "2") as server:
        before = workers_of(server)
        assert len(before) == 2
        asked = 6
        assert {server.ask("/predict", content).status for _ in range(asked)} == {200}
        os.kill(min(before), signal.SIGKILL)
        assert {server.ask("/predict", content).status for _ in range(asked)} == {200}
        wait_until(lambda: len(workers_of(server)) == 2 and workers_of(server) != before)
        counted = server.ask("/metrics").body.decode()
        assert f'catseye_requests_total{{method="POST",route="/predict",status="200"}} {2 * asked}.0' in counted
        assert server.stop()[0] == 0
        assert workers_of(server) == set()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nothing"], "there is no classifier at nothing"),
        (["a/b=RUN"], "a name is 1 to 64 ASCII letters"),
        (["a:beta=RUN"], "a version is a whole number"),
        (["a=RUN", "a=RUN"], "two classifiers have the name a and the version 1"),
        (["RUN", "--key", "k.pem"], "--key needs the certificate"),
        (["RUN", "--certificate", "no.pem"], "there is no file no.pem (--certificate)"),
        (["RUN", "--host", "256.0.0.1"], "give an address of this machine with --host"),
        (["RUN", "--host", "192.0.2.1"], "give an address of this machine with --host"),  # kept for documentation
        (["RUN", "--host", "http://x"], "'http://x' is not a host name"),
        (["RUN", "--allow-host", "x.example:8000"], "'x.example:8000' is not a host name"),
        (["RUN", "--token", " "], "ASCII letters"),
        (["RUN", "--token", "é"], "ASCII letters"),
        (["RUN", "--max-wait", "0"], "Invalid value for '--max-wait': 0 is not a number of seconds above 0."),
        (["RUN", "--timeout", "nan"], "Invalid value for '--timeout': nan is not a number of seconds above 0."),
        (["RUN", "--log", "no/log"], "the log no/log cannot be written"),
    ],
)
def test_what_cannot_be_served_is_reported_in_one_sentence(
    words: list[str], says: str, digits_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [word.replace("RUN", str(folder_of(digits_run))) for word in words]
    assert main(["serve", *line, "--port", "0"]) in (1, 2)
    assert says in capsys.readouterr().err


def test_a_port_in_use_is_reported_with_advice(digits_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", str(folder_of(digits_run)), "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1, port {port}: " in said
    assert said.endswith("choose another port with --port.\n")
