"""Parameterisations: the numbers that are learned for an ideal picture, and how they become pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from catseye.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Callable

FOURIER, PIXELS = "fourier", "pixels"

# The directions in which colours vary most, a column each (near enough light against dark, red against blue, green
# against purple), as long as the standard deviation along them: eigenvectors and the roots of the eigenvalues of the
# covariance of the pixels' RGB values, 0 to 1, in 400 of the photographs of cats_vs_dogs (seed 0), each resized to 128
# pixels.
_COLOURS = (
    (0.2440, 0.0743, 0.0167),
    (0.2461, -0.0062, -0.0375),
    (0.2405, -0.0691, 0.0214),
)
_COARSE, _FINE = 11, 56  # waves per picture, the threshold at the start and at the end
_START = 0.01  # standard deviation of the noise that the Fourier parameterisation starts from
_PIXELS_START = 1.0  # a random picture: the mean difference between neighbours is a quarter of the range


@dataclass(frozen=True, eq=False)
class Parameterisation:
    """Numbers to learn, and the picture that they represent.

    Attributes
    ----------
    values : torch.Tensor
        Values that gradient ascent changes; noise at first.
    paint : Callable
        Function from ``values`` and the amount of detail to a picture as ``picture`` returns it.
    """

    values: torch.Tensor
    paint: Callable[[torch.Tensor, float], torch.Tensor]

    def picture(self, detail: float = 1.0) -> torch.Tensor:
        """Return the current picture, float32 (1, C, H, W), 0 to 255, differentiable.

        ``detail`` rises from 0, coarse shapes only, to 1, everything; not every parameterisation can leave some out.
        """
        return self.paint(self.values, detail)


def pixels(shape: tuple[int, int, int], generator: torch.Generator) -> Parameterisation:
    """Return independent pixels, each 255 times the logistic function of one number.

    Parameters
    ----------
    shape
        Height, width, channels.
    generator
        Draws the noise at the start, around the middle grey.
    """
    height, width, channels = shape
    noise = torch.randn(1, channels, height, width, generator=generator) * _PIXELS_START
    return Parameterisation(noise.requires_grad_(), lambda values, _: _shown(values))


def fourier(shape: tuple[int, int, int], generator: torch.Generator) -> Parameterisation:
    """Return the amplitudes of waves in decorrelated colours (Olah et al. 2017, doi:10.23915/distill.00007).

    Each amplitude is divided by its wave's frequency, as amplitudes fall in photographs: a step of the same length in
    every number then changes coarse shapes more than fine ones, and the whole picture at once. Waves shorter than a
    soft threshold are left out; it falls from an eleventh of the picture to a 56th as detail rises, so that coarse
    shapes are decided first.
    """
    height, width, channels = shape
    down, across = torch.fft.fftfreq(height)[:, None], torch.fft.rfftfreq(width)[None]
    frequencies = (down**2 + across**2).sqrt().clamp(min=1 / max(height, width))
    scales = (math.sqrt(height * width) / 4 / frequencies)[..., None]
    colours = _colours() if channels == 3 else torch.ones(1, 1)

    def paint(values: torch.Tensor, detail: float) -> torch.Tensor:
        threshold = _COARSE * (_FINE / _COARSE) ** detail / max(height, width)
        kept = 1 / (1 + (frequencies / threshold) ** 4)
        waves = torch.view_as_complex(values * scales) * kept
        return _shown(torch.einsum("ij,bjhw->bihw", colours, torch.fft.irfft2(waves, s=(height, width))))

    noise = torch.randn(1, channels, *frequencies.shape, 2, generator=generator) * _START
    return Parameterisation(noise.requires_grad_(), paint)


def _colours() -> torch.Tensor:
    """Return the directions of colour as columns, the first of length 1.

    The others are lengthened to the root of their share: with the lengths found in photographs, pictures are pale.
    """
    colours = torch.tensor(_COLOURS)
    lengths = colours.norm(dim=0)
    vivid: torch.Tensor = colours / lengths * (lengths / lengths[0]).sqrt()
    return vivid


def _shown(values: torch.Tensor) -> torch.Tensor:
    return 255 * values.sigmoid()


PARAMETERISATIONS: dict[str, Callable[[tuple[int, int, int], torch.Generator], Parameterisation]] = {
    FOURIER: fourier,
    PIXELS: pixels,
}


def make_parameterisation(name: str, shape: tuple[int, int, int], generator: torch.Generator) -> Parameterisation:
    """Return the parameterisation of this name, initialised with noise.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    if name not in PARAMETERISATIONS:
        raise unknown("parameterisation", name, PARAMETERISATIONS)
    return PARAMETERISATIONS[name](shape, generator)
