"""An ASGI application to mount in another, or to run with any server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.arguments import received, with_checked_arguments
from catseye.classifier.classifier import Classifier
from catseye.errors import UsageError, with_short_traceback
from catseye.serve.access import Access
from catseye.serve.extra import require_extra
from catseye.serve.limits import Limits
from catseye.serve.models import (
    FIRST_VERSION,
    NAME_RULE,
    Models,
    ServedModel,
    Source,
    is_name,
    load_served,
    read_sources,
    warm_up,
)
from catseye.serve.request_log import RequestLog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import ASGIApp


@with_short_traceback
@with_checked_arguments
def create_application(
    models: str | Path | Classifier | Sequence[str | Path] | Mapping[str, Classifier | str | Path],
    *,
    limits: Limits | None = None,
    token: str | None = None,
    log: str | Path | None = None,
    quiet: bool = True,
) -> ASGIApp:
    """Return an ASGI application that serves classifiers, to be mounted in another or run by any ASGI server.

    Parameters
    ----------
    models
        A run, a classifier's file, a backbone's name or a classifier; several in a list, also as ``"NAME=RUN"`` and
        ``"NAME:VERSION=RUN"``; or by name in a dict. All are loaded and warmed up before this returns.
    limits
        What clients may send, and how long they wait.
    token
        ASCII without spaces, which clients must send as ``Authorization: Bearer TOKEN``; ``None``: not required.
    log
        File to which a line of JSON is appended for each picture; ``catseye drift`` reads it.
    quiet
        Do not log to stderr.

    Raises
    ------
    UsageError
        Two models have the same name and version, there are none, or a value is invalid.
    CatseyeError
        A classifier cannot be loaded, the log cannot be written, or a package that a server needs is not installed.

    Examples
    --------
    With Starlette or FastAPI, and a run in ``my-run``:

    >>> from starlette.applications import Starlette
    >>> from starlette.routing import Mount
    >>> import catseye
    >>> app = Starlette(routes=[Mount("/cats", catseye.serve.create_application("my-run"))])
    """
    if not isinstance(limits, Limits | None):
        raise UsageError(f"limits must be catseye.serve.Limits(…); got {received(limits)}.")
    access = Access(token=token)
    require_extra()
    from catseye.serve.application import build_application

    served = _load(models)
    given = [] if isinstance(models, Classifier | dict) else _many(models)
    return build_application(
        Models(served), limits or Limits(), access, RequestLog(Path(log) if log else None, is_quiet=quiet), given
    )


def _load(models: object) -> list[ServedModel]:
    """Load the models in any of the accepted forms."""
    if isinstance(models, Classifier):
        models = {"classifier": models}
    if not isinstance(models, dict):
        return [load_served(source) for source in read_sources(_many(models))]
    found: list[ServedModel] = []
    for name, one in models.items():
        if not is_name(name):
            raise UsageError(f"a model's name is {NAME_RULE}; got {received(name)}.")
        if isinstance(one, Classifier):
            found.append(warm_up(ServedModel(Source(name, FIRST_VERSION, None), one)))
        else:
            found += [load_served(source) for source in read_sources([f"{name}={one}"])]
    return found


def _many(models: Any) -> list[str | Path]:
    return list(models) if isinstance(models, list | tuple) else [models]
