"""The browser's runtime is the official one or none; what is kept is not fetched again."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from catseye.errors import CatseyeError, UsageError
from catseye.export.web import runtime as module
from catseye.export.web.runtime import is_official, obtain_runtime

if TYPE_CHECKING:
    from pathlib import Path

CONTENTS = {"ort.wasm.bundle.min.mjs": b"script", "ort-wasm-simd-threaded.wasm": b"wasm"}


def package(contents: dict[str, bytes]) -> bytes:
    """Return a package as npm makes it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"package/dist/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def official(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> bytes:
    """A small package takes the place of the official one; neither npm nor the network is there."""
    content = package({**CONTENTS, "../../../evil": b"never unpacked"})
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    files = {name: (hashlib.sha256(held).hexdigest(), len(held)) for name, held in CONTENTS.items()}
    monkeypatch.setattr(module, "FILES", files)
    monkeypatch.setattr(module, "INTEGRITY", f"sha512-{digest}")
    monkeypatch.setattr(module, "download", _offline)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return content


def _offline(*_: object) -> None:
    raise CatseyeError("no connection")


def install_npm(tmp_path: Path, script: str) -> None:
    """Put an npm on the path: a shell script whose last word is the folder to pack into."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    npm = tmp_path / "bin" / "npm"
    npm.write_text(f"#!/bin/sh\necho called >> {tmp_path}/calls\nfor folder; do :; done\n{script}\n")
    npm.chmod(0o755)


def test_npm_downloads_it_once(official: bytes, tmp_path: Path) -> None:
    (tmp_path / "p.tgz").write_bytes(official)
    install_npm(tmp_path, f'/bin/cp {tmp_path}/p.tgz "$folder/onnxruntime-web-{module.VERSION}.tgz"')
    home = tmp_path / "home"
    for _ in range(2):
        assert obtain_runtime(home).files == CONTENTS
    assert (tmp_path / "calls").read_text() == "called\n"
    kept = {path.name for path in home.rglob("*") if path.is_file() and not path.name.endswith(".lock")}
    assert kept == set(CONTENTS)


@pytest.mark.parametrize("script", ["exit 1", f'echo other > "$folder/onnxruntime-web-{module.VERSION}.tgz"'])
def test_a_failed_or_wrong_download_by_npm_is_not_used(script: str, tmp_path: Path) -> None:
    install_npm(tmp_path, script)
    with pytest.raises(CatseyeError, match=r"npm pack onnxruntime-web@.*runtime='FILE'") as caught:
        obtain_runtime(tmp_path / "home")
    assert len(str(caught.value).splitlines()) == 1
    assert not [path for path in (tmp_path / "home").rglob("*") if path.suffix in (".tgz", ".mjs", ".wasm")]


def test_a_kept_file_that_changed_is_not_used(official: bytes, tmp_path: Path) -> None:
    (tmp_path / "p.tgz").write_bytes(official)
    install_npm(tmp_path, f'/bin/cp {tmp_path}/p.tgz "$folder/onnxruntime-web-{module.VERSION}.tgz"')
    obtain_runtime(tmp_path / "home")
    (kept,) = (tmp_path / "home").rglob("*.wasm")
    kept.write_bytes(b"evil")
    assert obtain_runtime(tmp_path / "home").files == CONTENTS
    assert kept.read_bytes() == b"wasm"


def test_a_users_own_copy_may_be_a_package_or_a_folder(official: bytes, tmp_path: Path) -> None:
    (tmp_path / "own.tgz").write_bytes(official)
    folder = tmp_path / "package" / "dist"
    folder.mkdir(parents=True)
    for name, content in CONTENTS.items():
        (folder / name).write_bytes(content)
    for given in (tmp_path / "own.tgz", folder, folder.parent):
        assert obtain_runtime(tmp_path / "home", given).files == CONTENTS
    assert not (tmp_path / "home").exists()


def test_another_copy_is_refused(official: bytes, tmp_path: Path) -> None:
    other = tmp_path / "other.tgz"
    other.write_bytes(official + b"x")
    assert not is_official(other)
    for given in (other, tmp_path):
        with pytest.raises(CatseyeError, match="npm pack"):
            obtain_runtime(tmp_path / "home", given)
    with pytest.raises(UsageError, match="there is no"):
        obtain_runtime(tmp_path / "home", tmp_path / "missing")
