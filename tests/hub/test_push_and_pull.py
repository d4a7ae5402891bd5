"""A classifier is pushed to a hub and pulled unchanged; whatever a hub sends is untrusted until it is verified."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.errors import UsageError
from catseye.hub.repository import Repository
from tests.hub.fake_hub import TOKEN, FakeHub, run_fake_hub

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("huggingface_hub")
NAME = "me/digits"


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    yield from run_fake_hub()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub") / "my-run"
    catseye.train("digits", epochs=1, out=folder)
    return folder


class Done:
    """What a command printed, and its status."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.status, self.out, self.error = done.returncode, done.stdout, done.stderr
        assert TOKEN not in done.stdout + done.stderr


def command(hub: FakeHub, *words: object, token: str | None = TOKEN) -> Done:
    """Run a command in a separate process, because the library reads its settings from the environment only once."""
    home = {"HF_HOME": str(Path(os.environ["CATSEYE_HOME"]) / "hf"), "HF_ENDPOINT": hub.address}
    settings = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "NO_PROXY": "127.0.0.1", **home}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment = kept | settings | ({"HF_TOKEN": token} if token else {})
    line = [sys.executable, "-m", "catseye", *map(str, words)]
    return Done(subprocess.run(line, env=environment, capture_output=True, text=True, check=False))


@pytest.mark.parametrize(
    "text", ["", "me", "a/b/c", "../x", "a/..", "a/b@", "a/b c", "-a/b", "a--b/c", "a/b@../c", "é/b"]
)
def test_invalid_repository_names_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="OWNER/NAME"):
        Repository.read(text)


def test_a_revision_follows_the_name() -> None:
    assert Repository.read("me/my.net_2@v1.0") == Repository("me/my.net_2", "v1.0")
    assert Repository.read("me/my-net") == Repository("me/my-net", None)


@pytest.mark.slow
def test_a_pushed_classifier_comes_back_and_predicts_the_same(hub: FakeHub, run: Path, tmp_path: Path) -> None:
    extra = tmp_path / "model.onnx"
    extra.write_bytes(b"an export")
    pushed = command(hub, "push", run, NAME, "--private", "--add", extra, "--json")
    assert pushed.status == 0, pushed.error
    held = hub.repositories[NAME]
    assert set(held) == {"classifier.safetensors", "README.md", "config.json", "model.onnx"}
    assert hub.private[NAME] is True
    assert held["classifier.safetensors"] == (run / "classifier.safetensors").read_bytes()
    assert json.loads(held["config.json"])["id2label"]["7"] == "7"
    assert held["README.md"].startswith(b"---\nlicense:")
    values = json.loads(pushed.out)
    assert values["revision"] == hub.commit(NAME)
    for name in (NAME, f"{NAME}@main", f"{NAME}@{values['revision']}"):
        folder = tmp_path / name.replace("/", "-")
        pulled = command(hub, "pull", name, "-o", folder)
        assert pulled.status == 0, pulled.error
        assert [path.name for path in folder.iterdir()] == ["classifier.safetensors"]
        assert (folder / "classifier.safetensors").read_bytes() == held["classifier.safetensors"]
    digits = catseye.load("digits", split="test[:20]")
    own, theirs = catseye.predict(run, digits), catseye.predict(folder, digits)
    assert [one.class_name for one in own] == [one.class_name for one in theirs]
    assert command(hub, "pull", NAME, "-o", folder).status == 2  # it exists


@pytest.mark.slow
def test_an_edited_card_is_kept_unless_it_is_to_be_replaced(hub: FakeHub, run: Path) -> None:
    assert command(hub, "push", run, NAME).status == 0
    hub.repositories[NAME]["README.md"] = b"my own words"
    again = command(hub, "push", run, NAME)
    assert again.status == 0, again.error
    assert "already exists and was kept; --replace-card" in " ".join(again.out.split())
    assert hub.repositories[NAME]["README.md"] == b"my own words"
    assert command(hub, "push", run, NAME, "--replace-card").status == 0
    assert hub.repositories[NAME]["README.md"].startswith(b"---")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "states", "says"),
    [
        (None, {}, "has no classifier.safetensors"),
        (b"\x80\x05cos\nsystem\n(S'touch x'\ntR.", {}, "can run code"),
        (b"PK\x03\x04" + b"\0" * 60, {}, "can run code"),
        (b"", {}, "truncated"),
        (b"{}", {}, "not a"),
        ("whole", {"size": 3}, "incomplete"),
        ("whole", {"lfs": {"sha256": "0" * 64, "size": 1, "pointerSize": 1}}, "does not match the hub's SHA-256"),
        ("whole", {"size": 2**40}, "at most 4 GB"),
    ],
)
def test_nothing_is_left_of_a_file_that_is_not_a_classifier(
    content: bytes | str | None, states: dict[str, object], says: str, hub: FakeHub, run: Path, tmp_path: Path
) -> None:
    whole = (run / "classifier.safetensors").read_bytes()
    held = {"pytorch_model.bin": b"never asked for"}
    if content is not None:
        held["classifier.safetensors"] = content if isinstance(content, bytes) else whole
    hub.repositories[NAME], hub.states = held, dict(states)
    done = command(hub, "pull", NAME, "-o", tmp_path / "pulled")
    assert done.status == 1
    assert says in done.error
    assert len(done.error.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []
    assert not [line for line in hub.asked if "pytorch_model" in line]


@pytest.mark.slow
def test_refusals_of_the_hub_are_reported_in_one_line(hub: FakeHub, run: Path, tmp_path: Path) -> None:
    hub.repositories["other/one"] = {}
    for words, token, says in [
        (("pull", "me/nothing", "-o", tmp_path / "x"), TOKEN, "there is no repository me/nothing"),
        (("pull", "other/one@v9", "-o", tmp_path / "x"), TOKEN, "no revision v9"),
        (("push", run, NAME), None, "log in"),
        (("push", run, NAME), "hf_wrong", "log in"),
        (("push", run, NAME, "--add", tmp_path / "missing"), TOKEN, "cannot be read"),
    ]:
        done = command(hub, *words, token=token)
        assert done.status == 1, done.error
        assert says in done.error
        assert len(done.error.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_an_unreachable_hub_is_reported_in_one_line(run: Path) -> None:
    done = command(FakeHub(address="http://127.0.0.1:9"), "push", run, NAME)
    assert done.status == 1
    assert "cannot be reached" in done.error
    assert len(done.error.splitlines()) <= 2
