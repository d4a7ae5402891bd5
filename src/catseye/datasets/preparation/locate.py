"""Where the archives of a data set are: the user's folder, the system's, or the official addresses."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, UsageError
from catseye.system.downloads import download
from catseye.system.files import is_folder

if TYPE_CHECKING:
    from catseye.datasets.preparation.entry import Archive, Entry

SYSTEM = Path("/usr/share/datasets")


@dataclass(frozen=True)
class Found:
    """An archive that was found.

    Attributes
    ----------
    path : Path
    official : bool
        Whether it has the official content.
    """

    path: Path
    official: bool


def user_folder(archives: str | Path | None) -> Path | None:
    """Return the folder of the user's own copies: the argument, else ``CATSEYE_ARCHIVES``, else none.

    Raises
    ------
    UsageError
        It does not exist.
    """
    given = archives or os.environ.get("CATSEYE_ARCHIVES")
    if not given:
        return None
    folder = Path(given).expanduser()
    if not is_folder(folder):
        raise UsageError(f"there is no folder {folder}; --archives takes the folder that holds <data set>/<file>.")
    return folder


def local_path(name: str, archive: Archive, user: Path | None, downloads: Path) -> Path | None:
    """Return the archive's first copy on this machine, in the order user, system, earlier download."""
    folders = [user / name] if user else []
    folders += [SYSTEM / name.replace("_", "-"), downloads]
    return next((folder / archive.name for folder in folders if (folder / archive.name).is_file()), None)


def locate_archives(entry: Entry, user: Path | None, downloads: Path) -> dict[str, Found]:
    """Return every archive of ``entry`` by its name, downloading into ``downloads`` what is not on this machine.

    Raises
    ------
    CatseyeError
        An archive is nowhere; the message says what was tried and how to bring a copy.
    """
    found = {}
    for archive in entry.archives:
        path = local_path(entry.info.name, archive, user, downloads)
        found[archive.name] = (
            Found(path, archive.is_official(path)) if path else _from_the_web(entry, archive, downloads)
        )
    return found


def _from_the_web(entry: Entry, archive: Archive, downloads: Path) -> Found:
    downloads.mkdir(parents=True, exist_ok=True)
    target = downloads / archive.name
    tried = []
    for address in entry.addresses:
        try:
            download(address + archive.name, target, archive.is_official)
        except CatseyeError as error:
            tried.append(f"{address} ({error})")
        else:
            return Found(target, official=True)
    name = entry.info.name
    raise CatseyeError(
        f"{archive.name} of {name} is not on this machine and could not be fetched: tried {', '.join(tried)}.\n"
        f"Bring your own copies as DIR/{name}/{archive.name} and say --archives DIR."
    )
