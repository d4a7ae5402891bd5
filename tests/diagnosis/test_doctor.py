"""catseye doctor says what is there and what is missing, fails for neither, and notices a wrong answer."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import catseye
from catseye.cli import main
from catseye.diagnosis import installation, scripts, self_test
from catseye.diagnosis.diagnosis import Machine, SelfTest
from catseye.diagnosis.installation import list_extras, list_packages
from catseye.diagnosis.scripts import find_scripts
from catseye.diagnosis.warnings import find_warnings
from catseye.drawing import fonts
from catseye.drawing.parts import Table
from catseye.errors import EXTRAS
from catseye.system.memory_size import memory_limit, total_memory
from catseye.system.processor import read_processor

GOOD = Machine("Linux x86_64", "A", {"AVX2": True}, 4, 16 * 2**30, None, "/home", True, 50 * 2**30, "none")
PASSED = SelfTest(True, 0.1, ("OpenVINO",), "")


def test_the_answer_is_json_and_names_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["self_test"]["passed"]
    assert said["self_test"]["engines"] == ["OpenVINO", "PyTorch"]
    assert said["versions"]["numpy"] == np.__version__
    assert {extra["name"] for extra in said["extras"]} == set(EXTRAS)
    assert "efficientnet_lite0" in said["weights"]
    assert said["datasets"]["digits"]


def test_it_fits_80_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(scripts, "_LETTERS", {"Nobody's": "\ue000", "Private": "\ue001"})
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert "No installed font covers these scripts: Nobody's, Private. Class names" in (
        " ".join(" ".join(lines).split())
    )


def test_a_wrong_answer_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With the dense layer's weights swapped, red has the logit of blue."""
    wrong = self_test._WEIGHTS | {"dense1.weight": np.array([[2, 0], [0, 4]], np.float32)}
    monkeypatch.setattr(self_test, "_WEIGHTS", wrong)
    assert main(["doctor"]) == 1
    assert "self-test: failed (OpenVINO computes a probability of 0.2689 instead of 0.7311)" in (
        capsys.readouterr().out.replace("\n", " ")
    )


def test_what_is_broken_is_a_finding_not_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise RuntimeError("libtbb is missing\nsecond line")

    monkeypatch.setattr(self_test, "is_usable", fail)
    found = catseye.doctor()
    assert (found.self_test.passed, found.self_test.problem) == (False, "libtbb is missing")
    assert any("libtbb is missing" in warning for warning in found.warnings)


def test_a_missing_extra_has_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXTRAS, "heif", {"no_such_module": "nothing", "json": "JSON"})
    heif = next(extra for extra in list_extras() if extra.name == "heif")
    assert (heif.installed, heif.missing, heif.install) == (False, ("nothing",), 'pip install "catseye[heif]"')


@pytest.mark.parametrize(
    ("machine", "versions", "says"),
    [
        (replace(GOOD, home_writable=False), {}, "/home is not writable"),
        (replace(GOOD, home_writable=False, disk_free_bytes=0), {}, "/home is not writable"),
        (replace(GOOD, cores=1), {}, "one core"),
        (replace(GOOD, memory_limit_bytes=2**30), {}, "2 GiB of memory"),
        (replace(GOOD, disk_free_bytes=0), {}, "Less than 2 GiB is free"),
        (replace(GOOD, instructions={"AVX2": False}), {}, "no AVX2"),
        (GOOD, {"openvino": "2024.6.0"}, "2024.6.0 is too old"),
        (GOOD, {"openvino": None}, "OpenVINO is missing"),
    ],
)
def test_each_fault_has_its_warning(machine: Machine, versions: dict[str, str | None], says: str) -> None:
    (warning,) = find_warnings(machine, versions, PASSED, None)
    assert says in warning


def test_scripts_without_a_font_are_named() -> None:
    (warning,) = find_warnings(GOOD, {}, PASSED, {"Thai": False, "Arabic": True, "Bengali": False})
    assert "covers these scripts: Thai, Bengali." in warning


def test_fonts_are_looked_for_by_their_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one font installed that has two letters of Thai, of the three that are looked for, and all of Bengali."""
    letters = frozenset(map(ord, "กขকখগ"))
    monkeypatch.setattr(fonts, "_installed", lambda: {"Two": letters})
    found = find_scripts()
    assert found
    assert (found["Thai"], found["Bengali"]) == (False, True)
    monkeypatch.setattr(scripts, "find_spec", lambda _: None)
    assert find_scripts() is None


@pytest.mark.parametrize("place", ["/proc/nix", "file", "file/within"])
def test_a_home_that_cannot_be_written_is_said(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For root as well, to whom permissions say nothing."""
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    found = catseye.doctor(data_dir=tmp_path / place)
    assert not found.machine.home_writable
    assert [warning for warning in found.warnings if "is not writable" in warning]
    assert not [warning for warning in found.warnings if "free on the disk" in warning]


def test_a_home_that_is_still_to_be_made_stays_so(tmp_path: Path) -> None:
    assert catseye.doctor(data_dir=tmp_path / "not" / "yet").machine.home_writable
    assert list(tmp_path.iterdir()) == []


def test_every_extra_that_users_may_install_is_listed_with_all_of_its_packages() -> None:
    declared = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    extras = declared["project"]["optional-dependencies"]
    wanted = {extra: names(lines) for extra, lines in extras.items() if extra not in ("test", "check")}
    assert {extra: set(list_packages(modules)) for extra, modules in EXTRAS.items()} == wanted


def names(requirements: list[str]) -> set[str]:
    """Return the packages of requirements, as far as they are not Catseye's own extras."""
    found = (re.match(r"[\w-]+", line) for line in requirements)
    return {name[0] for name in found if name and name[0] != "catseye"}


def test_versions_of_extras_are_known_whatever_the_installation_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where it was installed before there was the extra."""
    monkeypatch.setattr(installation, "requires", lambda _: ["numpy>=2", "pillow-heif; extra == 'heif'"])
    found = installation.read_versions()
    assert found["numpy"] == np.__version__
    expected = {"onnx", "onnxruntime", "huggingface_hub", "starlette", "uvicorn", "scikit-learn"}
    assert expected <= found.keys()
    assert not {"sklearn", "pillow_heif", "multipart", "pytest"} & found.keys()


def test_instructions_are_shown_present_or_absent() -> None:
    machine = replace(GOOD, instructions={"AVX2": True, "AMX": False})
    found = replace(catseye.doctor(), machine=machine)
    table = found.view().parts[0]
    assert isinstance(table, Table)
    assert {("AVX2", "present"), ("AMX", "absent")} <= set(table.rows)


def test_a_good_machine_has_none_and_what_is_unknown_is_no_fault() -> None:
    unknown = replace(GOOD, instructions=None, memory_bytes=None, disk_free_bytes=None)
    assert find_warnings(GOOD, {"openvino": "2026.4.1"}, PASSED, {"Thai": True}) == ()
    assert find_warnings(unknown, {}, PASSED, None) == ()


def test_the_processor_is_read_from_linux_or_unknown(tmp_path: Path) -> None:
    listed = tmp_path / "cpuinfo"
    listed.write_text("model name\t: A 1\nflags\t\t: fpu avx2 avx_vnni\n\nmodel name\t: A 2\nflags\t: avx512f\n")
    name, has = read_processor(listed)
    assert name == "A 1"
    assert has == {"AVX2": True, "AVX-512": False, "VNNI": True, "bf16": False, "AMX": False}
    name, has = read_processor(tmp_path / "nowhere")
    assert name
    assert has is None


def test_a_container_limits_memory_only_below_what_there_is(tmp_path: Path) -> None:
    group, none = tmp_path / "memory.max", tmp_path / "none"
    group.write_text("1048576\n")
    assert memory_limit((none, group)) == 2**20
    group.write_text("max\n")
    assert memory_limit((group,)) is None
    total = total_memory()
    assert total is not None
    group.write_text(str(total * 2))
    assert memory_limit((group,)) is None
