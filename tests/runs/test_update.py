"""What an update changed, in words and as JSON."""

from __future__ import annotations

from catseye.evaluation.paired_accuracy import PairedCounts
from catseye.runs.update import Update

COUNTS = PairedCounts(both=30, only_first=2, only_second=12, neither=6)


def test_json_goes_both_ways_and_has_the_accuracies() -> None:
    update = Update("runs/one", 160, 1, 2, ("duck",), COUNTS)
    values = update.to_json()
    assert (values["counts"]["accuracy_before"], values["counts"]["accuracy_after"]) == (32 / 50, 42 / 50)
    assert Update.from_json(values) == update
    without = Update("runs/one", 1, 0, 0, (), None)
    assert Update.from_json(without.to_json()) == without


def test_the_words_say_what_was_added_and_what_that_changed() -> None:
    added, changed = Update("runs/one", 160, 1, 0, ("duck",), COUNTS).words
    assert added == "160 training pictures added, 1 label corrected, new: duck"
    # SciPy's binomtest(2, 14) gives 0.0129; the interval is Tango's.
    assert changed == (
        "accuracy on the same test pictures: 64.00 % before, 84.00 % after: +20.0 points (95 % interval 6.1 to 34.5, "
        "n = 50); McNemar's exact p = 0.013: more than chance would explain"
    )
    assert Update("r", 1, 0, 0, (), None).words == (
        "1 training picture added; there are no test pictures on which to compare before and after",
    )
