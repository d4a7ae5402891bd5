"""``catseye serve``: load the models, listen, print the address, serve."""

from __future__ import annotations

import errno
import ipaddress
import socket
from contextlib import nullcontext
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError
from catseye.serve.access import Access, is_local, read_host_name
from catseye.serve.certificate import check_certificate
from catseye.serve.extra import require_extra
from catseye.serve.models import Models, load_served, read_sources
from catseye.serve.request_log import RequestLog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from catseye.serve.settings import Settings


_PORT_ERRORS = (errno.EADDRINUSE, errno.EACCES)


def serve(runs: Sequence[str], settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve classifiers until SIGTERM or Ctrl+C.

    Parameters
    ----------
    runs
        ``RUN``, ``NAME=RUN`` or ``NAME:VERSION=RUN``.
    settings
    announce
        Called once with the address, when the server is ready.

    Raises
    ------
    UsageError
        There is no such classifier, two have the same name and version, or a setting is invalid.
    CatseyeError
        A classifier is damaged, the address is in use, or the certificate cannot be used.
    """
    require_extra()
    check_certificate(settings.certificate, settings.key)
    hosts = frozenset(read_host_name(name) for name in (settings.host, *settings.allowed))
    access = Access(hosts, is_local(settings.host), settings.token)
    with _listen(settings.host, settings.port) as listening, _share_metrics(settings.workers):
        log = RequestLog(settings.log, is_quiet=settings.quiet)
        models = Models([load_served(source) for source in read_sources(runs)])
        address = _format_address(listening, settings)

        def work(ready: Callable[[], None], parent: int | None = None) -> None:
            from catseye.serve.application import build_application
            from catseye.serve.server import run_server

            if parent is not None:
                models.warm_up_after_fork()
            app = build_application(models, settings.limits, access, log, runs)
            run_server(app, listening, settings, ready, parent)

        if settings.workers == 1:
            work(lambda: announce(address))
            return
        from catseye.serve.shared_metrics import forget_process
        from catseye.serve.workers import Workers

        Workers(settings.workers, work, forget_process).run(lambda: announce(address))


def _share_metrics(workers: int) -> AbstractContextManager[None]:
    """Return a context in which several workers share their metrics; a single one needs none."""
    if workers == 1:
        return nullcontext()
    from catseye.serve.shared_metrics import share_metrics

    return share_metrics()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(place)
        except BaseException:
            listening.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        is_port_error = isinstance(error, OverflowError) or getattr(error, "errno", None) in _PORT_ERRORS
        advice = "choose another port with --port" if is_port_error else "give an address of this machine with --host"
        raise CatseyeError(f"cannot listen on {host}, port {port}: {reason}; {advice}.") from error
    listening.set_inheritable(False)
    return listening


def _format_address(listening: socket.socket, settings: Settings) -> str:
    """Return the address to open: for 0.0.0.0 and ::, with the loopback address."""
    host, port = settings.host, listening.getsockname()[1]
    try:
        number = ipaddress.ip_address(host)
        if number.is_unspecified:
            host = "127.0.0.1" if number.version == 4 else "::1"
    except ValueError:
        pass
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.certificate else 'http'}://{host}:{port}"
