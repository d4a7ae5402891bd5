"""Writing an archive's members into a folder, and recording those that are left out."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from catseye.datasets.left_out import LeftOut
from catseye.errors import CatseyeError
from catseye.images.decoding import is_hidden

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.datasets.preparation.member import Member

_COPIED_BYTES = 2**20
_MOST_STEPS = 40  # from link to link, as on Linux
# What a file system says of a name that it cannot keep: too long, or with letters that it does not allow.
_UNKEEPABLE = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)


class Writer:
    """Writes members into a folder, no more bytes than there is room for.

    Parameters
    ----------
    archive
        For errors.
    folder
        Empty.
    room
        In bytes.

    Attributes
    ----------
    skipped : list of LeftOut
        What was not written, by its place in the archive.
    """

    def __init__(self, archive: Path, folder: Path, room: int) -> None:
        self.skipped: list[LeftOut] = []
        self._archive = archive
        self._folder = folder
        self._room = room
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._links: dict[str, str] = {}

    def write(self, member: Member) -> None:
        """Write a file or hard link; remember a symbolic link until all files are there.

        Raises
        ------
        CatseyeError
            There is no room for it, or it is a hard link to nothing.
        """
        if member.place in self._files or member.place in self._links:
            self._skip(member.place, "a later member with the same name is used")
            self._forget(member.place)
        if member.hard and member.link is not None:
            if member.link not in self._files:
                raise CatseyeError(
                    f"{self._archive} is incomplete or damaged: its member {member.place!r} is a hard link to "
                    f"{member.link!r}, which does not come before it; provide an intact copy."
                )
            self._link(member.place, member.link)
        elif member.link is not None:
            self._links[member.place] = member.link
        elif member.source is None:
            self._skip(member.place, "neither a file nor a folder")
        else:
            source = member.source
            self._take_room(member.size)
            self._make(member.place, lambda target: _copy(source, target, member.size))

    def follow_links(self) -> None:
        """Make each symbolic link the file that it leads to; those to folders are left out."""
        for place, target in self._links.items():
            end = target
            for _ in range(_MOST_STEPS):
                end = self._links.get(end, end)
            if end in self._files:
                self._link(place, end)
            elif end in self._links:
                self._skip(place, "a link that leads back to itself")
            elif end in self._folders or not end:
                self._skip(place, f"a link to the folder {end or self._archive.name}; its content is not repeated")
            else:
                self._skip(place, "a broken link")

    def _link(self, place: str, target: str) -> None:
        source = self._folder / target
        self._take_room(source.stat().st_size)  # as much as a copy would take

        def link(new: Path) -> None:
            try:
                new.hardlink_to(source)
            except OSError:  # a file system without hard links
                shutil.copyfile(source, new)

        self._make(place, link)

    def _make(self, place: str, make: Callable[[Path], None]) -> None:
        """Make a file with ``make``; a name that the file system does not accept is skipped."""
        target = self._folder / place
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                same = "this file system treats its name as another member's"
                clash = "a folder has the same name" if target.is_dir() else same
                self._skip(place, clash)
                return
            make(target)
        except (FileExistsError, NotADirectoryError):
            self._skip(place, "its folder has the same name as a file")
        except UnicodeEncodeError:
            self._skip(place, "its name is not text")
        except OSError as error:
            if error.errno not in _UNKEEPABLE:
                raise
            self._skip(place, f"the file system cannot store its name ({error.strerror})")
        else:
            self._files.add(place)
            self._folders.update(parent.as_posix() for parent in PurePosixPath(place).parents)

    def _forget(self, place: str) -> None:
        self._links.pop(place, None)
        if place in self._files:
            self._files.remove(place)
            (self._folder / place).unlink()  # a hard link to it keeps the content

    def _take_room(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise CatseyeError(f"{self._archive} would unpack to more than the free space; nothing was kept.")

    def _skip(self, place: str, reason: str) -> None:
        if not any(is_hidden(Path(step)) for step in PurePosixPath(place).parts):
            self.skipped.append(LeftOut(place, reason))


def _copy(source: IO[bytes], target: Path, size: int) -> None:
    with target.open("xb") as file:
        # A header can lie about the size: never copy more than it said.
        while size > 0 and (part := source.read(min(size, _COPIED_BYTES))):
            file.write(part)
            size -= len(part)
