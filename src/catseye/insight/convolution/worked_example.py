"""A convolution worked through on one input: the input, every step, the output."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from catseye.errors import PictureError, UsageError
from catseye.images.decoding import decode
from catseye.insight.convolution.convolution import Convolution, as_input
from catseye.insight.convolution.example import CHANNELS, JSON_STEPS, Example, check_most
from catseye.insight.convolution.kernels import DRAWING
from catseye.insight.convolution.matrices import ENDINGS, parsed, read_matrix, read_npy, to_array
from catseye.insight.convolution.matrix_text import is_matrix
from catseye.insight.convolution.size_formula import size_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Floats
    from catseye.insight.convolution.convolution import Step
    from catseye.insight.convolution.pooling import Pooling, PoolingStep

DRAWING_NAME = "drawing"


@dataclass(frozen=True, eq=False, repr=False)
class WorkedExample(Example):
    """An input with the convolution and the pooling that it goes through.

    Attributes
    ----------
    name : str
        Name of the input.
    values : float64 (H, W) or (3, H, W)
        Numbers, or a picture's values from 0 to 255: grey, or red, green and blue.
    convolution : Convolution
    pooling : Pooling, optional
    most : int, optional
        How many steps of each kind are shown, at most, evenly spread; by default as many as suit the form.

    Raises
    ------
    UsageError
        The kernel does not fit into the input, or the pooling's window into the output.
    """

    convolution: Convolution
    pooling: Pooling | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        check_most(self.most)
        super().__post_init__()
        size = self.convolution.output_size(self.shape)
        if self.pooling:
            try:
                self.pooling.sliding.output_size(size)
            except UsageError as error:
                raise UsageError(f"pooling of the {size[0]}×{size[1]} output: {error}") from None

    def __repr__(self) -> str:
        sizes = [self.shape, self.output.shape, *([] if self.pooled is None else [self.pooled.shape])]
        path = " to ".join("×".join(map(str, size)) for size in sizes)
        pooled = f" and {self.pooling.kind} pooling" if self.pooling else ""
        return f"WorkedExample({self.operation}{pooled} of {self.name}, {path})"

    @cached_property
    def responses(self) -> Floats:
        """Each channel's output (C, rows, columns)."""
        return self.convolution.responses(self.values)

    @cached_property
    def output(self) -> Floats:
        """The convolution's output (rows, columns)."""
        return self.convolution.output(self.values)

    @cached_property
    def other_output(self) -> Floats:
        """The output had the kernel been turned, or not."""
        return self.convolution.other.output(self.values)

    @cached_property
    def pooled(self) -> Floats | None:
        """The pooled output, if there is pooling."""
        return self.pooling.output(self.output) if self.pooling else None

    @property
    def operation(self) -> str:
        """What is computed."""
        return "convolution" if self.convolution.true else "cross-correlation"

    @property
    def other_operation(self) -> str:
        """What would be with the kernel turned, or not."""
        return "cross-correlation" if self.convolution.true else "convolution"

    def steps(self, most: int | None = None) -> Iterator[Step]:
        """Yield the convolution's steps, at most ``most``, evenly spread."""
        return self.convolution.steps(self.values, most)

    def pooling_steps(self, most: int | None = None) -> Iterator[PoolingStep]:
        """Yield the pooling's steps, at most ``most``, evenly spread; none where there is no pooling."""
        return self.pooling.steps(self.output, most) if self.pooling else iter(())

    def to_json(self) -> dict[str, Any]:
        """Return input, kernel, outputs and steps, at most 1,000 of each kind unless told, as JSON values."""
        most = self.most or JSON_STEPS
        rows, columns = self.output.shape
        both = {self.operation: self.output, self.other_operation: self.other_output}
        return {
            "input": self.name,
            "input_size": list(self.shape),
            "channels": len(self.channels),
            "operation": self.operation,
            "kernel": self.convolution.weights.tolist(),
            "output": self.output.tolist(),
            "output_size": [rows, columns],
            "formula": size_json(self.convolution.sliding, self.shape),
            "cross_correlation": both["cross-correlation"].tolist(),
            "convolution": both["convolution"].tolist(),
            "steps_in_all": rows * columns,
            "steps": [step.to_json() for step in self.steps(most)],
            "pooled": self._pooled_json(most),
        }

    def _pooled_json(self, most: int) -> dict[str, Any] | None:
        if self.pooling is None or self.pooled is None:
            return None
        return {
            "kind": self.pooling.kind,
            "output": self.pooled.tolist(),
            "output_size": list(self.pooled.shape),
            "steps_in_all": self.pooled.size,
            "steps": [step.to_json() for step in self.pooling_steps(most)],
        }


def read_input(source: Any, *, colour: bool = False) -> Floats:
    """Return the input that is meant.

    Parameters
    ----------
    source
        ``"drawing"``, the path of a picture or of a file with a matrix, or a matrix as text; a Pillow image; an array,
        a tensor or lists: a matrix (H, W), or a picture uint8 (H, W, 3).
    colour
        Whether a picture is red, green and blue (3, H, W), not grey (H, W); its values go from 0 to 255.

    Raises
    ------
    UsageError
        It is none of these, or no matrix of finite numbers.
    PictureError
        The picture cannot be used.
    """
    if isinstance(source, Path):
        source = str(source)
    if not isinstance(source, str):
        return _values(source, colour=colour)
    if not source.strip():
        raise UsageError("the input is empty.")
    if source == DRAWING_NAME:
        return DRAWING.copy()
    path = Path(source)
    exists = _exists(path)
    if not exists and is_matrix(source):
        return parsed(source)
    if path.suffix.lower() == ".npy" and exists:
        return _values(read_npy(path), colour=colour)
    if path.suffix.lower() in ENDINGS and exists:
        return read_matrix(path)
    if not exists:
        raise UsageError(
            f"there is no file {source}; the input is {DRAWING_NAME} (a cat of 5×4 pixels), a picture, a .csv, .txt "
            'or .npy file, or a matrix such as "1 2 3; 4 5 6".'
        )
    if path.is_dir():
        raise PictureError(source, "is a folder; name one picture in it")
    return _picture(decode(path), colour=colour)


def _values(source: Any, *, colour: bool) -> Floats:
    """Return the values of an image, an array or lists."""
    if isinstance(source, Image.Image):
        return _picture(decode(source), colour=colour)
    array = to_array(source)
    if array.ndim == 3 and array.dtype == np.uint8 and array.shape[2] == len(CHANNELS):
        return _picture(Image.fromarray(array), colour=colour)
    return as_input(array)


def _picture(image: Image.Image, *, colour: bool) -> Floats:
    """Return a picture's values, grey (H, W) or red, green and blue (3, H, W)."""
    if colour and image.mode == "RGB":
        return np.asarray(image, np.float64).transpose(2, 0, 1)
    return np.asarray(image.convert("L"), np.float64)


def input_name(source: Any) -> str:
    """Return what an input is called: a file's name without its folders, or that it is a matrix or a picture."""
    if isinstance(source, Path):
        return source.name
    if not isinstance(source, str):
        picture = isinstance(source, Image.Image) or (isinstance(source, np.ndarray) and source.ndim == 3)
        return "the picture" if picture else "the matrix"
    if source == DRAWING_NAME or _exists(Path(source)):
        return Path(source).name
    return "the matrix"


def is_picture_file(source: str) -> bool:
    """Say whether an input that could be read is the file of a picture."""
    path = Path(source)
    return source != DRAWING_NAME and path.suffix.lower() not in ENDINGS and _exists(path)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a long matrix is not a file name
        return False
