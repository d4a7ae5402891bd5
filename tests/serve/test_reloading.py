"""Files that are replaced while several processes answer, and what is compiled when."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import catseye
from tests.serve.serving import PATIENCE, draw_digit, running

if TYPE_CHECKING:
    from catseye.runs.run import Run
    from tests.serve.serving import Server

pytestmark = pytest.mark.slow  # several processes, each of which loads classifiers

# catseye, with a line on stderr whenever a network is compiled, or loaded as it was compiled before. The clock is the
# system's, the same in all processes.
_TELLING = """
import sys, time
from catseye.cli import main
from catseye.inference import compiled_network

def telling(load):
    def call(*given):
        print(f"compiled {time.monotonic()}", file=sys.stderr, flush=True)
        return load(*given)
    return call

for name in ("compile_model", "import_model"):
    setattr(compiled_network, name, telling(getattr(compiled_network, name)))
sys.exit(main(sys.argv[1:]))
"""
_FORM = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.fixture(scope="module")
def other_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return catseye.train("digits", out=tmp_path_factory.mktemp("runs") / "other", epochs=1, seed=1)


def file_of(run: Run) -> Path:
    assert run.folder
    return run.folder / "classifier.safetensors"


def replace(served: Path, new: Path) -> None:
    part = served.with_name("part")
    shutil.copy(new, part)
    part.replace(served)


def wait_for_reloads(server: Server, count: int) -> None:
    """Wait until so many processes have loaded the new file."""
    until = time.monotonic() + PATIENCE
    while f'outcome="loaded",version="1"}} {count}.0'.encode() not in server.ask("/metrics").body:
        assert time.monotonic() < until
        time.sleep(0.05)


def form(pictures: list[bytes]) -> bytes:
    head = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
    return b"".join(head + picture + b"\r\n" for picture in pictures) + b"--x--\r\n"


def keep_asking(server: Server, body: bytes, is_over: threading.Event, answers: list[Any]) -> None:
    while not is_over.is_set():
        answer = server.ask("/predict", body, _FORM)
        if answer.status != 503:  # a slow machine is busy, which is no loss
            answers.append(answer.json if answer.status == 200 else answer)


def probabilities(answer: Any) -> tuple[float, ...]:
    return tuple(one["probability"] for one in answer)


def test_no_request_is_lost_or_answered_by_two_classifiers_while_two_processes_reload(
    digits_run: Run, other_run: Run, tmp_path: Path
) -> None:
    served = tmp_path / "served.safetensors"
    shutil.copy(file_of(digits_run), served)
    files = [tmp_path / f"{number}.png" for number in range(8)]
    body = form([draw_digit(path, number) for number, path in enumerate(files)])
    old, new = (np.array([one.probability for one in run.classifier.predict(files)]) for run in (digits_run, other_run))
    assert np.abs(old - new).min() > 1e-3  # each picture tells which of the two answered
    answers: list[Any] = []
    is_over = threading.Event()
    with running(f"digits={served}", "--quiet", "--workers", "2", "--max-wait", "100") as server:
        asking = [threading.Thread(target=keep_asking, args=(server, body, is_over, answers)) for _ in range(4)]
        for each in asking:
            each.start()
        try:
            replace(served, file_of(other_run))
            wait_for_reloads(server, 2)
            last = server.ask("/predict", body, _FORM).json
        finally:
            is_over.set()
            for each in asking:
                each.join()
    assert len(answers) > 8
    for answer in [*answers, last]:
        found = np.array(probabilities(answer))
        assert np.allclose(found, old, atol=1e-5) or np.allclose(found, new, atol=1e-5), answer
    assert np.allclose(probabilities(last), new, atol=1e-5)


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_is_compiled_for_a_request_after_a_fork_or_a_reload(
    workers: int, digits_run: Run, other_run: Run, tmp_path: Path
) -> None:
    served = tmp_path / "served.safetensors"
    shutil.copy(file_of(digits_run), served)
    body = form([draw_digit(tmp_path / f"{number}.png", number) for number in range(8)])
    with running(f"digits={served}", "--quiet", "--workers", str(workers), program=("-c", _TELLING)) as server:
        ready = time.monotonic()

        def ask() -> None:
            """Ask both for one picture, when little is to do, and for several at a time."""
            for _ in range(8):
                assert server.ask("/predict", body, _FORM).status == 200
                assert server.ask("/predict", (tmp_path / "0.png").read_bytes()).status == 200

        ask()
        replaced = time.monotonic()
        replace(served, file_of(other_run))
        wait_for_reloads(server, workers)
        reloaded = time.monotonic()
        ask()
        _, _, err = server.stop()
    times = [float(line.split()[1]) for line in err.splitlines() if line.startswith("compiled ")]
    in_order = [sum(start <= each < end for each in times) for start, end in (
        (0, ready), (ready, replaced), (replaced, reloaded), (reloaded, float("inf")),
    )]  # fmt: skip
    # Two forms in the first process, and two in each that it forks.
    assert (in_order[0] >= (2 if workers == 1 else 6), in_order[2] >= 2 * workers) == (True, True), in_order
    assert (in_order[1], in_order[3]) == (0, 0), in_order
