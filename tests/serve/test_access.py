"""Names allowed in the Host header."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from catseye.errors import UsageError
from catseye.serve.access import Access, read_host_name
from catseye.serve.refusal import RefusalError


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("cats.example", "cats.example"),
        ("Cats.Example.", "cats.example:8000"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("[2001:db8::1]", "[2001:db8::1]:443"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("10.0.0.7", "10.0.0.7:80"),
        ("my_service", "my_service"),
        ("*", "anything.example"),
    ],
)
def test_an_allowed_name_matches_the_host_header_that_browsers_send(given: str, sent: str) -> None:
    access = Access(frozenset([read_host_name(given)]))
    access.check_host(Headers({"host": sent}))
    with pytest.raises(RefusalError):
        Access(frozenset(["other.example"])).check_host(Headers({"host": sent}))


@pytest.mark.parametrize("given", ["http://x", "x:8000", "x/y", "", " ", "*.example", "a" * 64 + ".example", "a..b"])
def test_a_name_that_no_header_can_match_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="is not a host name"):
        read_host_name(given)
