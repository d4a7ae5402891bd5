"""Starting costs little, counted in what does not depend on a machine's mood."""

import subprocess
import sys

import pytest

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
            {"torch._dynamo", "openvino", "matplotlib", "sklearn"},
        ),
    ],
)
def test_work_loads_nothing_that_it_does_not_use(program: str, absent: set[str]) -> None:
    """PyTorch's compiler alone takes longer to load than a small network to train."""
    show = f"import catseye, numpy, sys, tempfile; {program}; print('LOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert not set(done.stdout.rpartition("LOADED")[2].split()) & absent


def test_every_public_name_is_there() -> None:
    import catseye

    for name in catseye.__all__:
        assert getattr(catseye, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(catseye, "nothing")  # noqa: B009 (the point of the test)
