"""Access control by the Host and Origin headers and by a token."""

from __future__ import annotations

import hmac
import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from catseye.errors import UsageError
from catseye.serve.refusal import BAD, RefusalError

if TYPE_CHECKING:
    from starlette.datastructures import Headers

_LOCAL = "localhost"
_TOKEN = re.compile(r"[!-~]+")
_HOST_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
ANY_HOST = "*"


@dataclass(frozen=True)
class Access:
    """What a request needs to be answered.

    Attributes
    ----------
    hosts : frozenset of str or None
        Names allowed in the Host header, ``"*"`` for any; ``None``: not checked, because the application is mounted in
        another one, which checks them.
    only_local : bool
        Whether IP addresses must be loopback ones. A page that points its own name at this machine (DNS rebinding)
        always sends a name.
    token : str or None
        What must follow ``Authorization: Bearer``.
    """

    hosts: frozenset[str] | None = None
    only_local: bool = True
    token: str | None = None

    def __post_init__(self) -> None:
        if self.token is not None and not (isinstance(self.token, str) and _TOKEN.fullmatch(self.token)):
            raise UsageError(
                "a token is one or more ASCII letters, digits and punctuation marks, without spaces; clients cannot "
                "reliably send anything else. Choose one that is hard to guess, or None for no token."
            )

    def check_host(self, headers: Headers) -> None:
        """Raise `RefusalError` if the Host header names another server, or the request is cross-origin."""
        host = headers.get("host", "")
        if self.hosts is not None and not self._is_allowed_host(_read_host(f"//{host}")):
            raise RefusalError(BAD, "The Host header names another server; --allow-host allows more names.")
        origin = headers.get("origin")
        if origin is not None and _read_netloc(origin) != _read_netloc(f"//{host}"):
            raise RefusalError(403, "Cross-origin requests (Origin header) are refused.")

    def check_token(self, headers: Headers) -> None:
        """Raise `RefusalError` if a token is required and the request does not have it."""
        if self.token is None:
            return
        scheme, _, given = headers.get("authorization", "").partition(" ")
        is_right = hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), self.token.encode())
        if scheme.lower() != "bearer" or not is_right:
            raise RefusalError(
                401,
                "This server requires a token, sent as Authorization: Bearer TOKEN.",
                {"WWW-Authenticate": "Bearer"},
            )

    def _is_allowed_host(self, name: str) -> bool:
        if self.hosts is None or ANY_HOST in self.hosts or name in self.hosts or name == _LOCAL:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not self.only_local


def read_host_name(given: str) -> str:
    """Return an allowed name in the form in which Host headers are compared: in lower case and ASCII (IDNA).

    Raises
    ------
    UsageError
        It is neither a name nor an IP address, so no Host header could match it.
    """
    if given == ANY_HOST:
        return given
    try:
        return str(ipaddress.ip_address(given.removeprefix("[").removesuffix("]")))
    except ValueError:
        pass
    try:
        name = given.encode("idna").decode().lower().rstrip(".")
    except UnicodeError:
        name = ""
    if not _HOST_NAME.fullmatch(name):
        raise UsageError(f"{given!r} is not a host name; give the name alone, without http://, port or path.")
    return name


def is_local(host: str) -> bool:
    """Say whether a server that listens on this address can be reached only from its own machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == _LOCAL


def _read_host(address: str) -> str:
    """Return the host name or IP address, without the port; empty if it is invalid."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _read_netloc(address: str) -> str:
    """Return a host with its port, in lower case; ``"?"``, which is no valid host, for an invalid address."""
    try:
        return urlsplit(address).netloc.lower() or "?"
    except ValueError:
        return "?"
