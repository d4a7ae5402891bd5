"""Pictures of every odd kind, on which an exported file must agree with the classifier."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from catseye.images.decoding import decode_content
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catseye.arrays import Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.images.preprocess import Preprocess

_SIDES = ((1, 1), (1, 2000), (2000, 1), (2, 3), (3, 700), (40, 30), (97, 61), (333, 500), (1536, 2048))
_RANDOM_SCENES = 48  # pictures of random size
_LARGEST_SIDE = 640  # of those, in pixels
_ORIENTATION = 0x0112  # EXIF tag


class NamedPixels(NamedTuple):
    """A decoded picture uint8 (H, W, 3), with its name."""

    name: str
    pixels: Pixels


def render_odd_pictures(preprocess: Preprocess) -> list[NamedPixels]:
    """Return rendered pictures of odd sizes, formats and contents, the same at every call.

    Those in odd file formats are encoded, and decoded like any other. The rest would not be changed by that.
    """
    random = np.random.default_rng(0)
    decoded = [
        NamedPixels(name, as_rgb(decode_content(content, name, value_range=preprocess.value_range)))
        for name, content in _encode_forms(random)
    ]
    return [*_render_scenes(preprocess, random), *decoded]


def add_odd_pictures(pictures: Sequence[NamedPixels], classifier: Classifier) -> list[NamedPixels]:
    """Return pictures, followed by the odd ones, on which every export is compared with its classifier."""
    with progress("rendering odd pictures", 0):
        return [*pictures, *render_odd_pictures(classifier.preprocess)]


def as_rgb(pixels: Pixels) -> Pixels:
    """Return a decoded picture uint8 (H, W, 1 or 3) in RGB."""
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


def _render_scenes(preprocess: Preprocess, random: np.random.Generator) -> Iterator[NamedPixels]:
    height, width = preprocess.height, preprocess.width
    exact = [(height, width), (height, width + 1), (2 * height, 2 * width)]
    for sides in (*_SIDES, *exact):
        yield NamedPixels(f"{sides[0]}×{sides[1]}", _render_scene(*sides, random))
    for number in range(_RANDOM_SCENES):
        rows, columns = random.integers(5, _LARGEST_SIDE, 2).tolist()
        yield NamedPixels(f"scene {number}", _render_scene(rows, columns, random))
    for value in (0, 255):
        yield NamedPixels(("black", "white")[value // 255], np.full((211, 307, 3), value, np.uint8))
    yield NamedPixels("noise", random.integers(0, 256, (260, 340, 3), np.uint8))


def _encode_forms(random: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    """Yield a scene in every mode and format that a file can have."""
    scene = Image.fromarray(_render_scene(240, 320, random))
    for mode in ("L", "1", "P", "LA", "RGBA", "CMYK"):
        form = "TIFF" if mode == "CMYK" else "PNG"
        yield mode, _encode(_with_alpha(scene, mode), form)
    deep = (np.asarray(scene.convert("L")).astype(np.uint16) << 8) + 77
    yield "16 bits", _encode(Image.fromarray(deep), "PNG")
    yield "JPEG", _encode(scene, "JPEG", quality=85)
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    yield "EXIF", _encode(scene, "JPEG", exif=exif)


def _with_alpha(scene: Image.Image, mode: str) -> Image.Image:
    if mode not in ("LA", "RGBA"):
        return scene.convert(mode)
    alpha = np.linspace(0, 255, scene.height).astype(np.uint8)[:, None].repeat(scene.width, axis=1)
    opaque = scene.convert("L" if mode == "LA" else "RGB")
    opaque.putalpha(Image.fromarray(alpha))
    return opaque


def _render_scene(height: int, width: int, random: np.random.Generator) -> Pixels:
    """Return gradients, discs and noise, so that there is detail at every scale."""
    rows, columns = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)
    values = np.empty((height, width, 3), np.float32)
    for channel in range(3):
        slope = random.uniform(-200, 200, 2)
        values[..., channel] = 128 + slope[0] * (rows / height - 0.5) + slope[1] * (columns / width - 0.5)
    for _ in range(5):
        top, left, radius = (
            random.uniform(0, height),
            random.uniform(0, width),
            random.uniform(0, max(height, width) / 3),
        )
        values[(rows - top) ** 2 + (columns - left) ** 2 < radius**2] = random.uniform(0, 255, 3)
    noise = random.standard_normal(values.shape, np.float32)
    noise *= random.uniform(0, 30)
    values += noise
    return np.clip(values, 0, 255).astype(np.uint8)


def _encode(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()
