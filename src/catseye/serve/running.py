"""What ``catseye serve`` does: load the models, listen, print the address, answer."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import ssl
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, UsageError
from catseye.serve.access import Access, is_local
from catseye.serve.extra import require_extra
from catseye.serve.models import Models, load_served, read_sources
from catseye.serve.request_log import RequestLog
from catseye.serve.settings import SHARED_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from catseye.serve.settings import Settings


def serve(given: Sequence[str], settings: Settings, say: Callable[[str], None]) -> None:
    """Serve classifiers until SIGTERM or Ctrl+C.

    Parameters
    ----------
    given
        ``RUN``, ``NAME=RUN`` or ``NAME:VERSION=RUN``.
    settings
    say
        Called with the address, once, when the first request can be answered.

    Raises
    ------
    UsageError
        There is no such classifier, or two are called the same.
    CatseyeError
        A classifier is damaged, the address is in use, or the certificate cannot be used.
    """
    require_extra()
    _check_certificate(settings)
    with _listen(settings.host, settings.port) as listening, _shared_metrics(settings.workers):
        log = RequestLog(settings.log, is_quiet=settings.quiet)
        models = Models([load_served(source) for source in read_sources(given)])
        address = _address(listening, settings)

        def answer(ready: Callable[[], None], parent: int | None = None) -> None:
            from catseye.serve.application import build_application
            from catseye.serve.server import run_server

            hosts = frozenset(name.lower() for name in (settings.host, *settings.allowed))
            access = Access(hosts, is_local(settings.host), settings.token)
            app = build_application(models, settings.limits, access, log, given)
            run_server(app, listening, settings, ready, parent)

        if settings.workers == 1:
            answer(lambda: say(address))
            return
        from catseye.serve.workers import Workers

        Workers(settings.workers, answer, _forget_metrics).run(lambda: say(address))


@contextmanager
def _shared_metrics(workers: int) -> Iterator[None]:
    """Let several processes add up what they count, in a folder that is removed at the end."""
    if workers == 1:
        yield
        return
    folder = tempfile.mkdtemp(prefix="catseye-metrics-")
    os.environ[SHARED_FOLDER] = folder  # prometheus_client looks once, when it is loaded
    try:
        yield
    finally:
        del os.environ[SHARED_FOLDER]
        shutil.rmtree(folder, ignore_errors=True)


def _forget_metrics(process: int) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(process)  # type: ignore[no-untyped-call]


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CatseyeError(f"cannot listen at {host}, port {port}: {reason}. Choose another with --port.") from error
    listening.set_inheritable(False)
    return listening


def _address(listening: socket.socket, settings: Settings) -> str:
    """Return the address to open: for 0.0.0.0 and ::, that of this machine."""
    host, port = settings.host, listening.getsockname()[1]
    try:
        number = ipaddress.ip_address(host)
        if number.is_unspecified:
            host = "127.0.0.1" if number.version == 4 else "::1"
    except ValueError:
        pass
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.certificate else 'http'}://{host}:{port}"


def _check_certificate(settings: Settings) -> None:
    if settings.certificate is None and settings.key is None:
        return
    if settings.certificate is None:
        raise UsageError("a key needs its certificate: --certificate FILE.")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.certificate, settings.key)
    except (ssl.SSLError, OSError) as error:
        raise CatseyeError(
            f"the certificate {settings.certificate} and its key cannot be used: {error.strerror or error}."
        ) from error
