"""Children of a process that has computed: they answer, the same as their parent, and end."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import catseye
from catseye.errors import PictureError, UsageError
from catseye.system.device import choose_device
from catseye.system.forks import new_lock
from tests.conftest import draw_folder

_HANGS = 300  # seconds, that only a program that hangs can take
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures and a run."""
    folder = tmp_path_factory.mktemp("forks")
    draw_folder(folder / "photos", {"red": 10, "blue": 10})
    catseye.train("digits", epochs=1, out=folder / "run")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("after_loading", "True"),
        ("after_everything", "True True"),
        ("unannounced", "True"),
        ("while_threads_compute", str([True] * 5)),
        ("prefork", str([True] * 3)),
        ("pools", str([True] * 10)),
        ("eight_threads", str([True] * 16)),
    ],
)
def test_children_and_threads_compute_what_their_parent_computes(folder: Path, program: str, printed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "tests.system.forking", program],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=_HANGS,
    )
    assert (done.returncode, done.stdout) == (0, f"{printed}\n"), done.stderr


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # from Python 3.12, of threads beside a fork
def test_a_child_finds_a_lock_free_that_a_thread_of_the_parent_holds() -> None:
    lock, taken, done = new_lock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            taken.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    child = os.fork()
    if child == 0:
        os._exit(0 if lock.acquire(blocking=False) else 1)
    status = os.waitpid(child, 0)[1]
    still_held = lock.locked()
    done.set()
    thread.join()
    assert (status, still_held) == (0, True)


def test_an_error_of_a_picture_comes_whole_out_of_another_process() -> None:
    error = pickle.loads(pickle.dumps(PictureError("cat.jpg", "the file is empty")))
    assert (error.picture, error.reason, str(error)) == ("cat.jpg", "the file is empty", "cat.jpg: the file is empty")


def test_a_gpu_that_the_parent_used_is_no_device_of_its_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda._is_in_bad_fork", lambda: True)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    assert choose_device("auto") == "cpu"
    with pytest.raises(UsageError, match="forked from one that used it"):
        choose_device("cuda")
