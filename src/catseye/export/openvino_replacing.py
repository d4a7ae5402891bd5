"""Replacing OpenVINO's two files, which no system replaces in one step, so that they belong together at any moment."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from catseye.system.files import flush_file

if TYPE_CHECKING:
    from pathlib import Path

_PAGE = 4096  # bytes; constants stay as aligned as they were


def replace_openvino(made: Path, target: Path) -> None:
    """Replace ``target``, a graph, and the weights beside it by those of ``made``, which lie in a folder of their own.

    A graph says where in the file of weights each constant begins. So the weights are first replaced by a file that
    holds the old ones at their place and the new ones behind them, then the graph by one that refers to those, then the
    weights by the new ones alone, at both places, and so on: whatever is read between two steps, or left by a kill, is
    either the old model or the new one. All files are written before the first step.

    Raises
    ------
    OSError
        A file cannot be written or replaced.
    """
    weights, old = made.with_suffix(".bin"), target.with_suffix(".bin")
    sizes = [path.stat().st_size if path.exists() else 0 for path in (weights, old)]
    start = -(-max(sizes) // _PAGE) * _PAGE
    before, later, between = (made.with_name(name) for name in ("before", "later", "between"))
    _join(old if old.exists() else None, weights, start, before)
    _shift(made, start, later)
    _join(weights, weights, start, between)
    for path in (before, later, between):
        flush_file(path)
    for source, place in ((before, old), (later, target), (between, old), (made, target), (weights, old)):
        source.replace(place)


def _join(first: Path | None, second: Path, start: int, path: Path) -> None:
    """Write the first file's content and, from ``start`` on, the second's."""
    with path.open("xb") as file:
        for source, place in ((first, 0), (second, start)):
            if source:
                file.seek(place)
                with source.open("rb") as content:
                    shutil.copyfileobj(content, file)


def _shift(graph: Path, start: int, path: Path) -> None:
    """Write a graph whose constants begin ``start`` bytes later."""
    tree = ElementTree.parse(graph)
    for layer in tree.getroot().iter("layer"):
        if layer.get("type") == "Const":
            for data in layer.findall("data"):
                data.set("offset", str(int(data.attrib["offset"]) + start))
    tree.write(path, encoding="utf-8", xml_declaration=True)
