"""Replacing OpenVINO's two files, which cannot be done in one step, so that they match at any moment."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from catseye.system.files import flush_file

if TYPE_CHECKING:
    from pathlib import Path

_PAGE = 4096  # bytes; constants keep their alignment


def replace_openvino(made: Path, target: Path) -> None:
    """Replace ``target``, a graph, and the weights beside it with those of ``made``, which are in another folder.

    A graph states the offset of each constant in the file of weights. So the weights are first replaced with a file
    that holds the old ones at their offsets and the new ones behind them, then the graph with one that refers to the
    latter, then the weights with the new ones at both offsets, and so on: whatever is read between two steps, or left
    by a kill, is either the old model or the new one. All files are written before the first step.

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
    """Write the first file's content and, from offset ``start`` on, the second's."""
    with path.open("xb") as file:
        for source, place in ((first, 0), (second, start)):
            if source:
                file.seek(place)
                with source.open("rb") as content:
                    shutil.copyfileobj(content, file)


def _shift(graph: Path, start: int, path: Path) -> None:
    """Write a graph with all constants ``start`` bytes later."""
    tree = ElementTree.parse(graph)
    for layer in tree.getroot().iter("layer"):
        if layer.get("type") == "Const":
            for data in layer.findall("data"):
                data.set("offset", str(int(data.attrib["offset"]) + start))
    tree.write(path, encoding="utf-8", xml_declaration=True)
