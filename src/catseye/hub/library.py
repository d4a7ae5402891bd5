"""Hugging Face's own library, which finds the login or ``HF_TOKEN`` itself, with its errors in one line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from catseye._version import __version__
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.hub.repository import Repository

_REFUSED = {401: "you are not logged in, or the token is not valid", 403: "the token does not allow this"}


def open_hub() -> Any:
    """Return the hub's client; raise `ModuleNotFoundError` if its library is not installed."""
    from huggingface_hub import HfApi

    return HfApi(library_name="catseye", library_version=__version__)


@contextmanager
def translate_errors(repository: Repository) -> Iterator[None]:
    """Turn the library's errors into Catseye's, without URLs, requests or anything that could contain a token."""
    from huggingface_hub import errors

    name = repository.name
    try:
        yield
    except CatseyeError:
        raise
    except errors.GatedRepoError as error:
        raise CatseyeError(f"{name} is gated: request access on its page, and log in with `hf auth login`.") from error
    except errors.RepositoryNotFoundError as error:
        raise CatseyeError(
            f"there is no repository {name}, or it is private and you are not logged in (`hf auth login` or HF_TOKEN)."
        ) from error
    except errors.RevisionNotFoundError as error:
        raise CatseyeError(f"{name} has no revision {repository.revision}.") from error
    except errors.OfflineModeIsEnabled as error:
        raise CatseyeError("HF_HUB_OFFLINE is set, so the hub cannot be used; unset it.") from error
    except errors.HfHubHTTPError as error:
        raise CatseyeError(f"{name}: {_describe_error(error)}.") from error
    except errors.HTTPError as error:  # type: ignore[attr-defined]
        raise CatseyeError(f"{name}: the hub cannot be reached ({type(error).__name__}).") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise CatseyeError(f"{name}: the transfer failed ({type(error).__name__}); nothing was changed.") from error


def _describe_error(error: Any) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status in _REFUSED:
        return f"{_REFUSED[status]}; log in with `hf auth login`, or set HF_TOKEN to a token with write access"
    return f"the hub answered with HTTP status {status}" if status else "the hub did not answer as expected"
