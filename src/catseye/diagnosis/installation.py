"""Which packages, weights and data sets are installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from platform import python_version
from re import match, sub
from typing import TYPE_CHECKING

from catseye._version import __version__
from catseye.datasets.loading import find, is_prepared, names
from catseye.datasets.preparation.locate import local_path, user_folder
from catseye.diagnosis.diagnosis import Extra
from catseye.errors import EXTRAS, CatseyeError, install_line
from catseye.networks.names import BACKBONES
from catseye.networks.pretrained_weights import is_installed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FOR_DEVELOPERS = ("test", "check")  # extras that users do not need
# Packages whose names are not their module's with hyphens.
_PACKAGES = {"sklearn": "scikit-learn", "multipart": "python-multipart", "huggingface_hub": "huggingface_hub"}


def read_versions() -> dict[str, str | None]:
    """Return the versions of Python, Catseye and each of its dependencies; ``None`` where one is not installed.

    The dependencies of extras are listed even if the installation's own metadata are older than the extra.
    """
    found: dict[str, str | None] = {"Python": python_version(), "Catseye": __version__}
    try:
        lines = requires("catseye") or []
    except PackageNotFoundError:  # run from a source checkout
        lines = []
    for line in lines:
        name, _, condition = line.partition(";")
        known = match(r"[\w.-]+", name.strip())
        if known and known[0] != "catseye" and not any(f"'{extra}'" in condition for extra in _FOR_DEVELOPERS):
            found[known[0]] = _find_version(known[0])
    listed = set(map(_normalise, found))
    further = (package for packages in EXTRAS.values() for package in list_packages(packages))
    return found | {package: _find_version(package) for package in further if _normalise(package) not in listed}


def list_packages(modules: Iterable[str]) -> tuple[str, ...]:
    """Return the packages that contain modules, each once."""
    return tuple(dict.fromkeys(_PACKAGES.get(module, module.replace("_", "-")) for module in modules))


def list_extras() -> tuple[Extra, ...]:
    """Return every extra, with the packages that are missing."""
    return tuple(_inspect_extra(name, packages) for name, packages in EXTRAS.items())


def find_weights(home: Path) -> tuple[str, ...]:
    """Return the backbones whose weights are on this machine."""
    return tuple(name for name in BACKBONES if is_installed(name, home))


def find_datasets(home: Path) -> dict[str, bool]:
    """Return by name whether a data set can be loaded offline."""
    return {name: is_prepared(name, data_dir=home) or _has_archives(name, home) for name in names()}


def _inspect_extra(name: str, packages: dict[str, str]) -> Extra:
    by_name: dict[str, bool] = {}
    for module, title in packages.items():  # a package may be listed with two modules, of which one is enough
        by_name[title] = by_name.get(title, False) or find_spec(module) is not None
    missing = tuple(title for title, is_there in by_name.items() if not is_there)
    return Extra(name, not missing, missing, install_line(name))


def _normalise(package: str) -> str:
    return sub(r"[-_.]+", "-", package).lower()


def _find_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _has_archives(name: str, home: Path) -> bool:
    entry = find(name)
    if not entry.archives:  # part of an installed package
        return find_spec("sklearn") is not None
    try:
        user = user_folder(None)
    except CatseyeError:  # CATSEYE_ARCHIVES names no folder
        user = None
    return all(local_path(name, archive, user, home / "downloads" / name) for archive in entry.archives)
