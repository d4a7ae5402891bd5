"""Kept engines are believed only where this user's secret signs them."""

import os
from pathlib import Path

import pytest

from catseye.inference import kept_engines
from catseye.inference.kept_engines import FOLDER, KeptEngines

ENGINE = bytes(range(256)) * 4


@pytest.fixture
def engines(tmp_path: Path) -> KeptEngines:
    kept = KeptEngines(tmp_path)
    kept.keep("key", ENGINE)
    return kept


def content(engines: KeptEngines, key: str) -> bytes | None:
    engine = engines.read(key)
    return None if engine is None else engine.tobytes()


def the_file(home: Path) -> Path:
    (file,) = (home / FOLDER).glob("*.engine")
    return file


def test_what_was_kept_is_read_again(engines: KeptEngines, tmp_path: Path) -> None:
    assert content(engines, "key") == ENGINE
    assert content(KeptEngines(tmp_path), "key") == ENGINE


def test_another_key_has_no_engine(engines: KeptEngines) -> None:
    assert engines.read("other") is None


@pytest.mark.parametrize("place", [0, 31, 32, 500, -1])
def test_a_damaged_engine_is_as_good_as_none(engines: KeptEngines, tmp_path: Path, place: int) -> None:
    damaged = bytearray(the_file(tmp_path).read_bytes())
    damaged[place] ^= 1
    the_file(tmp_path).write_bytes(damaged)
    assert engines.read("key") is None


@pytest.mark.parametrize("length", [0, 10, 32, 100])
def test_a_truncated_engine_too(engines: KeptEngines, tmp_path: Path, length: int) -> None:
    the_file(tmp_path).write_bytes(the_file(tmp_path).read_bytes()[:length])
    assert engines.read("key") is None


def test_an_engine_under_the_name_of_another_too(engines: KeptEngines, tmp_path: Path) -> None:
    first = the_file(tmp_path)
    engines.keep("other", ENGINE[::-1])
    (second,) = set((tmp_path / FOLDER).glob("*.engine")) - {first}
    second.write_bytes(first.read_bytes())
    assert engines.read("other") is None


def test_an_engine_of_somebody_elses_home_too(engines: KeptEngines, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    KeptEngines(stranger).keep("key", b"harmful")
    the_file(tmp_path).write_bytes(the_file(stranger).read_bytes())
    assert engines.read("key") is None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are of another kind here")
def test_a_secret_that_others_can_read_signs_nothing_and_is_replaced(engines: KeptEngines, tmp_path: Path) -> None:
    secret = tmp_path / FOLDER / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    before = secret.read_bytes()
    secret.chmod(0o644)
    assert engines.read("key") is None
    engines.keep("key", ENGINE)
    assert content(engines, "key") == ENGINE
    assert secret.read_bytes() != before


@pytest.mark.parametrize("damaged", [b"", b"short", bytes(33)])
def test_a_damaged_secret_is_replaced(engines: KeptEngines, tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / FOLDER / "secret").write_bytes(damaged)
    assert engines.read("key") is None
    engines.keep("key", ENGINE)
    assert content(engines, "key") == ENGINE


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file in the folder's place")
    kept = KeptEngines(tmp_path)
    kept.keep("key", ENGINE)
    assert kept.read("key") is None


def test_those_that_were_not_used_for_longest_make_room(
    engines: KeptEngines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_engines, "_MOST_BYTES", 3 * (len(ENGINE) + 32))
    for seconds, key in enumerate(("key", "a", "b")):
        engines.keep(key, ENGINE)
        newest = max((tmp_path / FOLDER).glob("*.engine"), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, (seconds, seconds))
    assert content(engines, "key") == ENGINE  # the oldest, which is used now
    engines.keep("c", ENGINE)
    assert [key for key in ("key", "a", "b", "c") if content(engines, key)] == ["key", "b", "c"]
