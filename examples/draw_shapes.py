"""Draw a small folder of pictures with one folder per class: circles, squares and triangles on coloured ground."""

import random
import sys
from pathlib import Path

from PIL import Image, ImageDraw

SIDE = 48
COUNT = 60


def draw(shape: str, generator: random.Random) -> Image.Image:
    """Return one picture of ``shape`` at a random place, in random colours."""
    ground, ink = (tuple(generator.randrange(lowest, lowest + 128) for _ in range(3)) for lowest in (0, 128))
    image = Image.new("RGB", (SIDE, SIDE), ground)
    size = generator.randrange(14, 30)
    left, top = generator.randrange(SIDE - size), generator.randrange(SIDE - size)
    box = (left, top, left + size, top + size)
    pencil = ImageDraw.Draw(image)
    if shape == "circle":
        pencil.ellipse(box, fill=ink)
    elif shape == "square":
        pencil.rectangle(box, fill=ink)
    else:
        pencil.polygon([(left, top + size), (left + size, top + size), (left + size // 2, top)], fill=ink)
    return image


def main(folder: Path) -> None:
    """Write ``COUNT`` pictures of each shape below ``folder``."""
    generator = random.Random(0)
    for shape in ("circle", "square", "triangle"):
        (folder / shape).mkdir(parents=True, exist_ok=True)
        for number in range(COUNT):
            draw(shape, generator).save(folder / shape / f"{number}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
