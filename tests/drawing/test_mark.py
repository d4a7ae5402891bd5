"""A file that Catseye wrote is recognised by its mark, as long as nobody changes it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from catseye.drawing.figure_file import write_figure
from catseye.drawing.film import encode_film
from catseye.drawing.mark import add_mark, is_unchanged, write_marked
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = (".png", ".svg", ".html", ".gif", ".PNG")


def write(path: Path, shade: int = 0) -> None:
    """Write a file as Catseye does, by its ending."""
    if path.suffix == ".gif":
        frames = [Image.new("RGB", (4, 3), (shade + 50 * number,) * 3) for number in range(2)]
        write_marked(path, encode_film(frames, 100, 100))
    else:
        write_figure(path, lambda: Figure((1, 1)), f"title {shade}", ("words",))


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_written_is_recognised_until_a_byte_changes(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"figure{ending}"
    write(path)
    assert is_unchanged(path)
    content = path.read_bytes()
    for at in (5, len(content) // 2, len(content) - 30, len(content) - 1):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert not is_unchanged(path), at
    for other in (content + b"\n", content[:-1], content[:40], b"", b"x", content + content):
        path.write_bytes(other)
        assert not is_unchanged(path)


def test_a_mark_on_other_content_is_not_enough(tmp_path: Path) -> None:
    one, other = tmp_path / "one.html", tmp_path / "other.html"
    write(one)
    write(other, 1)
    assert is_unchanged(one)
    assert is_unchanged(other)
    mine = other.read_text().replace("words", "my own")
    other.write_text(mine)
    assert "written by Catseye" in mine
    assert not is_unchanged(other)


def test_an_edited_picture_that_keeps_its_comment_is_not_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    write(path)
    with Image.open(path) as image:
        edited = image.copy()  # reads all of it
        kept = PngInfo()
        kept.add_text("Comment", image.info["Comment"])
    assert image.info["Comment"].startswith("written by Catseye")
    edited.putpixel((3, 3), (255, 0, 0, 255))
    edited.save(path, pnginfo=kept)
    assert not is_unchanged(path)


def test_the_files_still_are_what_they_were(tmp_path: Path) -> None:
    for ending in (".png", ".gif", ".svg"):
        write(tmp_path / f"figure{ending}")
    with Image.open(tmp_path / "figure.png") as image:
        assert image.size == (150, 150)
        image.load()
    with Image.open(tmp_path / "figure.gif") as film:
        assert film.n_frames == 2  # type: ignore[attr-defined]
        film.seek(1)
        assert film.convert("RGB").getpixel((1, 1)) == (50, 50, 50)
    assert ElementTree.parse(tmp_path / "figure.svg").getroot().tag.endswith("svg")


def test_the_mark_changes_no_pixel() -> None:
    buffer = io.BytesIO()
    Image.linear_gradient("L").save(buffer, "PNG")
    with Image.open(io.BytesIO(add_mark(buffer.getvalue(), ".png"))) as marked:
        assert marked.tobytes() == Image.linear_gradient("L").tobytes()


def test_what_is_no_file_of_ours_is_not_recognised(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "link.png").symlink_to(tmp_path / "nothing.png")
    (tmp_path / "mine.txt").write_text("written by Catseye")
    Image.new("L", (3, 3)).save(tmp_path / "mine.png")
    for name in ("folder.png", "link.png", "mine.txt", "mine.png", "none.png"):
        assert not is_unchanged(tmp_path / name)


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match="cannot be written"):
        write_marked(tmp_path / "none" / "figure.html", b"<p>")
