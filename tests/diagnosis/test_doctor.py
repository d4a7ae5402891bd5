"""catseye doctor says what is there and what is missing, fails for neither, and notices a wrong answer."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import catseye
from catseye.cli import main
from catseye.diagnosis import self_test
from catseye.diagnosis.diagnosis import Machine, SelfTest
from catseye.diagnosis.installation import list_extras
from catseye.diagnosis.warnings import find_warnings
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
    assert main(["doctor"]) == 0
    assert all(len(line) <= 80 for line in capsys.readouterr().out.splitlines())


def test_a_wrong_answer_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With the dense layer's weights swapped, red has the logit of blue."""
    wrong = self_test._WEIGHTS | {"dense1.weight": np.array([[2, 0], [0, 4]], np.float32)}
    monkeypatch.setattr(self_test, "_WEIGHTS", wrong)
    assert main(["doctor"]) == 1
    assert "self-test: failed (OpenVINO computes a probability of 0.2689, which must be 0.7311)" in (
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
        (replace(GOOD, home_writable=False), {}, "/home cannot be written"),
        (replace(GOOD, cores=1), {}, "one core"),
        (replace(GOOD, memory_limit_bytes=2**30), {}, "2 GiB of memory"),
        (replace(GOOD, disk_free_bytes=0), {}, "little room"),
        (replace(GOOD, instructions={"AVX2": False}), {}, "no AVX2"),
        (GOOD, {"openvino": "2024.6.0"}, "2024.6.0 is too old"),
        (GOOD, {"openvino": None}, "OpenVINO is missing"),
    ],
)
def test_each_fault_has_its_warning(machine: Machine, versions: dict[str, str | None], says: str) -> None:
    (warning,) = find_warnings(machine, versions, PASSED)
    assert says in warning


def test_a_good_machine_has_none_and_what_is_unknown_is_no_fault() -> None:
    unknown = replace(GOOD, instructions=None, memory_bytes=None, disk_free_bytes=None)
    assert find_warnings(GOOD, {"openvino": "2026.4.1"}, PASSED) == find_warnings(unknown, {}, PASSED) == ()


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
