"""Files are whole or not there."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from catseye.errors import CatseyeError, UsageError
from catseye.system.files import find_free, is_folder, is_there, new_output, remove_parts, write_atomically


def test_content_and_permissions_are_as_usual(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"new")
    (tmp_path / "b").write_bytes(b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@pytest.mark.parametrize(
    "name", ["قطة.png", "বাঘ " * 25 + ".png", "猫" * 83 + ".png", "🐈" * 62 + ".html", "\udce9.png"]
)
def test_names_in_every_script_are_written_as_long_as_the_file_system_takes_them(tmp_path: Path, name: str) -> None:
    """A file's name has at most 255 bytes on most systems; a Bengali letter takes three, an emoji four."""
    write_atomically(tmp_path / name, b"new")
    assert (tmp_path / name).read_bytes() == b"new"
    assert os.listdir(tmp_path) == [name]  # noqa: PTH208 (hidden files too)


def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path) -> None:
    """A real refusal by the system: the process may write no file larger than 1,000 bytes."""
    write_atomically(tmp_path / "a", b"old")
    program = (
        "import pathlib, resource, sys\n"
        "from catseye.system.files import write_atomically\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))\n"
        "write_atomically(pathlib.Path(sys.argv[1]), bytes(5000))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path / "a"], capture_output=True, text=True, check=False)
    assert "CatseyeError" in done.stderr
    assert "An earlier file is unchanged" in done.stderr
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]  # noqa: PTH208 (hidden files too)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match=r"there is no folder .*no\. Create it first\.$"):
        write_atomically(tmp_path / "no" / "a", b"")


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(CatseyeError, match=r"file is not a folder\.$"):
        write_atomically(tmp_path / "file" / "a", b"")


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".a.0123abcd.part").write_bytes(b"")
    (tmp_path / ".movie.part").write_bytes(b"")
    (tmp_path / "a").write_bytes(b"")
    remove_parts(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".movie.part", "a"]


def test_outputs_are_not_overwritten_silently(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert new_output(path, force=False) == path
    path.write_bytes(b"")
    with pytest.raises(UsageError, match="use force=True"):
        new_output(path, force=False)
    assert new_output(path, force=True) == path
    with pytest.raises(UsageError, match="is a folder"):
        new_output(tmp_path, force=True)
    with pytest.raises(UsageError, match="there is no folder"):
        new_output(tmp_path / "no" / "a", force=False)


def test_the_first_free_name_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_free(tmp_path / "run") == tmp_path / "run"
    (tmp_path / "run").mkdir()
    (tmp_path / "run-2").symlink_to(tmp_path / "nowhere")
    assert find_free(tmp_path / "run") == tmp_path / "run-3"
    monkeypatch.chdir(tmp_path / "run")
    assert find_free(Path()) == tmp_path / "run-3"
    assert find_free(Path("..")) == tmp_path.with_name(f"{tmp_path.name}-2")
    assert find_free(Path("/")) == Path("/-2")


def test_at_a_path_longer_than_is_allowed_there_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for long in ("x" * 5_000, f"{'d/' * 3_000}x.png", tmp_path / ("y" * 300)):
        assert not is_there(long)
        assert not is_folder(long)
    assert is_there(tmp_path)
    assert is_folder(str(tmp_path))
    assert not is_folder("")  # not the folder that we are in
    with pytest.raises(UsageError, match="there is no folder"):
        new_output(tmp_path / ("z" * 5_000) / "a", force=False)
