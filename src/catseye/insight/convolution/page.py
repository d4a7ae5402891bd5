"""A convolution by hand as one page with a slider, which needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup
from PIL import Image

from catseye.drawing.grids import LARGEST_GRID, cell_colours, response_image
from catseye.drawing.numbers import exact
from catseye.drawing.page import write_page
from catseye.images.encode import data_uri, encode_png
from catseye.insight.convolution.example import CHANNELS
from catseye.insight.convolution.figure import by_channel, kind_of
from catseye.insight.convolution.pooling_words import difference_described, kept, pooling_described, pooling_name
from catseye.insight.convolution.words import around, covered, described, other_described

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats
    from catseye.insight.convolution.convolution import Step
    from catseye.insight.convolution.pooled_example import PooledExample
    from catseye.insight.convolution.pooling import Pooling
    from catseye.insight.convolution.worked_example import WorkedExample
    from catseye.networks.windows import Window

_STEPS, _NUMBERS = 400, 200_000  # at most, in the page
_LARGEST_PICTURE = 900  # pixels
_ROOM, _SCRIPT = "catseye.insight.convolution", "convolution.js"


def write_convolution_page(path: Path, worked: WorkedExample, most: int | None = None) -> None:
    """Write the page: at most ``most`` steps of the convolution and as many of the pooling, evenly spread."""
    data = _data(worked, most or most_on_page(worked))
    _write(path, worked.operation, worked.name, [*described(worked), other_described(worked)], data)


def write_pooling_page(path: Path, pooled: PooledExample, most: int | None = None) -> None:
    """Write the page of pooling alone: at most ``most`` steps, evenly spread."""
    data: dict[str, Any] = {
        "inputs": [],
        "output": None,
        "other": None,
        "channels": [],
        "kernel": None,
        "steps": [],
        "stepsInAll": 0,
    }
    pooling = _pooling_data(pooled.channels, pooled.pooling, "input", most or most_pooling_steps(pooled))
    lines = [*pooling_described(pooled), difference_described(pooled)]
    _write(path, pooling_name(pooled.pooling.kind), pooled.name, lines, data | pooling)


def _write(path: Path, operation: str, name: str, lines: list[str], data: dict[str, Any]) -> None:
    script = (files(_ROOM) / "templates" / _SCRIPT).read_text("utf-8")
    write_page(
        path,
        _ROOM,
        "convolution.html.j2",
        operation=operation,
        name=name,
        lines=lines,
        convolves=bool(data["steps"]),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        data=data,
    )


def most_on_page(worked: WorkedExample) -> int:
    """Return how many steps of each kind the page has unless told."""
    return min(_STEPS, max(2, _NUMBERS // (2 * worked.convolution.weights.size)))


def most_pooling_steps(pooled: PooledExample) -> int:
    """Return how many steps the page of pooling alone has unless told."""
    rows, columns = pooled.pooling.sliding.window
    return min(_STEPS, max(2, _NUMBERS // (len(pooled.channels) * rows * columns)))


def _data(worked: WorkedExample, most: int) -> dict[str, Any]:
    """Return what the script shows, every number in the words in which it is shown."""
    steps = [_step(worked, step) for step in worked.steps(most)]
    padded = worked.convolution.sliding.padded(worked.channels)
    names = [f"{name} " for name in CHANNELS] if len(padded) > 1 else [""]
    both = np.stack((worked.output, worked.other_output))  # which share one scale
    panels = {
        "inputs": [
            _panel(f"{name}input{around(worked)}", channel, worked.convolution.sliding, worked.shape, kind_of(name))
            for name, channel in zip(names, padded, strict=True)
        ],
        "output": _panel(worked.operation, worked.output, like=both),
        "other": None
        if worked.convolution.symmetric
        else _panel(worked.other_operation, worked.other_output, like=both),
    }
    pooled = {"pools": [], "poolingSteps": [], "poolingStepsInAll": 0, "poolingWord": ""}
    if worked.pooling:
        pooled = _pooling_data(worked.output[None], worked.pooling, worked.operation, most)
    return {
        **panels,
        **pooled,
        "channels": names,
        "kernel": _texts(worked.convolution.weights),
        "steps": steps,
        "stepsInAll": worked.output.size,
    }


def _pooling_data(channels: Floats, pooling: Pooling, name: str, most: int) -> dict[str, Any]:
    """Return what the script shows of the pooling of ``channels`` (C, H, W), which are called ``name``."""
    shape = channels.shape[1], channels.shape[2]
    pools = []
    for plane, channel in by_channel(channels):
        kind = kind_of(plane) if plane else "output"
        before = _panel(f"{plane}{name}", pooling.sliding.padded(channel, np.nan), pooling.sliding, shape, kind)
        after = _panel(f"{plane}{pooling_name(pooling.kind)}", pooling.output(channel), kind=kind)
        pools.append({"channel": plane, "before": before, "after": after})
    steps = [
        {
            "place": each[0].place,
            **dict(zip(("rows", "columns"), pooling.sliding.covered(each[0].place), strict=True)),
            "windows": [_texts(step.window) for step in each],
            "values": [exact(step.value) for step in each],
        }
        for each in zip(*(pooling.steps(channel, most) for channel in channels), strict=True)
    ]
    rows, columns = pooling.sliding.output_size(shape)
    return {
        "pools": pools,
        "poolingSteps": steps,
        "poolingStepsInAll": rows * columns,
        "poolingWord": kept(pooling),
    }


def _step(worked: WorkedExample, step: Step) -> dict[str, Any]:
    shape = worked.convolution.weights.shape
    rows, columns = worked.convolution.sliding.covered(step.place)
    return {
        "place": step.place,
        "rows": rows,
        "columns": columns,
        "covered": covered(worked, step.place),
        "windows": [_texts(values) for values in step.window.reshape(-1, *shape)],
        "products": [_texts(values) for values in step.products.reshape(-1, *shape)],
        "sum": exact(step.sum),
    }


def _panel(
    name: str,
    values: Floats,
    sliding: Window | None = None,
    inside: Any = None,
    kind: str = "output",
    like: Floats | None = None,
) -> dict[str, Any]:
    """Return a matrix as numbers with the colours that a figure has, or as a picture where it is large.

    ``kind`` is ``"input"``, ``"output"``, or the name of a plane, in whose colour it is shown; ``like``: values whose
    scale an output shares.
    """
    (top, bottom), (left, right) = sliding.padding_for(inside) if sliding else ((0, 0), (0, 0))
    panel: dict[str, Any] = {
        "name": name,
        "rows": values.shape[0],
        "columns": values.shape[1],
        "margins": [top, bottom, left, right],
    }
    if max(values.shape) <= LARGEST_GRID:
        return panel | {"numbers": _texts(values), "colours": cell_colours(values, kind, like)}
    picture = (
        response_image(np.nan_to_num(values), like) if kind == "output" else _input_image(np.nan_to_num(values), kind)
    )
    smallest, largest = (exact(float(find(values))) for find in (np.nanmin, np.nanmax))
    return panel | {"picture": _address(picture), "smallest": smallest, "largest": largest}


def _input_image(values: Floats, kind: str) -> Image.Image:
    """Return an input in greys, or as the plane of this name."""
    low, high = min(0.0, float(values.min())), max(float(values.max()), 1.0)
    high = max(high, 255.0) if high > 1 and low == 0 else high
    grey = Image.fromarray(((values - low) / (high - low) * 255).round().astype(np.uint8))
    if kind not in CHANNELS:
        return grey
    black = Image.new("L", grey.size)
    return Image.merge("RGB", [grey if name == kind else black for name in CHANNELS])


def _address(image: Image.Image) -> str:
    image.thumbnail((_LARGEST_PICTURE, _LARGEST_PICTURE))
    return data_uri(encode_png(image), "png")


def _texts(values: Floats) -> list[list[str]]:
    return [[exact(value) for value in row] for row in values.tolist()]
