"""What messages of errors say."""

import pytest

from catseye.errors import first_line, unknown


@pytest.mark.parametrize(
    ("error", "line"),
    [(ValueError("one\ntwo"), "one"), (EOFError(), "EOFError"), (ValueError("\ntwo"), "ValueError")],
)
def test_the_first_line_is_never_empty(error: Exception, line: str) -> None:
    assert first_line(error) == line


def test_an_unknown_name_comes_with_similar_ones_or_with_all() -> None:
    assert (
        str(unknown("network", "convent", ["dense", "convnet"])) == "unknown network 'convent'; did you mean convnet?"
    )
    assert str(unknown("split", "x", ["train", "test"])) == "unknown split 'x'; available: train, test."
