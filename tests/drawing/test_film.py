"""A film has its frames in order, for as long as asked, and begins again."""

from __future__ import annotations

import io

from PIL import Image

from catseye.drawing.film import encode_film


def test_frames_of_several_sizes_stand_in_white_and_the_last_one_rests() -> None:
    frames = [Image.new("RGB", size, colour) for size, colour in (((4, 3), "red"), ((2, 5), "blue"), ((4, 3), "lime"))]
    with Image.open(io.BytesIO(encode_film(frames, 120, 900))) as film:
        assert (film.size, film.n_frames, film.info["loop"]) == ((4, 5), 3, 0)  # type: ignore[attr-defined]
        seen = []
        for number in range(3):
            film.seek(number)
            seen.append(
                (film.info["duration"], film.convert("RGB").getpixel((0, 0)), film.convert("RGB").getpixel((3, 4)))
            )
    white = (255, 255, 255)
    assert seen == [(120, (255, 0, 0), white), (120, (0, 0, 255), white), (900, (0, 255, 0), white)]


def test_one_frame_is_a_film_too() -> None:
    with Image.open(io.BytesIO(encode_film([Image.new("RGB", (4, 3), "red")], 120, 900))) as film:
        assert film.size == (4, 3)
