"""The card of a classifier with a file that it was exported to: what the file says, and nothing that it cannot say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import pytest

import catseye
from catseye.cli import main
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.paired_accuracy import PairedCounts
from catseye.export.exported_file import read_exported
from catseye.export.metadata import describe_export
from catseye.export.quantisation import Calibrated, Quantisation, Speed
from catseye.export.view import describe_quantisation
from catseye.model_card.markdown import to_markdown
from tests.model_card.cards import card_of

if TYPE_CHECKING:
    from catseye.runs.run import Run

COSTS = Quantisation(
    128, PairedCounts(180, 3, 2, 15), 0.98, 0.2, 0.01, (Calibrated(0.3, 0.02), Calibrated(0.31, 0.03)), (0.1, 0.2),
    (15_200_000, 5_300_000), Speed(4.0, 2.0, 2.0, (1.9, 2.1)),
)  # fmt: skip
CHECKED = {
    "runtime": "openvino 2026.4.1", "checked": 72, "equal_classes": 1.0, "ties": 0, "largest_difference": 1e-6,
    "unfamiliarity_difference": None,
}  # fmt: skip
DESCRIPTION = card_of().description


def entries(**changed: Any) -> dict[str, str]:
    """Return the metadata of a quantised export, as its format describes it; ``None`` leaves an entry out."""
    found: dict[str, Any] = {
        **describe_export(DESCRIPTION, "picture"),
        "checked": json.dumps([CHECKED]),
        "quantised": json.dumps(COSTS.to_json()),
    }
    return {name: value for name, value in (found | changed).items() if value is not None}


def write_xml(path: Path, values: dict[str, str]) -> Path:
    inside = "".join(f"<{name} value={quoteattr(value)} />" for name, value in values.items())
    path.write_text(f"<net><layers /><rt_info>{inside}</rt_info></net>", "utf-8")
    return path


def test_written_metadata_is_read_back(tmp_path: Path) -> None:
    found = read_exported(write_xml(tmp_path / "m.xml", entries()), DESCRIPTION)
    assert found.quantisation == COSTS
    assert found.to_json()["checked"] == [CHECKED]
    plain = read_exported(write_xml(tmp_path / "m.xml", entries(quantised=None)), DESCRIPTION)
    assert plain.quantisation is None


def test_the_card_says_that_a_file_is_quantised_and_what_that_costs(tmp_path: Path) -> None:
    found = read_exported(write_xml(tmp_path / "m.xml", entries()), DESCRIPTION)
    words = to_markdown(replace(card_of(), exported=found)).partition("## The exported file m.xml")[2]
    words = words.partition("\n## ")[0]
    assert "Format: OpenVINO. Its network is quantised to 8 bits (int8)" in words
    assert "91.5 %" in words  # 183 of 200
    assert "91 %" in words.replace("91.0 %", "91 %")  # 182 of 200
    assert "−0.5 points (95 % interval" in words
    assert "15 MB" in words
    assert "5.3 MB" in words
    assert "openvino 2026.4.1" in words
    assert "int8): " not in to_markdown(card_of())
    plain = read_exported(write_xml(tmp_path / "p.xml", entries(quantised=None)), DESCRIPTION)
    assert "It computes in single precision" in to_markdown(replace(card_of(), exported=plain))


@pytest.mark.parametrize(
    ("sizes", "quartiles", "words"),
    [
        ((4, 1), (1.9, 2.1), ""),
        ((4, 4), (1.9, 2.1), "Quantised, it is not smaller."),
        ((4, 1), (0.9, 2.1), "Quantised, it is not clearly faster."),
        ((4, 5), (0.3, 0.4), "Quantised, it is not smaller or clearly faster."),
    ],
)
def test_the_card_says_where_quantisation_gains_nothing(
    sizes: tuple[int, int], quartiles: tuple[float, float], words: str
) -> None:
    said = describe_quantisation(replace(COSTS, bytes=sizes, speed=COSTS.speed._replace(quartiles=quartiles)))
    assert [part for part in said if str(part).startswith("Quantised, it is not")] == ([words] if words else [])


def test_the_file_of_another_classifier_is_refused(tmp_path: Path) -> None:
    path = write_xml(tmp_path / "m.xml", entries())
    others: list[dict[str, Any]] = [
        {"classes": ("dog", "cat")},
        {"provenance": {}},
        {"network_name": "conv 8, flatten"},
    ]
    for changed in others:
        with pytest.raises(CatseyeError, match=r"m\.xml was exported from another classifier; export this one\."):
            read_exported(path, replace(DESCRIPTION, **changed))


BROKEN: dict[str, dict[str, Any]] = {
    "no description": {"catseye": None},
    "description of another kind": {"catseye": "[1]"},
    "no JSON": {"checked": "{"},
    "deep": {"checked": "[" * 100_000},
    "a number for a list": {"checked": "3"},
    "a runtime with commands to a terminal": {"checked": json.dumps([CHECKED | {"runtime": "\x1b[2J"}])},
    "a long runtime": {"checked": json.dumps([CHECKED | {"runtime": "a" * 201}])},
    "a share above 1": {"checked": json.dumps([CHECKED | {"equal_classes": 1.5}])},
    "not a number": {"checked": json.dumps([CHECKED | {"largest_difference": float("nan")}])},
    "a negative count": {"quantised": json.dumps(COSTS.to_json() | {"both_right": -1})},
    "no pictures": {
        "quantised": json.dumps(
            COSTS.to_json() | dict.fromkeys(("both_right", "only_first_right", "only_second_right", "neither_right"), 0)
        )
    },
    "a text for a number": {"quantised": json.dumps(COSTS.to_json() | {"times_as_fast": "2"})},
    "one quartile": {"quantised": json.dumps(COSTS.to_json() | {"times_as_fast_quartiles": [1]})},
    "null": {"quantised": "null"},
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_file_that_no_export_wrote_is_refused_in_one_line(broken: str, tmp_path: Path) -> None:
    path = write_xml(tmp_path / "m.xml", entries(**BROKEN[broken]))
    with pytest.raises(CatseyeError, match=r"m\.xml was not written by catseye export, or has been changed since\."):
        read_exported(path, DESCRIPTION)


@pytest.mark.parametrize("content", [b"", b"<net", b"<net/>", b"\x00\xff" * 50, b"<net><rt_info/></net>"])
@pytest.mark.parametrize("name", ["m.xml", "m.onnx"])
def test_files_of_other_kinds_are_refused_in_one_line(name: str, content: bytes, tmp_path: Path) -> None:
    if name == "m.onnx":
        pytest.importorskip("onnx")
        pytest.importorskip("onnxruntime")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CatseyeError, match="was not written by catseye export"):
        read_exported(tmp_path / name, DESCRIPTION)
    with pytest.raises(CatseyeError, match=r"none.* cannot be read: No such file or directory"):
        read_exported(tmp_path / f"none.{name}", DESCRIPTION)


def test_a_file_without_records_of_its_checks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.onnx or \.xml; got m\.pt2"):
        read_exported(tmp_path / "m.pt2", DESCRIPTION)


@pytest.mark.slow  # an export runs a network on hundreds of pictures
def test_the_card_of_a_run_with_its_quantised_file(
    digits_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for package in ("onnx", "onnxruntime"):
        pytest.importorskip(package)
    out = tmp_path / "digits.onnx"
    export = catseye.export(digits_run, "onnx", out, quantise="int8", calibrate="digits")
    assert export.quantisation is not None
    card = catseye.card(digits_run, exported=out)
    assert card.exported is not None
    assert card.exported.quantisation == export.quantisation
    assert main(["card", str(digits_run.folder), "--exported", str(out)]) == 0
    assert "## The exported file digits.onnx" in capsys.readouterr().out
    assert main(["card", str(digits_run.folder), "--exported", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["exported"]["quantised"]["type"] == "int8"
    other = catseye.Classifier.load(digits_run.folder)  # type: ignore[arg-type]
    other = replace(other, calibration=replace(other.calibration, temperature=9.0))
    with pytest.raises(CatseyeError, match="was exported from another classifier"):
        catseye.card(other, exported=out)
