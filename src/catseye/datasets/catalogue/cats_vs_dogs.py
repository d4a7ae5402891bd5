"""Cats and dogs: Microsoft's archive of photographs from the Asirra captcha, one folder per class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TRAIN
from catseye.datasets.folders.listing import ListedPicture
from catseye.datasets.info import LABEL, Info
from catseye.datasets.preparation.entry import Archive, Entry
from catseye.datasets.preparation.storage import Photographs
from catseye.datasets.splits import SET_ASIDE
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path

_CLASSES = ("Cat", "Dog")
_PICTURE = re.compile(r"\d+\.jpg")  # beside them lie a Thumbs.db and texts


def listed(root: Path) -> list[ListedPicture]:
    """Return the pictures ``PetImages/<class>/<number>.jpg``.

    Raises
    ------
    CatseyeError
        There is none of a class.
    """
    photographs = []
    for name in _CLASSES:
        folder = root / "PetImages" / name
        paths = sorted(path for path in folder.glob("*.jpg") if _PICTURE.fullmatch(path.name))
        if not paths:
            raise CatseyeError(
                f"cats_vs_dogs: the archive holds no PetImages/{name}/<number>.jpg; provide an intact copy."
            )
        photographs += [ListedPicture(path, f"{name}/{path.name}", TRAIN, {LABEL: name}) for path in paths]
    return photographs


CATS_VS_DOGS = Entry(
    info=Info(
        name="cats_vs_dogs",
        version="1.0.0",
        versions=("1.0.0",),
        description="Photographs of cats and dogs in many sizes, a few of them broken.",
        address="https://www.microsoft.com/en-us/download/details.aspx?id=54765",
        shape=(None, None, 3),
        classes=_CLASSES,
        # Of 12,500 files per class; one of each cannot be decoded.
        splits={"train": 19_998, "test": 5_000},
        citation="J. Elson, J. R. Douceur, J. Howell, J. Saul: Asirra: a CAPTCHA that exploits interest-aligned manual "
        "image categorization. Proceedings of the 14th ACM Conference on Computer and Communications Security (CCS), "
        "2007.",
        licence="for research, by Microsoft's terms in the archive",
    ),
    # The sum is the one that GoMLX checks its download by.
    archives=(
        Archive(
            "kagglecatsanddogs_5340.zip",
            "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
        ),
    ),
    addresses=("https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/",),
    storage=Photographs(listed),
    notes=(f"cats_vs_dogs has no test split of its own: {SET_ASIDE}",),
)
