"""Findings about the classes themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import catseye
from catseye.quality.finding import Kind
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from pathlib import Path


def test_names_that_look_alike_are_a_finding_and_a_note(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"Cat": 3, "cat": 3, "caf\u00e9": 3, "cafe\u0301": 3})
    checkup = catseye.check(tmp_path)
    found = checkup.of(Kind.LOOK_ALIKE_NAMES)
    assert [finding.classes for finding in found] == [("Cat", "cat"), ("cafe\u0301", "caf\u00e9")]
    assert found[0].reason == "'Cat' and 'cat' look alike"
    assert "the class names 'Cat' and 'cat' look alike, but are separate classes." in checkup.notes
    assert {"look_alike_names"} <= {finding["kind"] for finding in checkup.to_json()["findings"]}
    assert json.dumps(checkup.to_json())


def test_classes_that_may_be_splits_are_a_finding(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"part1/a": 2, "part1/b": 2, "part2/a": 2, "part2/b": 2})
    (finding,) = catseye.check(tmp_path).of(Kind.SPLIT_LIKE_CLASSES)
    assert finding.classes == ("part1", "part2")
    assert "hold the same folders (a, b)" in finding.reason


def test_plain_classes_pass_both(tmp_path: Path) -> None:
    passed = catseye.check(draw_folder(tmp_path, {"a": 3, "b": 3})).passed
    assert {"every class looks like one", "no class names look alike"} <= set(passed)
