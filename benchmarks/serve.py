"""Load test of the server on loopback: throughput, latency, wrong answers, memory, a killed worker; also of LitServe.

    make bench-serve

Everything runs on one machine, so the clients use some of its processor time. The results go to bench/serve.json.
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
_STEADY_CONNECTIONS, _OVERLOAD_CONNECTIONS = 8, 16  # enough to keep the server busy, and too many for it
_OPEN_LOOP_CLIENTS = 256  # enough for requests at random times while some clients wait for a response or back off
_ANSWERS_PER_MEMORY_CHECK = 10_000


@dataclass
class Load:
    """The measurements of the clients.

    Attributes
    ----------
    seconds : list of float
        Latency of each accepted request, from the moment at which it was due.
    statuses : dict
        Number of responses by status; 0: no response.
    wrong : int
        Answers whose class or probability differs from that of ``catseye.predict``.
    took : float
        Seconds from the first request to the last response.
    client_seconds : float
        Processor time of the clients, which the server cannot use.
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


async def send_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes, kind: str
) -> tuple[int, Any, float]:
    """Send a request; return the status, the JSON and, if it was refused, the seconds after which to retry."""
    head = f"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n"
    writer.write(f"{head}Content-Type: {kind}\r\n\r\n".encode() + content)
    headers = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(headers.split(b"content-length:")[1].split(b"\r\n")[0])
    retry_after = float(headers.split(b"retry-after:")[1].split(b"\r\n")[0]) if b"retry-after:" in headers else 0.0
    return int(headers.split(b" ")[1]), json.loads(await reader.readexactly(length)), retry_after


class Clients:
    """Sends pictures, and compares the answers with the expected ones.

    Parameters
    ----------
    port
    pictures
        Body, expected class and expected probability of each.
    kind
        Content type of the bodies.
    """

    def __init__(self, port: int, pictures: list[tuple[bytes, str, float]], kind: str = "image/jpeg") -> None:
        self._port, self._pictures, self._kind = port, pictures, kind

    def run_closed_loop(self, seconds: float, connections: int, seed: int) -> Load:
        """Send requests on ``connections`` connections, each as soon as the last was answered (closed loop)."""
        return asyncio.run(self._run(seconds, connections, None, seed))

    def run_open_loop(self, rate: float, seconds: float, seed: int) -> Load:
        """Send ``rate`` requests per second, at random times, whether or not earlier ones were answered (open loop).

        Many clients do so, each request on a new connection; a refused one backs off for as long as Retry-After says.
        """
        return asyncio.run(self._run(seconds, _OPEN_LOOP_CLIENTS, rate, seed))

    async def _run(self, seconds: float, connections: int, rate: float | None, seed: int) -> Load:
        load, generator, due = Load(), random.Random(seed), asyncio.Queue[float]()
        began, own = time.perf_counter(), time.process_time()
        tasks = [
            asyncio.create_task(self._client(load, generator, began + seconds, due if rate else None))
            for _ in range(connections)
        ]
        if rate:
            at = began
            while (at := at + generator.expovariate(rate)) < began + seconds:
                await asyncio.sleep(max(0.0, at - time.perf_counter()))
                due.put_nowait(at)
            for _ in tasks:
                due.put_nowait(float("inf"))
        await asyncio.gather(*tasks)
        load.took, load.client_seconds = time.perf_counter() - began, time.process_time() - own
        return load

    async def _client(
        self, load: Load, generator: random.Random, until: float, due: asyncio.Queue[float] | None
    ) -> None:
        connection = None
        while time.perf_counter() < until:
            began = await due.get() if due else time.perf_counter()
            if began == float("inf"):
                break
            picture = generator.choice(self._pictures)
            try:
                connection = connection or await asyncio.open_connection("127.0.0.1", self._port)
                status, said, retry_after = await send_request(*connection, picture[0], self._kind)
            except (OSError, asyncio.IncompleteReadError):  # its worker was killed
                load.statuses[0] = load.statuses.get(0, 0) + 1
                connection = None
                continue
            load.note(picture, status, said, time.perf_counter() - began)
            if due:
                connection[1].close()
                connection = None
                await asyncio.sleep(retry_after)
        if connection:
            connection[1].close()


class ServerProcess:
    """A server in its own process."""

    def __init__(self, command: list[str]) -> None:
        # In a session of its own, so that all its processes can be ended: LitServe leaves some behind, using a core.
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self.process.stdout
        address = self.process.stdout.readline()
        self.port = int(address.rpartition(":")[2])

    def memory(self) -> float:
        """Return its resident memory, with that of its children, in MB."""
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


def wait_for_port(port: int) -> None:
    """Wait until the port accepts connections: LitServe prints its address before that."""
    while True:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def encode_litserve_body(content: bytes) -> bytes:
    """Return a request body with a picture for the LitServe program."""
    return json.dumps({"picture": base64.b64encode(content).decode()}).encode()


def measure_server(
    program: ServerProcess,
    pictures: list[tuple[bytes, str, float]],
    seconds: float,
    kind: str,
    measure_predict: Callable[[], float],
) -> dict[str, Any]:
    """Return throughput, in turn with that of predict, latency at half and twice that rate, wrong answers, memory."""
    wait_for_port(program.port)
    clients = Clients(program.port, pictures, kind)
    clients.run_closed_loop(seconds / 4, 4, 99)  # warm-up
    before = program.memory()
    own, rates = zip(
        *((measure_predict(), clients.run_closed_loop(seconds, _STEADY_CONNECTIONS, seed)) for seed in SEEDS),
        strict=True,
    )
    rate = statistics.mean(len(load.seconds) / load.took for load in rates)
    return {
        "predict_a_second": list(own),
        "sustained": [load.to_json() for load in rates],
        "half": [clients.run_open_loop(rate / 2, seconds, seed).to_json() for seed in SEEDS],
        "twice": [clients.run_open_loop(2 * rate, seconds, seed).to_json() for seed in SEEDS],
        "hammered": clients.run_closed_loop(seconds, _OVERLOAD_CONNECTIONS, 0).to_json(),
        "memory_mb": [before, program.memory()],
    }


def check_answers(run: Path, pictures: list[tuple[bytes, str, float]], answers: int) -> dict[str, Any]:
    """Return how many of ``answers`` answers are wrong, and the server's memory over time."""
    program = ServerProcess(build_serve_command(run))
    clients, found, wrong, memory = Clients(program.port, pictures), 0, 0, [program.memory()]
    while found < answers:
        until = min(answers, found + _ANSWERS_PER_MEMORY_CHECK)
        while found < until:
            load = clients.run_closed_loop(10, _STEADY_CONNECTIONS, found)
            found, wrong = found + len(load.seconds), wrong + load.wrong
        memory.append(program.memory())
        print(f"{found:,} answers, {wrong:,} wrong, {memory[-1]:.0f} MB", file=sys.stderr, flush=True)
    program.stop()
    return {"answers": found, "wrong": wrong, "memory_mb": memory}


def measure_killed_worker(run: Path, pictures: list[tuple[bytes, str, float]], seconds: float) -> dict[str, Any]:
    """Return what is lost when one of two workers is killed halfway through."""
    program = ServerProcess(build_serve_command(run, "--workers", "2"))
    killing = subprocess.Popen(["sh", "-c", f"sleep {seconds / 2}; kill -9 {program.children()[0]}"])
    load = Clients(program.port, pictures).run_closed_loop(seconds, 4, 0)
    killing.wait()
    program.stop()
    return load.to_json()


def build_serve_command(run: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "catseye", "serve", str(run), "--port", "0", "--quiet", *words]


def measure_all(
    run: Path, pictures: list[tuple[bytes, str, float]], seconds: float, measure_predict: Callable[[], float]
) -> dict[str, Any]:
    """Return the results of the server, of a killed worker, and of LitServe."""
    program = ServerProcess(build_serve_command(run))
    table = {"catseye": measure_server(program, pictures, seconds, "image/jpeg", measure_predict)}
    program.stop()
    table["killed_worker"] = measure_killed_worker(run, pictures, seconds)
    if find_spec("litserve"):
        other = Path(__file__).with_name("programs") / "litserve_cats.py"
        bodies = [(encode_litserve_body(content), name, probability) for content, name, probability in pictures]
        program = ServerProcess([sys.executable, str(other), str(run)])
        table["litserve"] = measure_server(program, bodies, seconds, "application/json", measure_predict)
        program.stop()
    return table


def main() -> None:
    """Measure, print and write the results."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=20.0, help="duration of each measurement")
    options.add_argument("--pictures", type=int, default=400, help="number of different files to send")
    options.add_argument("--answers", type=int, default=0, help="only check this many answers")
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

        def measure_predict() -> float:
            began = time.perf_counter()
            classifier.predict(files)
            return len(files) / (time.perf_counter() - began)

        if chosen.answers:
            print(json.dumps(check_answers(run, pictures, chosen.answers), indent=2))
            return
        table = measure_all(run, pictures, chosen.seconds, measure_predict)
    OUT.mkdir(exist_ok=True)
    (OUT / "serve.json").write_text(json.dumps(table, indent=2))
    print(json.dumps(table, indent=2))


if __name__ == "__main__":
    main()
