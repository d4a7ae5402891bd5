"""The destination of an export: nothing else is overwritten, and it is complete at any moment."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import catseye
from catseye.classifier.classifier import Classifier
from catseye.cli import main
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.calibration import Calibration
from catseye.export import exporting
from catseye.export.formats import FORMATS
from catseye.export.placing import find_target, place_files
from catseye.export.view import size_in_words
from catseye.images.preprocess import Preprocess
from catseye.networks.registry import build
from tests.conftest import draw

if TYPE_CHECKING:
    from pathlib import Path

openvino = pytest.importorskip("openvino")
pytest.importorskip("onnxruntime")

slow = pytest.mark.slow  # exports run a network on 72 pictures in another runtime
NAME = "conv 4 relu, flatten, dense 2"
FILES = {"onnx": "cats.onnx", "openvino": "cats.xml", "torch": "cats.pt2", "keras": "cats.keras"}


def make_classifier(seed: int) -> Classifier:
    import torch

    torch.manual_seed(seed)
    preprocess = Preprocess(8, 8, 3, (0.4, 0.5, 0.6), (0.2, 0.3, 0.4))
    return Classifier(build(NAME, (8, 8, 3), 2), NAME, {}, preprocess, ("cat", "dog"), Calibration(0.5, 10), {})


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return make_classifier(0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare on one small picture."""
    from catseye.export.odd_pictures import NamedPixels

    few = [NamedPixels("grey", np.full((9, 9, 3), 128, np.uint8))]
    monkeypatch.setattr(exporting, "add_odd_pictures", lambda *_: few)


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))  # noqa: PTH208 (hidden files too)


def target_in(folder: Path) -> Path:
    return find_target("openvino", FORMATS["openvino"], folder, force=False)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    draw(photos / "1" / "a.png")
    draw(photos / "2" / "b.png")
    annotated = tmp_path / "annotated"  # as Pascal VOC has them
    draw(annotated / "1" / "a.png")
    (annotated / "1" / "a.xml").write_text("<annotation/>")
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "readme.txt").write_text("mine")
    mixed = tmp_path / "mixed"
    (mixed / "1").mkdir(parents=True)
    (mixed / "1" / "model.onnx").write_bytes(b"")
    draw(mixed / "cats" / "a.png")
    for folder in (photos, annotated, notes, mixed):
        with pytest.raises(UsageError, match=r"holds something other than versions of a model; name a folder that"):
            target_in(folder)


def test_a_model_repository_an_empty_folder_and_a_new_one_are_accepted(tmp_path: Path) -> None:
    own = tmp_path / "own"
    for version, files in {"2": ("model.xml", "model.bin"), "10": ("other.onnx",)}.items():
        (own / version).mkdir(parents=True)
        for name in files:
            (own / version / name).write_bytes(b"")
    (own / "config.json").write_text("{}")
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / ".DS_Store").write_bytes(b"")
    assert target_in(own) == own / "11" / "model.xml"
    assert target_in(empty) == empty / "1" / "model.xml"
    assert target_in(tmp_path / "new") == tmp_path / "new" / "1" / "model.xml"


def test_existing_weights_beside_the_graph_are_not_replaced(classifier: Classifier, tmp_path: Path) -> None:
    (tmp_path / "cats.bin").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"cats\.bin already exists; choose another name or use force=True"):
        catseye.export(classifier, "openvino", tmp_path / "cats.xml")
    assert names(tmp_path) == ["cats.bin"]


@slow
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("steps", range(6))
def test_a_kill_while_openvinos_files_are_replaced_leaves_one_model_or_the_other(steps: int, tmp_path: Path) -> None:
    """The fifth of five steps leaves what an export to an empty folder writes."""
    old, new = make_classifier(1), make_classifier(2)
    catseye.export(old, "openvino", tmp_path / "cats.xml")
    catseye.export(new, "openvino", tmp_path / "new.xml")
    (tmp_path / "made").mkdir()
    for ending in (".xml", ".bin"):
        (tmp_path / f"new{ending}").rename(tmp_path / "made" / f"cats{ending}")
    fresh = (tmp_path / "made" / "cats.bin").read_bytes()
    program = (
        "import os, pathlib, sys\n"
        "from catseye.export.placing import place_files\n"
        "left, place = [int(sys.argv[1])], pathlib.Path.replace\n"
        "def replace(self, target):\n"
        "    if left[0] == 0: os._exit(9)\n"
        "    left[0] -= 1\n"
        "    return place(self, target)\n"
        "pathlib.Path.replace = replace\n"
        "place_files(pathlib.Path('made'), pathlib.Path('cats.xml'), force=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(steps)], cwd=tmp_path, check=False)
    assert done.returncode == (9 if steps < 5 else 0)
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    compiled = openvino.Core().compile_model(tmp_path / "cats.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    found = compiled([picture[None]])["probabilities"][0]
    expected = [one.predict(picture)[0].probabilities for one in (old, new)]
    assert np.abs(expected[0] - expected[1]).max() > 0.01
    np.testing.assert_allclose(found, expected[steps >= 2], atol=1e-4)
    if steps == 5:
        assert (tmp_path / "cats.bin").read_bytes() == fresh


def test_of_two_exports_to_one_name_the_second_is_refused_and_removes_nothing(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    for name in ("cats.bin", "cats.xml"):
        (made / name).write_text("second")
    (tmp_path / "cats.xml").write_text("first")  # which has come since the second looked
    with pytest.raises(FileExistsError):
        place_files(made, tmp_path / "cats.xml", force=False)
    assert names(tmp_path) == ["cats.xml", "made"]
    assert (tmp_path / "cats.xml").read_text() == "first"


@slow
@pytest.mark.usefixtures("quick")
def test_threads_that_export_to_one_name_leave_one_whole_file(classifier: Classifier, tmp_path: Path) -> None:
    def work(number: int) -> str:
        try:
            catseye.export(make_classifier(number), "onnx", tmp_path / "cats.onnx")
        except CatseyeError as error:
            return str(error)
        return "written"

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(work, range(4)))
    assert said.count("written") == 1
    assert all("exists" in words for words in said if words != "written")
    assert names(tmp_path) == ["cats.onnx"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: catseye.export(classifier, "openvino", tmp_path / "repository"), range(4)))
    assert names(tmp_path / "repository") == ["1", "2", "3", "4"]
    assert all(names(tmp_path / "repository" / str(n)) == ["model.bin", "model.xml"] for n in range(1, 5))


FULL = """
import resource, sys, catseye
from tests.export.test_placing import make_classifier
made = make_classifier(0)
made.predict("picture.png")
resource.setrlimit(resource.RLIMIT_FSIZE, (700, resource.RLIM_INFINITY))
try:
    catseye.export(made, sys.argv[1], sys.argv[2])
except catseye.errors.CatseyeError as error:
    print(error)
"""


@slow
@pytest.mark.parametrize("to", FILES)
def test_a_full_disk_is_reported_and_leaves_nothing(to: str, tmp_path: Path) -> None:
    """A real error of the system: the process may not write files larger than 700 bytes."""
    draw(tmp_path / "picture.png")
    (tmp_path / "out").mkdir()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", FULL, to, f"out/{FILES[to]}"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    said = "The disk may be full" if to == "openvino" else "cannot be written: File too large"
    assert re.search(f"{said}.* An earlier\\s+file\\s+is\\s+unchanged", done.stdout), done.stdout + done.stderr
    assert names(tmp_path / "out") == []


WAIT = """
import sys, threading
from catseye.cli import main
from catseye.export import exporting
def compare(*_):
    print("comparing", flush=True)
    threading.Event().wait(300)
exporting._compare = compare
sys.exit(main(["export", "cats.safetensors", "--to", "onnx", "-o", "out/cats.onnx"]))
"""


@slow
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_export_leaves_nothing_after_the_next(sign: int, classifier: Classifier, tmp_path: Path) -> None:
    classifier.save(tmp_path / "cats.safetensors")
    (tmp_path / "out").mkdir()
    with subprocess.Popen([sys.executable, "-c", WAIT], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "comparing\n"
        assert names(tmp_path / "out") != []
        process.send_signal(sign)
    if sign == signal.SIGTERM:
        assert process.returncode == 143
        assert names(tmp_path / "out") == []
    catseye.export(classifier, "onnx", tmp_path / "out" / "cats.onnx")
    assert names(tmp_path / "out") == ["cats.onnx"]


@slow
def test_messages_name_options_in_the_command_and_arguments_in_the_library(
    classifier: Classifier, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    classifier.save(tmp_path / "cats.safetensors")
    (tmp_path / "cats.onnx").write_bytes(b"mine")
    word, out = str(tmp_path / "cats.safetensors"), str(tmp_path / "cats.onnx")
    cases: list[tuple[list[str], dict[str, Any], str, str]] = [
        (["onnx", out], {}, "or use --force.", "or use force=True."),
        (["keras", out[:-4] + "keras", "--input", "tensor"], {"input": "tensor"}, "--input tensor.", "input='tensor'."),
        (["onnx", "x.onnx", "--runtime", "x"], {"runtime": "x"}, "--runtime: only for --to web", "only for to='web'"),
        (
            ["web", str(tmp_path / "page"), "--runtime", "no.tgz"],
            {"runtime": "no.tgz"},
            "error: --runtime must be onnxruntime-web@",
            "runtime must be onnxruntime-web@",
        ),
    ]
    for (to, file, *options), given, printed, raised in cases:
        assert main(["export", word, "--to", to, "-o", file, *options]) == 2
        assert printed in capsys.readouterr().err
        with pytest.raises(UsageError) as error:
            catseye.export(classifier, to, file, **given)
        assert raised in str(error.value)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (48_000, "48 KB"),
        (1_240, "1.2 KB"),
        (999_700, "1.0 MB"),
        (15_151_515, "15 MB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_sizes_are_shown_with_two_or_three_digits(count: int, words: str) -> None:
    assert size_in_words(count) == words


def printed_by(program: str, folder: Path) -> str:
    """Run a program in a separate process, in ``folder``, and return its output."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, "-c", program]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@slow
def test_an_own_network_is_exported_to_onnx_without_slow_imports(tmp_path: Path) -> None:
    """Namely SymPy, which torch.fx's shape propagation would load."""
    program = (
        "import sys\n"
        "from tests.export.test_placing import make_classifier\n"
        "from catseye.export.onnx_model import build_onnx_model\n"
        "made = make_classifier(0)\n"
        "build_onnx_model(made.network, made.description)\n"
        "print('sympy' in sys.modules)\n"
    )
    assert printed_by(program, tmp_path) == "False\n"


@slow
def test_other_exports_need_no_onnx(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from tests.export.test_placing import make_classifier\n"
        "sys.modules['onnx'] = sys.modules['onnxruntime'] = None\n"
        "import catseye\n"
        "print(catseye.export(make_classifier(0), 'torch', 'cats.pt2').format)\n"
        "try:\n"
        "    catseye.export(make_classifier(0), 'onnx', 'cats.onnx')\n"
        "except catseye.errors.MissingPackageError as error:\n"
        "    print(error)\n"
    )
    expected = 'torch\nONNX files need onnx and onnxruntime: pip install "catseye[onnx]"\n'
    assert printed_by(program, tmp_path) == expected


def test_what_is_exported_is_described_without_the_hashes_of_its_training_pictures(classifier: Classifier) -> None:
    from catseye.export.metadata import describe_export

    data = {"name": "photos", "version": "", "licence": "", "sketch": ["00482ac766c9f07f"], "class_counts": [1, 2]}
    provenance = {"data": data, "recipe": {"flip": False, "fine_tuning": None}, "measured": {"test": {"metrics": {}}}}
    about = describe_export(replace(classifier, provenance=provenance).description, "picture")
    described = catseye_entry(about["catseye"])
    assert described["provenance"] == {
        "data": {"name": "photos", "class_counts": [1, 2]},
        "recipe": {"flip": False, "fine_tuning": None},
    }
    assert described["classes"] == ["cat", "dog"]


def catseye_entry(text: str) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(text)
    return found


def test_the_package_that_is_a_verb_has_the_verbs_signature_and_words() -> None:
    import inspect

    from catseye.verbs.exporting import export

    own, verbs = ({n: p.default for n, p in inspect.signature(f).parameters.items()} for f in (catseye.export, export))
    assert own == verbs
    assert catseye.export.__doc__ == export.__doc__
    assert "OpenVINO Model Server" in str(catseye.export.__doc__)


FORK = """
import os, sys, catseye
from catseye.errors import UsageError
from tests.export.test_placing import make_classifier
made = make_classifier(0)
catseye.export(made, "openvino", "parent.xml")
child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
catseye.export(made, "onnx", "child.onnx")
try:
    catseye.export(made, "openvino", "child.xml")
except UsageError as error:
    print(error, flush=True)
os._exit(0)
"""


@slow
def test_a_forked_child_exports_what_it_can_and_says_what_it_cannot(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, "-W", "ignore", "-c", FORK]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "start the process with multiprocessing's start method spawn" in done.stdout
    assert names(tmp_path) == ["child.onnx", "parent.bin", "parent.xml"]
