"""What a card states: what is known, and what is not."""

from __future__ import annotations

import json
import shlex
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import catseye
from catseye.cli import main
from catseye.drawing.parts import Table
from catseye.errors import UsageError
from catseye.images.preprocess import Preprocess
from catseye.model_card.markdown import to_markdown
from catseye.model_card.parts import Bullets
from catseye.model_card.sections import describe_sections
from tests.browsing import on_every_screen, visit
from tests.conftest import draw_folder
from tests.model_card.cards import card_of, score_values

if TYPE_CHECKING:
    from pathlib import Path

    from selenium import webdriver

    from catseye.model_card.model_card import ModelCard


def test_each_class_has_its_recall_with_an_interval() -> None:
    # By hand, Wilson: 5 of 10 is 0.2366 to 0.7634, 10 of 10 is 0.7225 to 1.
    (table,) = [part for part in _section("Accuracy").parts if isinstance(part, Table) and part.columns[0] == "class"]
    assert table.rows == (
        ("cat", "40", "10", "50.0 %", "23.7 % to 76.3 %"),
        ("dog", "50", "10", "100.0 %", "72.2 % to 100.0 %"),
    )


def _section(title: str, **options: Any) -> Any:
    return next(section for section in describe_sections(card_of(**options)) if section.title == title)


def test_the_card_says_what_was_not_measured() -> None:
    assert _section("Robustness").parts[0].startswith("Not measured.")
    assert _section("Pictures unlike the training pictures").parts[0].startswith("Not available")
    (limits,) = _section("Limits").parts
    assert any("tested on only 20 pictures" in limit for limit in limits.items)
    assert any("cannot tell when a picture shows something else" in limit for limit in limits.items)
    (untested,) = _section("Limits", examples=0).parts
    assert any(limit.startswith("It was not tested") for limit in untested.items)


@pytest.mark.parametrize(
    "measured",
    [
        7,
        {"test": []},
        {"test": {"examples": "many"}},
        {"test": score_values(15, 20, []) | {"accuracy": float("nan")}},
        {"test": score_values(15, 20, []) | {"accuracy": 7}},
        {"test": score_values(15, 20, []) | {"examples": True}},
        {"test": score_values(15, 20, []) | {"accuracy_interval": [0.1]}},
        {"test": score_values(15, 20, [[15, 20]])},
        {"test": score_values(15, 20, [[11, 10], [4, 10]])},
        {"test": score_values(15, 20, [[1, 2], [3, 4]])},
        {"test": score_values(15, 20, []) | {"per_class": [["a", "b"], [3, 4]]}},
        {"test": score_values(15, 20, []) | {"per_class": 3}},
        {"test": score_values(15, 20, []) | {"unheard": 3}},
    ],
)
def test_impossible_numbers_in_a_file_are_not_repeated(measured: object) -> None:
    card = card_of(measured=measured)
    assert card.scores == {}
    assert "accuracy on new pictures is unknown" in to_markdown(card)
    json.dumps(card.to_json(), allow_nan=False)


@pytest.mark.parametrize("value", [None, 3, [], "text", {"name": 3, "licence": ["x"], "training_pictures": "many"}])
@pytest.mark.parametrize("part", ["data", "recipe", "versions", "weights"])
def test_parts_of_the_wrong_type_count_as_unknown(part: str, value: Any) -> None:
    card = card_of(**{part: value})
    assert to_markdown(card)
    assert card.to_json()["name"] == "mine"


def test_values_of_a_recipe_are_words() -> None:
    fine_tuning = {"epochs": 3, "flip": True, "time_limit": None}
    section = _section("How it was made", recipe={"mirrored": False, "fine_tuning": fine_tuning, "loss": "focal"})
    (table,) = [part for part in section.parts if isinstance(part, Table)]
    assert table.rows == (
        ("mirrored", "no"),
        ("fine tuning", "yes"),
        ("fine tuning: epochs", "3"),
        ("fine tuning: flip", "yes"),
        ("fine tuning: time limit", "none"),
        ("loss", "focal"),
    )


@pytest.mark.parametrize(
    ("preprocess", "says"),
    [
        (Preprocess(16, 24, 3), "the middle part with the aspect ratio 16 to 24 of each, scaled to 16 × 24 pixels."),
        (
            Preprocess(8, 8, 1, crop_share=0.875),
            "middle square of each (87.5 % of the largest possible), converted to grey and scaled to 8 × 8",
        ),
    ],
)
def test_what_the_network_sees_of_a_picture(preprocess: Preprocess, says: str) -> None:
    card = card_of()
    card = replace(card, description=replace(card.description, preprocess=preprocess))
    assert says in str(describe_sections(card)[0].parts[1])


def test_pictures_made_in_python_may_have_a_licence_that_is_not_known() -> None:
    for name, says in (
        ("pictures ea386278", "not known"),
        ("arrays 0a386278", "not known"),
        ("photos", "none is stated"),
    ):
        card = card_of(data={"name": name, "fingerprint": "f" * 64})
        assert f"Licence: {says}." in _bullets(card, "Data")
        assert f"Training pictures: {says}." in _bullets(card, "Licences")


@pytest.mark.slow
def test_a_run_on_a_part_of_a_data_set_says_so_and_its_command_makes_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    assert main(["train", "digits", "--split", "train[:300]", "--epochs", "1", "--out", str(run)]) == 0
    card = catseye.card(run)
    said = card.to_json()["data"]
    whole = catseye.info("digits")
    assert (said["name"], said["version"], said["split"]) == ("digits", whole.version, "train[:300]")
    assert (said["licence"], said["citation"]) == (whole.licence, whole.citation)
    assert "Source: digits (train[:300]), version" in "".join(_bullets(card, "Data"))
    monkeypatch.chdir(run)
    assert _repeated(card, tmp_path / "again") == card.digest


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--fine-tune", "--epochs", "1", "--lr", "0.001", "--no-flip"]])
def test_the_command_of_a_transfer_makes_the_same_file(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_folder(tmp_path / "photos", {"a": 10, "b": 10, "c": 4})
    words = ["--split", "train[:80%]", "--drop", "c", *options]
    assert main(["transfer", str(tmp_path / "photos"), *words, "--out", str(tmp_path / "run")]) == 0
    card = catseye.card(tmp_path / "run")
    monkeypatch.chdir(tmp_path)
    assert _repeated(card, tmp_path / "again") == card.digest


def _repeated(card: ModelCard, out: Path) -> str:
    """Return the SHA-256 of the classifier that a card's command makes."""
    program, *words = shlex.split(card.command)
    assert program == "catseye"
    assert words.pop() == "RUN"
    assert main([*words, str(out)]) == 0
    return catseye.card(out).digest


def _bullets(card: ModelCard, title: str) -> tuple[str, ...]:
    (section,) = [section for section in describe_sections(card) if section.title == title]
    (found,) = [part for part in section.parts if isinstance(part, Bullets)]
    return found.items


@pytest.mark.slow
def test_a_file_with_the_default_name_is_titled_by_its_network_and_data(run: Path, tmp_path: Path) -> None:
    assert catseye.card(run / "classifier.safetensors").name == "small_convnet on digits"
    copy = shutil.copy(run / "classifier.safetensors", tmp_path / "my cats.safetensors")
    assert catseye.card(copy).name == "my cats"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("card") / "my-run"
    catseye.train("digits", epochs=1, out=folder)
    return folder


@pytest.mark.slow
def test_a_runs_card_says_what_the_run_measured(run: Path) -> None:
    opened, card = catseye.Run.open(run), catseye.card(run)
    evaluation = catseye.evaluate(run, "digits")
    values = card.to_json()
    assert opened.result.test
    assert values["accuracy"]["test"]["accuracy"] == opened.result.test.accuracy == evaluation.accuracy
    assert [row["recall"] for row in values["per_class"]] == [score.recall for score in evaluation.per_class]
    assert [row["test_pictures"] for row in values["per_class"]] == [score.support for score in evaluation.per_class]
    assert sum(row["training_pictures"] for row in values["per_class"]) == opened.result.train.examples
    assert values["command"].split()[:5] == ["catseye", "train", "digits", "--network", "small_convnet"]
    alone = catseye.card(run / "classifier.safetensors").to_json()
    assert alone["accuracy"] == values["accuracy"]
    assert (alone["command"], alone["sha256"]) == (None, values["sha256"])
    assert catseye.card(opened).to_json() == values


@pytest.mark.slow
def test_a_card_is_saved_under_the_commands_rules(tmp_path: Path) -> None:
    card = card_of()
    path = card.save(tmp_path / "card.md")
    path.write_text("edited")
    with pytest.raises(UsageError, match=r"card\.md already exists; choose another name or use force=True\."):
        card.save(path)
    assert path.read_text() == "edited"
    card.save(path, force=True)
    assert path.read_text().startswith("---")
    with pytest.raises(UsageError, match=r"must end in \.md or \.html; got .*card\.png"):
        card.save(tmp_path / "card.png")


def test_the_command_writes_what_is_asked_for(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "card.md"
    assert main(["card", str(run), "-o", str(file)]) == 0
    assert capsys.readouterr().out == f"wrote {file}\n"
    assert main(["card", str(run)]) == 0
    assert capsys.readouterr().out == file.read_text("utf-8")
    assert main(["card", str(run), "-o", str(file)]) == 2
    assert "already exists" in capsys.readouterr().err
    assert main(["card", str(run), "-o", str(tmp_path / "card.pdf")]) == 2
    assert main(["card", str(run), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] is None
    assert str(run.parent) not in file.read_text("utf-8")  # a card is passed on


@pytest.mark.slow
@on_every_screen
def test_the_page_fits_and_shows_names_as_they_are(
    run: Path, browser: webdriver.Chrome, tmp_path: Path, scheme: str, width: int
) -> None:
    page = card_of(classes=("<b>bold</b>", "قطة")).save(tmp_path / "card.html")
    visit(browser, page.as_uri(), scheme, width)
    assert "<b>bold</b>" in browser.find_element("tag name", "body").text
    page = catseye.card(run).save(tmp_path / "run.html")
    visit(browser, page.as_uri(), scheme, width)
