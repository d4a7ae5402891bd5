"""Starting costs little, counted in what does not depend on a machine's mood."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import catseye
from tests.conftest import draw_folder

HEAVY = {"torch", "openvino", "matplotlib", "sklearn", "scipy", "pooch", "numpy", "PIL", "jinja2", "safetensors"}


@pytest.mark.parametrize(
    ("program", "allowed"),
    [
        ("import catseye", set()),
        ("from catseye.cli import main; main(['--version'])", set()),
        ("from catseye.cli import main; main(['--help'])", set()),
        ("from catseye.cli import main; main(['train', '--help'])", set()),
        ("import catseye; catseye.datasets()", {"numpy", "PIL"}),
        ("import catseye; catseye.info('mnist').view()", {"numpy", "PIL"}),
        ("from catseye.cli import main; main(['datasets'])", {"numpy", "PIL"}),
        ("from catseye.cli import main; main(['info', 'mnist'])", {"numpy", "PIL"}),
    ],
)
def test_heavy_modules_load_on_use(program: str, allowed: set[str]) -> None:
    show = f"{program}\nimport sys; print('LOADED', *(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert loaded & HEAVY <= allowed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "absent"),
    [
        (
            "catseye.train('digits', epochs=1).classifier.predict(numpy.zeros((8, 8), 'uint8'))",
            {"torch._dynamo", "sympy", "openvino", "matplotlib"},
        ),
        (
            "catseye.train('digits', epochs=1, out=tempfile.mkdtemp() + '/run')",  # with checkpoints and a report
            {"torch._dynamo", "sympy", "openvino"},
        ),
        (
            "[catseye.train('digits', epochs=5, optimizer=name, average='swa', loss='focal') for name in "
            "('sgd', 'adagrad', 'nadam')]",
            {"torch._dynamo", "sympy", "openvino", "matplotlib"},
        ),
        ("catseye.summary('convnet')", {"torch._dynamo", "sympy", "openvino", "matplotlib", "sklearn"}),
        (
            "catseye.Classifier.pretrained('efficientnet_lite0').predict(numpy.zeros((8, 8), 'uint8'))",
            {"torch._dynamo", "matplotlib", "sklearn"},
        ),
    ],
)
def test_work_loads_nothing_that_it_does_not_use(program: str, absent: set[str]) -> None:
    """PyTorch's compiler alone takes longer to load than a small network to train."""
    show = f"import catseye, numpy, sys, tempfile; {program}; print('LOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert not set(done.stdout.rpartition("LOADED")[2].split()) & absent


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("predict run digit.png", 1),
        ("predict run 'digits' --split test[:20] --json", 1),
        ("evaluate run digits", 1),
        ("sort run pictures --into sorted --copy", 1),
        ("predict efficientnet_lite0 digit.png", 0),
        ("transfer photos --out again", 0),
        ("label-next efficientnet_lite0 photos -n 3 -o photos/next.csv --force", 0),
        ("explain efficientnet_lite0 digit.png -o why.png --force", 0),
    ],
)
def test_what_was_compiled_or_computed_before_needs_no_pytorch(
    words: str, times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time, in a process of its own; of the backbone whose weights are installed, not even the first."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path / "home"))
    catseye.train("digits", epochs=1, out="run")
    draw_folder(tmp_path / "photos", {"red": 8, "blue": 8})
    Path("pictures").mkdir()
    for place in ("digit.png", "pictures/1.png"):
        Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(place)
    program = (
        f"from catseye.cli import main; status = main({shlex.split(words)!r}); "
        "import sys; print('LOADED', status, *(name for name in sys.modules if '.' not in name))"
    )
    for time in range(2):
        shutil.rmtree("sorted", ignore_errors=True)
        shutil.rmtree("again", ignore_errors=True)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        status, *loaded = done.stdout.rpartition("LOADED")[2].split()
        assert (status, "torch" in loaded) == ("0", time < times), done.stderr


@pytest.mark.slow
def test_a_server_needs_no_pytorch_for_what_was_compiled_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path / "home"))
    catseye.train("digits", epochs=1, out=tmp_path / "run")
    show = "import sys; print('LOADED', *(name for name in sys.modules if '.' not in name))"
    program = f"import catseye; catseye.serve.create_application({str(tmp_path / 'run')!r}); {show}"
    loaded = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(2)
    ][1]
    assert not {"torch", "matplotlib", "scipy", "sklearn", "pandas"} & set(loaded)


def test_every_public_name_is_there() -> None:
    for name in catseye.__all__:
        assert getattr(catseye, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(catseye, "nothing")  # noqa: B009 (the point of the test)
