"""The server under load on loopback: rate, waiting, wrong answers, memory, a killed worker; LitServe beside it.

    make bench-serve

Everything runs on one machine, so that the client takes a part of its cores; a table goes to bench/serve.json.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import catseye

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path("bench")
SEEDS = (0, 1, 2)
_FEW, _MANY = 8, 16  # connections that keep the server busy, and that ask for more than it can answer
_CLIENTS = 256  # that come at random times: enough for some to wait for their answers, and others to rest
_CHECKED_AT_A_TIME = 10_000  # answers between two looks at the memory


@dataclass
class Load:
    """What clients measured.

    Attributes
    ----------
    seconds : list of float
        To each accepted answer, from the moment at which it was due.
    statuses : dict
        Number of answers by status; 0: none came.
    wrong : int
        Answers whose class or probability is not that of ``catseye.predict``.
    took : float
        Seconds from the first request to the last answer.
    client_seconds : float
        Processor time of the clients, which is not the server's to use.
    """

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    wrong: int = 0
    took: float = 0.0
    client_seconds: float = 0.0

    def note(self, picture: tuple[bytes, str, float], status: int, said: Any, seconds: float) -> None:
        """Count an answer, and compare it with the class and probability that are expected."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == 200:
            self.seconds.append(seconds)
            answer = said[0] if isinstance(said, list) else said
            self.wrong += answer["class"] != picture[1] or abs(answer["probability"] - picture[2]) > 1e-6

    def to_json(self) -> dict[str, Any]:
        ordered = sorted(self.seconds) or [float("nan")]
        return {
            "accepted_a_second": len(self.seconds) / self.took,
            "cores_of_clients": self.client_seconds / self.took,
            "p50_ms": 1000 * statistics.median(ordered),
            "p99_ms": 1000 * ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))],
            "statuses": self.statuses,
            "wrong": self.wrong,
        }


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes, kind: str
) -> tuple[int, Any, float]:
    """Return the status and the JSON of one request, and in how many seconds to ask again if it was refused."""
    head = f"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n"
    writer.write(f"{head}Content-Type: {kind}\r\n\r\n".encode() + content)
    headers = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(headers.split(b"content-length:")[1].split(b"\r\n")[0])
    rest = float(headers.split(b"retry-after:")[1].split(b"\r\n")[0]) if b"retry-after:" in headers else 0.0
    return int(headers.split(b" ")[1]), json.loads(await reader.readexactly(length)), rest


class Clients:
    """Asks for pictures, and compares the answers with what is expected of each.

    Parameters
    ----------
    port
    pictures
        Body and expected class and probability.
    kind
        Of the bodies.
    """

    def __init__(self, port: int, pictures: list[tuple[bytes, str, float]], kind: str = "image/jpeg") -> None:
        self._port, self._pictures, self._kind = port, pictures, kind

    def keep_asking(self, seconds: float, connections: int, seed: int) -> Load:
        """Ask on so many connections, each as soon as it was answered."""
        return asyncio.run(self._run(seconds, connections, None, seed))

    def ask_at(self, rate: float, seconds: float, seed: int) -> Load:
        """Ask at random times, so many times a second on average, whether earlier ones were answered or not.

        Many clients do so, with a connection for each request; one that is refused rests as long as it is told to.
        """
        return asyncio.run(self._run(seconds, _CLIENTS, rate, seed))

    async def _run(self, seconds: float, connections: int, rate: float | None, seed: int) -> Load:
        load, chance, due = Load(), random.Random(seed), asyncio.Queue[float]()
        began, own = time.perf_counter(), time.process_time()
        tasks = [
            asyncio.create_task(self._client(load, chance, began + seconds, due if rate else None))
            for _ in range(connections)
        ]
        if rate:
            at = began
            while (at := at + chance.expovariate(rate)) < began + seconds:
                await asyncio.sleep(max(0.0, at - time.perf_counter()))
                due.put_nowait(at)
            for _ in tasks:
                due.put_nowait(float("inf"))
        await asyncio.gather(*tasks)
        load.took, load.client_seconds = time.perf_counter() - began, time.process_time() - own
        return load

    async def _client(self, load: Load, chance: random.Random, until: float, due: asyncio.Queue[float] | None) -> None:
        connection = None
        while time.perf_counter() < until:
            began = await due.get() if due else time.perf_counter()
            if began == float("inf"):
                break
            picture = chance.choice(self._pictures)
            try:
                connection = connection or await asyncio.open_connection("127.0.0.1", self._port)
                status, said, rest = await ask(*connection, picture[0], self._kind)
            except (OSError, asyncio.IncompleteReadError):  # its worker was killed
                load.statuses[0] = load.statuses.get(0, 0) + 1
                connection = None
                continue
            load.note(picture, status, said, time.perf_counter() - began)
            if due:
                connection[1].close()
                connection = None
                await asyncio.sleep(rest)
        if connection:
            connection[1].close()


class Program:
    """A server in a process of its own."""

    def __init__(self, command: list[str]) -> None:
        # In a session of its own, all of which can be ended: LitServe leaves processes behind that keep a core busy.
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self.process.stdout
        address = self.process.stdout.readline()
        self.port = int(address.rpartition(":")[2])

    def memory(self) -> float:
        """Return the resident memory of it and its children in MB."""
        numbers = [self.process.pid, *self.children()]
        pages = [int(Path(f"/proc/{number}/statm").read_text().split()[1]) for number in numbers]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def children(self) -> list[int]:
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(line) for line in found.stdout.split()]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def wait_for(port: int) -> None:
    """Wait until something answers: LitServe says where before it does."""
    while True:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def in_base64(content: bytes) -> bytes:
    """Return a body with a picture as LitServe reads it."""
    return json.dumps({"picture": base64.b64encode(content).decode()}).encode()


def measure(
    program: Program, pictures: list[tuple[bytes, str, float]], seconds: float, kind: str, predict: Callable[[], float]
) -> dict[str, Any]:
    """Return rate, in turn with that of ``predict``, waiting at half and twice the rate, wrong answers and memory."""
    wait_for(program.port)
    clients = Clients(program.port, pictures, kind)
    clients.keep_asking(seconds / 4, 4, 99)  # until everything is warm
    before = program.memory()
    own, rates = zip(*((predict(), clients.keep_asking(seconds, _FEW, seed)) for seed in SEEDS), strict=True)
    rate = statistics.mean(len(load.seconds) / load.took for load in rates)
    return {
        "predict_a_second": list(own),
        "sustained": [load.to_json() for load in rates],
        "half": [clients.ask_at(rate / 2, seconds, seed).to_json() for seed in SEEDS],
        "twice": [clients.ask_at(2 * rate, seconds, seed).to_json() for seed in SEEDS],
        "hammered": clients.keep_asking(seconds, _MANY, 0).to_json(),
        "memory_mb": [before, program.memory()],
    }


def check_many(run: Path, pictures: list[tuple[bytes, str, float]], answers: int) -> dict[str, Any]:
    """Return how many of so many answers are wrong, and the memory of the server as they are given."""
    program = Program(served(run))
    clients, found, wrong, memory = Clients(program.port, pictures), 0, 0, [program.memory()]
    while found < answers:
        until = min(answers, found + _CHECKED_AT_A_TIME)
        while found < until:
            load = clients.keep_asking(10, _FEW, found)
            found, wrong = found + len(load.seconds), wrong + load.wrong
        memory.append(program.memory())
        print(f"{found:,} answers, {wrong:,} wrong, {memory[-1]:.0f} MB", file=sys.stderr, flush=True)
    program.stop()
    return {"answers": found, "wrong": wrong, "memory_mb": memory}


def kill_a_worker(run: Path, pictures: list[tuple[bytes, str, float]], seconds: float) -> dict[str, Any]:
    """Return what is lost when one of two workers is killed in the middle."""
    program = Program(served(run, "--workers", "2"))
    killing = subprocess.Popen(["sh", "-c", f"sleep {seconds / 2}; kill -9 {program.children()[0]}"])
    load = Clients(program.port, pictures).keep_asking(seconds, 4, 0)
    killing.wait()
    program.stop()
    return load.to_json()


def served(run: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "catseye", "serve", str(run), "--port", "0", "--quiet", *words]


def measure_all(
    run: Path, pictures: list[tuple[bytes, str, float]], seconds: float, predict: Callable[[], float]
) -> dict[str, Any]:
    """Return the figures of the server, of a killed worker, and of LitServe."""
    program = Program(served(run))
    table = {"catseye": measure(program, pictures, seconds, "image/jpeg", predict)}
    program.stop()
    table["killed_worker"] = kill_a_worker(run, pictures, seconds)
    if find_spec("litserve"):
        other = Path(__file__).with_name("programs") / "litserve_cats.py"
        bodies = [(in_base64(content), name, probability) for content, name, probability in pictures]
        program = Program([sys.executable, str(other), str(run)])
        table["litserve"] = measure(program, bodies, seconds, "application/json", predict)
        program.stop()
    return table


def main() -> None:
    """Measure, print and write the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    options.add_argument("--pictures", type=int, default=400, help="files that are asked for")
    options.add_argument("--answers", type=int, default=0, help="check so many, and nothing else")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        data = catseye.load("cats_vs_dogs")
        classifier = catseye.transfer(data, out=run).classifier
        files = list(data["test"].paths[: chosen.pictures])  # type: ignore[attr-defined]
        pictures = [
            (Path(path).read_bytes(), answer.class_name, answer.probability)
            for path, answer in zip(files, classifier.predict(files), strict=True)
        ]

        def predict() -> float:
            began = time.perf_counter()
            classifier.predict(files)
            return len(files) / (time.perf_counter() - began)

        if chosen.answers:
            print(json.dumps(check_many(run, pictures, chosen.answers), indent=2))
            return
        table = measure_all(run, pictures, chosen.seconds, predict)
    OUT.mkdir(exist_ok=True)
    (OUT / "serve.json").write_text(json.dumps(table, indent=2))
    print(json.dumps(table, indent=2))


if __name__ == "__main__":
    main()
