"""Names with versions."""

import pytest

from catseye.datasets.catalogue.versions import newest, split_name
from catseye.errors import UsageError

VERSIONS = ("1.0.0", "1.2.0", "1.10.0", "2.0.1")


@pytest.mark.parametrize(
    ("pattern", "version"),
    [
        ("", "2.0.1"),
        ("1.*.*", "1.10.0"),
        ("1.2.*", "1.2.0"),
        ("*.*.0", "1.10.0"),
        ("*.*.*", "2.0.1"),
        ("1.0.0", "1.0.0"),
    ],
)
def test_the_newest_fitting_version_is_taken_by_number_not_by_letter(pattern: str, version: str) -> None:
    assert newest("data", pattern, VERSIONS) == version


@pytest.mark.parametrize("pattern", ["3.*.*", "1.0.1"])
def test_an_unknown_version_lists_what_exists(pattern: str) -> None:
    with pytest.raises(UsageError, match=r"there is 1\.0\.0, 1\.2\.0, 1\.10\.0, 2\.0\.1"):
        newest("data", pattern, VERSIONS)


@pytest.mark.parametrize("pattern", ["1", "1.x.0", "latest", "1.*"])
def test_a_malformed_version_is_said_to_be_one(pattern: str) -> None:
    with pytest.raises(UsageError, match="is not a version"):
        newest("data", pattern, VERSIONS)


def test_a_name_is_divided_at_the_colon() -> None:
    assert split_name("mnist:1.*.*") == ("mnist", "1.*.*")
    assert split_name("mnist") == ("mnist", "")
