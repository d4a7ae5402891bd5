"""The names of models, and which version answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from catseye.errors import CatseyeError, UsageError
from catseye.serve import create_application
from catseye.serve.models import Models, ServedModel, read_sources
from catseye.serve.refusal import RefusalError

if TYPE_CHECKING:
    from pathlib import Path


def make_run(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "classifier.safetensors").write_bytes(b"")
    return path


def named(*given: str | Path) -> list[tuple[str, str, str]]:
    return [(one.name, one.version, one.path.name if one.path else "") for one in read_sources(given)]


def test_a_model_is_named_after_its_folder_unless_it_is_given_a_name(tmp_path: Path) -> None:
    run = make_run(tmp_path / "my run")
    assert named(run) == [("my-run", "1", "my run")]
    assert named(run / "classifier.safetensors") == [("my-run", "1", "classifier.safetensors")]
    assert named(f"cats={run}", f"cats:2={run}") == [("cats", "1", "my run"), ("cats", "2", "my run")]
    assert named("efficientnet_lite0") == [("efficientnet_lite0", "1", "efficientnet_lite0")]
    link = tmp_path / "current"
    link.symlink_to(run)
    assert named(link) == [("current", "1", "current")]
    odd = make_run(tmp_path / "a=b")
    assert named(odd) == [("a-b", "1", "a=b")]  # a path that exists is one


def test_numbered_folders_are_versions_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("2", "10", "1", "notes", "x3"):
        make_run(tmp_path / "cats" / name)
    (tmp_path / "cats" / "11").mkdir()  # a training that is not finished
    assert named(tmp_path / "cats") == [("cats", "1", "1"), ("cats", "2", "2"), ("cats", "10", "10")]


def test_two_models_with_the_same_name_and_version_are_refused() -> None:
    with pytest.raises(UsageError, match="two classifiers have the name a and the version 1"):
        read_sources(["a=x", "a=y"])
    with pytest.raises(UsageError, match="nothing to serve"):
        read_sources([])


@pytest.mark.parametrize("given", ["a/b=x", "=x", "a:=x", "a:beta=x", "a b=x", ":1=x", "a:1:2=x", "a" * 65 + "=x"])
def test_an_invalid_name_or_version_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match=r"a name is 1 to 64 ASCII letters.*; a version is a whole number"):
        read_sources([given])


def test_the_newest_version_of_the_first_model_answers_by_default() -> None:
    classifier: Any = None
    served = [ServedModel(source, classifier) for source in read_sources(["b:2=x", "b:10=x", "my-run=x", "a=x"])]
    models = Models(served)
    assert (models.find().name, models.find().version) == ("b", "10")
    assert models.find("b", "2").version == "2"
    assert models.find("a").version == "1"
    assert models.versions("b") == ["2", "10"]
    assert models.find("my run").name == "my-run"  # as its folder is called
    for wanted in (("c",), ("",), ("b", "3"), ("b", "beta")):
        with pytest.raises(RefusalError) as caught:
            models.find(*wanted)
        assert caught.value.status == 404


def test_a_package_that_is_missing_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catseye.serve.extra.find_spec", lambda name: None if name == "uvicorn" else name)
    with pytest.raises(CatseyeError, match=r'^a server needs uvicorn: pip install "catseye\[serve\]"$'):
        create_application("my-run")
