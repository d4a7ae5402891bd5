"""Networks in TOML files."""

from __future__ import annotations

from pathlib import Path

import pytest

from catseye.errors import UsageError
from catseye.networks import resolve_network
from catseye.networks.definition.definition_file import read_network_file


@pytest.mark.parametrize(
    ("content", "network"),
    [
        ('layers = "conv 8, pool"', "my_net: conv 8, pool"),
        ('layers = ["conv 8", "pool, flatten"]', "my_net: conv 8, pool, flatten"),
        ('name = "small one"\nlayers = """\nconv 8  # first\npool\n"""', "small one: conv 8, pool"),
        ('# mine\nlayers = ["conv 8", "2 × [conv 8 same] + input"]', "my_net: conv 8, 2 × [conv 8 same] + input"),
    ],
)
def test_layers_are_a_text_or_a_list_and_the_name_is_the_files(tmp_path: Path, content: str, network: str) -> None:
    path = tmp_path / "my_net.toml"
    path.write_text(content, "utf-8")
    assert str(read_network_file(path)) == network
    assert resolve_network(str(path)) == network
    assert resolve_network(network) == network


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "must hold layers, e.g. .* it holds nothing"),
        (b'layer = "conv 8"', "it holds layer"),
        (b'layers = "conv 8"\ncolour = "red"', "at most a name beside it; it holds colour"),
        (b"layers = 3", "layers is a text or a list of texts"),
        (b"layers = [3]", "layers is a text or a list of texts"),
        (b'layers = "conv 8"\nname = 3', "name is a text"),
        (b'layers = "conv 8"\nname = ""', "a network's name has"),
        (b'layers = "conv 8, lstm 3"', "no layer “lstm 3”"),
        (b"layers = []", "at least one layer"),
        (b"conv 8, pool", "is not TOML"),
        (b'layers = "conv 8', "is not TOML"),
        (b'layers = "conv 8 \xff"', "is not TOML"),
        (b"layers = " + b"[" * 50_000, "is not TOML"),
        (b"#" * 100_001, "over 100,000 bytes"),
    ],
)
def test_what_is_no_network_is_told_with_the_files_name(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "net.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=says) as caught:
        read_network_file(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing\.toml cannot be read \(No such file"):
        resolve_network(str(tmp_path / "missing.toml"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(UsageError, match=r"folder\.toml cannot be read"):
        resolve_network(str(tmp_path / "folder.toml"))


def test_a_huge_file_is_read_to_its_limit_only(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(2**40)  # sparse
    with pytest.raises(UsageError, match="over 100,000 bytes"):
        read_network_file(path)


@pytest.mark.parametrize("stem", ["dense", "resnet18"])
def test_a_file_with_the_name_of_a_known_network_is_not_taken_for_it(tmp_path: Path, stem: str) -> None:
    (tmp_path / f"{stem}.toml").write_text('layers = "conv 8, flatten"')
    assert str(read_network_file(tmp_path / f"{stem}.toml")) == f"{stem}.toml: conv 8, flatten"
