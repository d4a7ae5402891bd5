"""The maps in the documentation name files that exist, and the files around the code agree with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import catseye

ROOT = Path(__file__).parent.parent
SOURCE = Path(catseye.__file__).parent
PAGES = sorted(
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
)  # every page of documentation
FEWEST_BEHAVIOURS = 25


def is_there(path: str) -> bool:
    """Return whether a path that documentation names exists, in the package or in the checkout."""
    return (SOURCE / path).exists() or (ROOT / path).exists()


def test_the_map_in_readme_names_what_exists() -> None:
    block = (ROOT / "README.md").read_text().split("## Where things are", 1)[1].split("    src/catseye/\n", 1)[1]
    room, named = "", set()
    for line in block.split("\n\n")[0].splitlines():
        path, nested = line.split()[0], line.startswith(" " * 8)
        room = room if nested else path
        named.add(room + path if nested else path)
    assert {path for path in named if not (SOURCE / path).exists()} == set()
    rooms = {f"{path.name}/" for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert rooms - named == set()


def test_every_path_in_the_architecture_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    named = {path for path in re.findall(r"`([\w./]+)`", text) if path.endswith((".py", "/", ".toml"))}
    assert {path for path in named if not is_there(path)} == set()
    behaviours = text.split("| behaviour | file |", 1)[1].count("\n| ")
    assert behaviours >= FEWEST_BEHAVIOURS


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    targets = re.findall(r"\]\(([^)#\s]+)\)", path.read_text())
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_modules_that_a_page_names_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    for name in set(re.findall(r"(?:from|import) (catseye[\w.]*)", text)):
        parts = name.split(".")[1:]
        assert is_there("/".join(parts)) or is_there("/".join(parts) + ".py"), name


def test_the_citation_is_of_this_version() -> None:
    text = (ROOT / "CITATION.cff").read_text()
    fields = dict(re.findall(r"^([\w-]+): *(.+)$", text, re.M))
    assert fields["cff-version"] == "1.2.0"
    assert fields["version"].strip('"') == catseye.__version__
    assert {"message", "title", "license"} <= set(fields)
    assert re.search(r"^authors:\n  - name: ", text, re.M)


def test_the_changelog_has_this_version() -> None:
    assert f"## [{catseye.__version__}]" in (ROOT / "CHANGELOG.md").read_text()
