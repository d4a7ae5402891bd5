"""Metrics folders that killed servers left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from catseye.serve.settings import SHARED_FOLDER
from catseye.serve.shared_metrics import share_metrics

pytestmark = pytest.mark.slow  # processes that are killed

# A server that forks a worker, prints the number of that process, and lives until its input ends.
_SERVER = """
import os, sys
from catseye.serve.shared_metrics import share_metrics
with share_metrics():
    told, tell = os.pipe()
    worker = os.fork()
    if not worker:
        os.close(tell)
        os.read(told, 1)  # ends with its parent
        sys.stdin.readline()
        os._exit(0)
    print(worker, flush=True)
    sys.stdin.readline()
"""


def start() -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen([sys.executable, "-c", _SERVER], stdin=-1, stdout=-1, text=True, env=dict(os.environ))
    assert process.stdout
    return process, int(process.stdout.readline())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_a_killed_servers_folder_is_removed_once_its_workers_have_ended(folder: Path) -> None:
    process, worker = start()
    (left,) = names(folder)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with share_metrics():
        assert left in names(folder)  # the worker still answers what was accepted
    os.kill(worker, signal.SIGKILL)
    assert process.stdin
    assert process.stdout
    process.stdout.read()  # to its end: the worker is gone
    with share_metrics():
        assert names(folder) == {Path(os.environ[SHARED_FOLDER]).name}
    assert names(folder) == set()
    assert SHARED_FOLDER not in os.environ
    process.stdin.close()
    process.stdout.close()


def test_folders_of_running_servers_and_other_users_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process, _ = start()
    living = names(folder)
    kept = folder / "kept"
    kept.mkdir()
    (kept / "lock").touch()
    (folder / "catseye-metrics-link").symlink_to(kept)
    (folder / "catseye-metrics-older").mkdir()  # without a lock: may still be in use
    (folder / "catseye-metrics-file").touch()
    of_another = folder / "catseye-metrics-other"
    of_another.mkdir()
    (of_another / "lock").touch()
    expected = names(folder)
    with monkeypatch.context() as patched:
        patched.setattr("catseye.serve.shared_metrics.os.geteuid", lambda: os.getuid() + 1)
        with share_metrics():
            assert names(folder) >= expected
    with share_metrics():
        assert names(folder) >= expected - {of_another.name}
        assert not of_another.exists()
    assert living <= names(folder)
    assert (kept / "lock").exists()
    process.communicate("\n")
    assert not living & names(folder)
