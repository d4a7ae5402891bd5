"""Oxford-IIIT Pet: photographs of 37 breeds of cats and dogs, labelled by breed and by species.

Layout: ``images/<breed>_<number>.jpg``; ``annotations/trainval.txt`` and ``annotations/test.txt`` with lines
``name class species breed``, where class counts the 37 breeds from 1, species is 1 for cats and 2 for dogs, and breed
counts within the species.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TEST, TRAIN
from catseye.datasets.folders.listing import ListedPicture
from catseye.datasets.info import LABEL, Info
from catseye.datasets.preparation.entry import Archive, Entry
from catseye.datasets.preparation.storage import Photographs
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILES = {TRAIN: "annotations/trainval.txt", TEST: "annotations/test.txt"}
# Letters and a number: no such name points outside its folder.
_LINE = re.compile(r"(?P<name>(?P<breed>[A-Za-z_]{1,60})_\d{1,9}) (?P<number>\d{1,2}) (?P<species>[12]) \d{1,2}")
_LONGEST_SHOWN = 60
_SPECIES = ("cat", "dog")
_BREEDS = (
    "Abyssinian",
    "american bulldog",
    "american pit bull terrier",
    "basset hound",
    "beagle",
    "Bengal",
    "Birman",
    "Bombay",
    "boxer",
    "British Shorthair",
    "chihuahua",
    "Egyptian Mau",
    "english cocker spaniel",
    "english setter",
    "german shorthaired",
    "great pyrenees",
    "havanese",
    "japanese chin",
    "keeshond",
    "leonberger",
    "Maine Coon",
    "miniature pinscher",
    "newfoundland",
    "Persian",
    "pomeranian",
    "pug",
    "Ragdoll",
    "Russian Blue",
    "saint bernard",
    "samoyed",
    "scottish terrier",
    "shiba inu",
    "Siamese",
    "Sphynx",
    "staffordshire bull terrier",
    "wheaten terrier",
    "yorkshire terrier",
)


def listed(root: Path) -> list[ListedPicture]:
    """Return the pictures that the annotations name, whether their files are there or not.

    Raises
    ------
    CatseyeError
        An annotation file is missing or has a malformed line, or a picture is named twice.
    """
    photographs: dict[str, ListedPicture] = {}
    for split, file in _FILES.items():
        for where, line in _lines(root, file):
            photograph = _photograph(root, split, line, where)
            if photograph.place in photographs:
                raise CatseyeError(f"{where}: {photograph.place} is named a second time; provide an intact copy.")
            photographs[photograph.place] = photograph
    return list(photographs.values())


def _lines(root: Path, file: str) -> Iterator[tuple[str, str]]:
    """Yield where each line of an annotation file stands, and the line."""
    try:
        text = (root / file).read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise CatseyeError(
            f"oxford_iiit_pet: {file} cannot be read ({error.strerror}); provide an intact copy."
        ) from error
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not lines:
        raise CatseyeError(f"oxford_iiit_pet: {file} lists no pictures; provide an intact copy.")
    yield from ((f"oxford_iiit_pet: {file}, line {number}", line) for number, line in lines)


def _photograph(root: Path, split: str, line: str, where: str) -> ListedPicture:
    match = _LINE.fullmatch(line)
    if match is None:
        raise CatseyeError(f"{where}: expected 'name class species breed', got {line[:_LONGEST_SHOWN]!a}.")
    number, breed = int(match["number"]), match["breed"].replace("_", " ")
    if not 1 <= number <= len(_BREEDS) or _BREEDS[number - 1] != breed:
        raise CatseyeError(f"{where}: class {number} is not that of the breed {breed}.")
    place = f"images/{match['name']}.jpg"
    return ListedPicture(root / place, place, split, {LABEL: breed, "species": _SPECIES[int(match["species"]) - 1]})


# The sums of the files are those that their users agree on (torchvision's prototypes, mira). The second address is
# where the first one leads to.
OXFORD_IIIT_PET = Entry(
    info=Info(
        name="oxford_iiit_pet",
        version="1.0.0",
        versions=("1.0.0",),
        description="Photographs of cats and dogs of 37 breeds, about 200 of each.",
        address="https://www.robots.ox.ac.uk/~vgg/data/pets/",
        shape=(None, None, 3),
        classes=_BREEDS,
        splits={TRAIN: 3_680, TEST: 3_669},
        citation="O. M. Parkhi, A. Vedaldi, A. Zisserman, C. V. Jawahar: Cats and dogs. IEEE Conference on Computer "
        "Vision and Pattern Recognition (CVPR), 2012.",
        licence="CC BY-SA 4.0",
        other_labels={"species": _SPECIES},
    ),
    archives=(
        Archive("images.tar.gz", "67195c5e1c01f1ab5f9b6a5d22b8c27a580d896ece458917e61d459337fa318d"),
        Archive("annotations.tar.gz", "52425fb6de5c424942b7626b428656fcbd798db970a937df61750c0f1d358e91"),
    ),
    addresses=("https://www.robots.ox.ac.uk/~vgg/data/pets/data/", "https://thor.robots.ox.ac.uk/pets/"),
    storage=Photographs(listed),
)
