"""What a search says of itself, as JSON and as a table."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from catseye.runs.result import Result
from catseye.runs.search import Search, Trial
from catseye.runs.search_table import COLUMNS, describe_bounds, describe_columns, make_rows
from catseye.runs.view import view_run
from tests.runs.results import TRANSFERRED, run_of

DEFAULT = Trial(
    *("efficientnet_lite0", "efficientnet_lite0", False, False, 384_000_000, 1.5, 2.25, 0.5, 0.04),
    *(0.9, 259, "cross-validation"),
    why="worse than the best by more than chance would explain",
)
BETTER = replace(
    DEFAULT,
    name="efficientnet_lite1",
    backbone="efficientnet_lite1",
    gain=0.1,
    gain_error=0.02,
    chosen=True,
    why="chosen: the best",
)
WORSE = replace(DEFAULT, name="b", gain=-0.25, gain_error=0.125, why="not better")
LEFT = Trial("efficientnet_lite0, fine-tuned", "efficientnet_lite0", False, True, 384_000_000, why="not begun: why")
TUNED = replace(
    LEFT, seconds=200.0, loss=0.25, standard_error=0.125, accuracy=0.95, pictures=52, judged_by="validation pictures"
)
SEARCH = Search(60.0, "best", 12.5, (DEFAULT, BETTER, WORSE, LEFT), ("a note",))


def test_it_survives_json_and_so_does_its_run() -> None:
    assert Search.from_json(json.loads(json.dumps(SEARCH.to_json()))) == SEARCH
    result = replace(TRANSFERRED, search=SEARCH)
    values = json.loads(json.dumps(result.to_json()))
    assert values["search"]["trials"][1]["chosen"]
    assert values["search"]["trials"][3]["loss"] is None
    assert Result.from_json(values) == result


def test_a_run_from_before_there_were_searches_can_be_read() -> None:
    values = TRANSFERRED.to_json()
    del values["search"]
    assert Result.from_json(values) == TRANSFERRED


def test_the_table_has_what_was_tried_and_what_was_not() -> None:
    rows = make_rows(SEARCH)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert rows[0] == (
        *("efficientnet_lite0", "0.5000 ± 0.0400", "–", "90.00 %", "384 M", "1.5", "2.2"),
        "worse than the best by more than chance would explain",
    )
    assert rows[1][2] == "+0.1000 ± 0.0200"
    assert rows[2][2] == "−0.2500 ± 0.1250"
    assert rows[3][1:] == ("–", "–", "–", "384 M", "–", "–", "not begun: why")
    assert SEARCH.chosen is BETTER


@pytest.mark.parametrize(
    ("search", "says"),
    [
        (SEARCH, "The best of 3 tried within 60 s; trying took 12 s."),
        (
            replace(SEARCH, time_limit=0.0, size="small"),
            "The best of 3 tried without a limit of time and at no higher cost",
        ),
    ],
)
def test_its_bounds_are_said(search: Search, says: str) -> None:
    assert describe_bounds(search).startswith(says)


def test_the_words_of_a_run_say_what_was_kept() -> None:
    parts = view_run(run_of(replace(TRANSFERRED, search=SEARCH))).parts
    assert "The best of 3 tried within 60 s; trying took 12 s. Kept: efficientnet_lite1." in parts
    assert len(view_run(run_of(TRANSFERRED)).parts) == len(parts) - 1


def test_what_was_judged_on_other_pictures_is_said() -> None:
    assert "259 training pictures" in describe_columns(SEARCH)[0]
    assert "52 validation pictures" in describe_columns(replace(SEARCH, trials=(*SEARCH.trials[:3], TUNED)))[0]
