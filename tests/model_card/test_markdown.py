"""A card as Markdown: an independent reader of Markdown and Hugging Face's own library get back what was meant."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from catseye.model_card.markdown import escape_markdown, to_markdown
from catseye.model_card.provenance import clean
from tests.model_card.cards import card_of

if TYPE_CHECKING:
    from pathlib import Path

READER = MarkdownIt("gfm-like", {"html": True, "linkify": False}).enable("table")
HOSTILE = (
    "<script>alert(1)</script>",
    "[cat](javascript:alert(1))",
    "![cat](http://example.com/a.png)",
    "a | b",
    "`cat`",
    "```",
    "# heading",
    "- item",
    "1. item",
    "***",
    "---",
    "~~dog~~ **dog** _dog_",
    "&lt;b&gt;",
    "\\",
    "http://example.com www.example.com",
)


def shown(markdown: str) -> str:
    """Return the text that a reader sees of Markdown which must not become anything but one paragraph."""
    html = READER.render(markdown)
    assert html.startswith("<p>")
    assert html.endswith("</p>\n")
    inside = html.removeprefix("<p>").removesuffix("</p>\n")
    assert "<" not in inside
    return unescape(inside)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_shown_as_it_is_and_does_nothing(text: str) -> None:
    assert shown(escape_markdown(text)) == text


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60))
def test_any_text_is_shown_as_it_is_with_its_blanks_reduced_to_single_ones(text: str) -> None:
    line = " ".join(re.sub(r"[^\S ]", " ", text).split())
    if line:
        assert shown(escape_markdown(text)) == line


@pytest.mark.parametrize("name", HOSTILE)
def test_a_class_name_keeps_to_its_cell(name: str) -> None:
    card = card_of(classes=(name, "other"))
    html = READER.render(to_markdown(card).split("---\n", 2)[2])
    assert "<script" not in html
    assert "<a " not in html
    assert "<img" not in html
    table = html.split("<table>")[-1]  # the last one: accuracy by class
    cells = [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", table)]
    assert len(cells) == 2 * 5
    assert cells[0] == name


def test_a_fence_is_longer_than_any_in_what_it_holds() -> None:
    markdown = to_markdown(replace(card_of(), command="catseye train '```\n# loud' --out RUN"))
    tokens = [token for token in READER.parse(markdown) if token.type == "fence"]
    assert [token.content for token in tokens if "loud" in token.content] == ["catseye train '``` # loud' --out RUN\n"]


def test_hugging_face_reads_the_front_matter(tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    file = tmp_path / "card.md"
    file.write_text(to_markdown(card_of(name='odd: "name" # x', right=9, examples=10)), "utf-8")
    data = hub.ModelCard.load(file).data
    assert (data.license, data.library_name, data.pipeline_tag) == ("unknown", "catseye", "image-classification")
    assert data.model_name == 'odd: "name" # x'
    accuracy, error = data.eval_results
    assert (accuracy.metric_type, accuracy.metric_value, accuracy.dataset_name) == ("accuracy", 0.9, "drawings")
    assert (error.metric_type, error.metric_value) == ("expected_calibration_error", 0.03)


@pytest.mark.parametrize(
    "name", [*HOSTILE, "it's", "größe", "yes", "null", "1.5", "2026-01-01", "a\nb: c", "\u202egnp"]
)
def test_hugging_face_reads_every_name_as_a_text(name: str, tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    file = tmp_path / "card.md"
    file.write_text(to_markdown(card_of(name=name, data={"name": name, "split": "train[:10%]"})), "utf-8")
    data = hub.ModelCard.load(file).data
    assert data.model_name == clean(name)
    (kind,) = {result.dataset_type for result in data.eval_results}
    assert kind == clean(name)
    assert {result.dataset_name for result in data.eval_results} == {f"{clean(name)} (train[:10%])"}


def test_hugging_face_would_write_the_same_index(tmp_path: Path) -> None:
    """Its own classes, filled by hand, make the same ``model-index`` of these results."""
    hub = pytest.importorskip("huggingface_hub")
    file = tmp_path / "card.md"
    file.write_text(to_markdown(card_of(right=9, examples=10)), "utf-8")
    where = {
        "task_type": "image-classification",
        "task_name": "Image classification",
        "dataset_type": "drawings",
        "dataset_name": "drawings",
        "dataset_split": "test",
    }
    results = [
        hub.EvalResult(metric_type="accuracy", metric_value=0.9, metric_name="Test accuracy", **where),
        hub.EvalResult(
            metric_type="expected_calibration_error", metric_value=0.03, metric_name="Calibration error", **where
        ),
    ]
    wanted = hub.ModelCardData(model_name="mine", eval_results=results)
    assert hub.ModelCard.load(file).data.to_dict()["model-index"] == wanted.to_dict()["model-index"]


def test_a_card_without_a_test_claims_none() -> None:
    markdown = to_markdown(card_of(examples=0))
    assert "model-index" not in markdown
    assert "accuracy on new pictures is unknown" in markdown
