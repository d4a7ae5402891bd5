"""The certificate for HTTPS and its private key."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, UsageError
from catseye.system.files import is_there

if TYPE_CHECKING:
    from pathlib import Path


def check_certificate(certificate: Path | None, key: Path | None) -> None:
    """Check that a certificate and its key can be used, if they are given.

    Raises
    ------
    UsageError
        A file does not exist, or only the key is given.
    CatseyeError
        They are not a certificate and its key, or the key is encrypted.
    """
    if certificate is None:
        if key is not None:
            raise UsageError("--key needs the certificate that it belongs to: --certificate FILE.")
        return
    for path, option in ((certificate, "--certificate"), (key, "--key")):
        if path is not None and not is_there(path):
            raise UsageError(f"there is no file {path} ({option}).")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, _refuse)
    except (ssl.SSLError, OSError) as error:
        if key is None:
            raise CatseyeError(
                f"{certificate} is not a PEM file with a certificate and its private key; if the key is in a separate "
                "file, give that with --key."
            ) from error
        raise CatseyeError(
            f"{certificate} and {key} are not PEM files of a certificate and its private key: "
            f"{error.strerror or error}."
        ) from error


def _refuse() -> str:
    raise CatseyeError("the private key is encrypted; give an unencrypted copy that only this user can read.")
