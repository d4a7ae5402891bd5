"""One file from the web: resumed after a dropped connection, checked, and only then moved into place."""

from __future__ import annotations

import logging
import time
from typing import IO, TYPE_CHECKING

from catseye.errors import CatseyeError
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import requests

log = logging.getLogger("catseye")

SECONDS_BEFORE_RETRY = (1, 3)
SECONDS_OF_SILENCE = 30
_OK = 200
_SERVER_FAULT = 500
_RANGE_NOT_SATISFIABLE = 416


def download(url: str, target: Path, is_right: Callable[[Path], bool]) -> None:
    """Fetch ``url`` into ``target``, which appears only when it is whole and ``is_right`` says so.

    A dropped connection or a fault of the server is tried again after a moment, from where it stopped; what
    arrived stays in ``<target>.part`` for the next call as well.

    Raises
    ------
    CatseyeError
        The address is dead, or gives another file; the message is a short reason without the address.
    """
    part = target.with_name(target.name + ".part")
    for seconds in (*SECONDS_BEFORE_RETRY, None):
        resumed = part.exists() and part.stat().st_size > 0
        reason, hopeless = _attempt(url, part)
        if not reason and is_right(part):
            part.replace(target)
            return
        if not reason:
            part.unlink()
            # A continued file may have begun as another one: that deserves a try from the start.
            reason, hopeless = "the file received is not the official one", not resumed
        if hopeless or seconds is None:
            raise CatseyeError(reason)
        log.info("%s: %s; trying again", url, reason)
        time.sleep(seconds)


def _attempt(url: str, part: Path) -> tuple[str, bool]:
    """Fetch what is missing of ``part``; return the reason of a failure ("" for none) and if it is hopeless."""
    import requests
    from urllib3.exceptions import NewConnectionError

    try:
        _stream(url, part)
    except requests.HTTPError as error:
        status = error.response.status_code
        if status == _RANGE_NOT_SATISFIABLE:
            part.unlink()
        return f"HTTP status {status}", status < _SERVER_FAULT and status != _RANGE_NOT_SATISFIABLE
    except requests.ConnectTimeout:
        return "no answer", True
    except requests.ConnectionError as error:
        # Never connected (an unknown host, a closed port): the next mirror is the better try.
        unreachable = isinstance(getattr(error.args[0], "reason", None), NewConnectionError)
        return ("no connection" if unreachable else "the connection was dropped"), unreachable
    except requests.RequestException as error:
        return f"the connection was dropped ({type(error).__name__})", False
    except OSError as error:
        raise CatseyeError(f"{part} cannot be written: {error.strerror}.") from error
    return "", False


def _stream(url: str, part: Path) -> None:
    from pooch import HTTPDownloader

    with part.open("ab") as file, progress(f"fetching {part.stem}", 0, unit="bytes") as advance:
        start = file.tell()
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        fetch = HTTPDownloader(
            progressbar=_Bar(advance),
            timeout=SECONDS_OF_SILENCE,
            headers=headers,
            hooks={"response": lambda response, **_: _restart_if_whole(response, file)},
        )
        fetch(url, file, None)


def _restart_if_whole(response: requests.Response, file: IO[bytes]) -> None:
    # 206 continues where we asked; 200 means that the server sends the whole file, whatever we asked.
    if response.status_code == _OK:
        file.truncate(0)


class _Bar:
    """What pooch expects of a progress bar."""

    def __init__(self, advance: Callable[[int], None]) -> None:
        self.total = 0
        self.update = advance

    def reset(self) -> None:
        """Pooch fills its bar at the end; ours disappears instead."""
        self.update = lambda _: None

    def close(self) -> None:
        """Nothing to close."""
