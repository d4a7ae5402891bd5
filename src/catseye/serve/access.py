"""Who may send requests: checked by their Host and Origin headers and a token."""

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
    """What a request must show to be answered.

    Attributes
    ----------
    hosts : frozenset of str or None
        Names by which the server may be called, ``"*"`` for any; ``None``: not checked, as the application
        is mounted in another, which checks them.
    only_local : bool
        Whether IP addresses must be of this machine. A page elsewhere that points its own name at this machine
        (DNS rebinding) always sends a name.
    token : str or None
        What has to follow ``Authorization: Bearer``.
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
        """Raise `RefusalError` if a request is meant for another server, or comes from another server's page."""
        host = headers.get("host", "")
        if self.hosts is not None and not self._is_ours(_name_in(f"//{host}")):
            raise RefusalError(
                BAD, "The Host header names another server; the server's owner can allow more names with --allow-host."
            )
        origin = headers.get("origin")
        if origin is not None and _place_in(origin) != _place_in(f"//{host}"):
            raise RefusalError(403, "Requests from other servers' pages (Origin) are refused.")

    def check_token(self, headers: Headers) -> None:
        """Raise `RefusalError` unless a request has the token, if there is one."""
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

    def _is_ours(self, name: str) -> bool:
        if self.hosts is None or ANY_HOST in self.hosts or name in self.hosts or name == _LOCAL:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not self.only_local


def read_host_name(given: str) -> str:
    """Return a name for the Host header as it is compared: in lower case, and in ASCII (IDNA).

    Raises
    ------
    UsageError
        It is not a name or an IP address, so that no Host header could match it.
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
        raise UsageError(f"{given!r} is not a host name; give the name alone, without http://, port and path.")
    return name


def is_local(host: str) -> bool:
    """Say whether a server that listens on this address can be reached from its own machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == _LOCAL


def _name_in(address: str) -> str:
    """Return the name or IP address of a host without its port; empty for an invalid one."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _place_in(address: str) -> str:
    """Return a host with its port, in lower case; for an invalid address ``"?"``, which no host is called."""
    try:
        return urlsplit(address).netloc.lower() or "?"
    except ValueError:
        return "?"
