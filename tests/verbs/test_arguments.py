"""Every verb, with every option of another kind than it takes: an answer, or an error of one or two lines."""

from __future__ import annotations

from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import catseye
from catseye.errors import CatseyeError, UsageError
from catseye.insight.robustness.robustness import Robustness

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.runs.run import Run

ODD: tuple[Any, ...] = (
    None,
    object(),
    "abc",
    "",
    b"abc",
    -1,
    0,
    2.5,
    float("nan"),
    True,
    (),
    [],
    {},
    [None],
    [-1],
    np.zeros(3),
    int,
)
USUAL: dict[str, dict[str, Any]] = {
    "info": {"data": "digits"},
    "show": {"data": "digits"},
    "check": {"data": "digits"},
    "load": {"name": "digits"},
    "summary": {"network": "convnet"},
    "receptive_field": {"network": "RUN", "picture": "PICTURE"},
    "convolve": {},
    "convert": {"classifier": "RUN"},
    "convolve_functions": {},
    "equivariance": {"picture": "PICTURE"},
    "hierarchy": {"classifier": "RUN", "data": "FEW", "split": "train", "channels": 1, "steps": 1},
    "pool": {},
    "tensors": {"pictures": "PICTURE"},
    "maps": {"classifier": "RUN", "picture": "PICTURE"},
    "explain": {"classifier": "RUN", "picture": "PICTURE"},
    "attack": {"classifier": "RUN", "picture": "PICTURE", "steps": 1},
    "ideal": {"classifier": "RUN", "classes": 1, "steps": 1},
    "predict": {"classifier": "RUN", "pictures": "PICTURE"},
    "evaluate": {"classifier": "RUN", "data": "digits"},
    "train": {"data": "FEW", "epochs": 1},
    "shifts": {"data": "FEW", "classifier": "RUN", "largest": 1},
    "Classifier.load": {"path": "RUN"},
    "Run.open": {"path": "RUN"},
}
EXPENSIVE = {("check", "labels"), ("evaluate", "robust")}  # whose True, or text, is a long work of another test


def find(verb: str) -> Callable[..., Any]:
    owner, _, name = verb.rpartition(".")
    return getattr(getattr(catseye, owner) if owner else catseye, name)  # type: ignore[no-any-return]


@pytest.fixture
def usual(digits_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    monkeypatch.chdir(tmp_path)
    few = catseye.load("digits", split="train[:60]")
    stands = {"RUN": digits_run, "PICTURE": few.picture(0), "FEW": few}

    def options(verb: str) -> dict[str, Any]:
        given = {
            name: stands.get(value, value) if isinstance(value, str) else value for name, value in USUAL[verb].items()
        }
        return given | ({"path": digits_run.folder} if "path" in given else {})

    return options


def refused(call: Callable[[], object]) -> str:
    """Return the sentence of an error; empty if there is none."""
    try:
        call()
    except CatseyeError as error:
        return str(error)
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("verb", USUAL)
def test_any_value_gives_an_answer_or_a_sentence(verb: str, usual: Callable[[str], dict[str, Any]]) -> None:
    call, options = find(verb), usual(verb)
    refused_once = 0
    for name, parameter in signature(call).parameters.items():
        if parameter.kind is Parameter.VAR_KEYWORD:
            continue
        for value in ODD:
            if (verb, name) in EXPENSIVE and isinstance(value, bool | float):
                continue
            said = refused(lambda name=name, value=value: call(**(options | {name: value})))  # type: ignore[misc]
            assert len(said.splitlines()) <= 2, (name, value, said)
            assert "Traceback" not in said
            refused_once += bool(said)
    assert refused_once > 5


@pytest.mark.parametrize(
    ("verb", "given", "says"),
    [
        ("attack", {"epsilon": "much"}, "epsilon must be a number such as 4/255 or 0.016; got 'much'."),
        ("attack", {"steps": "40"}, "steps must be a whole number; got '40'."),
        ("attack", {"steps": 2.5}, "steps must be a whole number; got 2.5."),
        ("attack", {"smallest": "no"}, "smallest must be True or False; got 'no'."),
        ("attack", {"norm": 2}, "norm must be text; got 2."),
        ("attack", {"seed": -1}, "seed must be between 0 and 4,294,967,295; got -1."),
        ("attack", {"momentum": None}, "momentum must be a number; got None."),
        ("evaluate", {"robust": "0.1,x"}, "robust must be a number such as 4/255 or 0.016; got 'x'."),
        ("evaluate", {"archives": 3}, "archives must be a path; got 3."),
        ("explain", {"methods": [3]}, "methods must be a name, or several in a list; got 3."),
        ("explain", {"class_name": [3]}, "class_name must be text or a whole number; got list."),
        ("ideal", {"classes": 2.5}, "classes must be a class, by name or number, or several in a list; got 2.5."),
        ("convolve", {"stride": "2y1"}, "stride must be a number, or two (down and across) such as 2x1; got '2y1'."),
        ("summary", {"shape": (28, 28)}, "shape must be (height, width, channels) in whole numbers; got (28, 28)."),
        ("summary", {"shape": "28x28"}, "expected HxWxC as numbers, e.g. 28x28x1; got '28x28'."),
        ("show", {"cout": 3}, "unknown option of show: 'cout'; did you mean count?"),
        ("maps", {"all": True}, "unknown option of maps: 'all'; did you mean all_layers?"),
        ("load", {"with_info": True}, "unknown option of load: 'with_info'; available: name, split, data_dir, "),
        ("load", {"name": 3}, "name must be a name or path; got 3."),
        ("train", {"epoch": 3}, "unknown recipe option 'epoch'; did you mean epochs?"),
        ("predict", {"classifier": None}, "the first argument must be a classifier, a run, the path of either or a "),
    ],
)
def test_what_was_expected_and_received(
    verb: str, given: dict[str, Any], says: str, usual: Callable[[str], dict[str, Any]]
) -> None:
    with pytest.raises(UsageError) as caught:
        find(verb)(**(usual(verb) | given))
    assert str(caught.value).startswith(says)


def test_a_picture_in_the_classifiers_place_is_told(digits_run: Run) -> None:
    picture = np.zeros((8, 8), np.uint8)
    for verb in (catseye.maps, catseye.explain, catseye.attack, catseye.predict, catseye.evaluate):
        swapped: Any = verb
        with pytest.raises(UsageError, match=r"^the first argument must be a classifier.*; got ndarray\.$"):
            swapped(picture, digits_run)


def test_missing_arguments_are_named() -> None:
    show: Any = catseye.show
    with pytest.raises(UsageError, match=r"^show: missing a required argument: 'data'; it takes data, split, count"):
        show()
    with pytest.raises(UsageError, match=r"^show: too many positional arguments; it takes data, split, count"):
        show("digits", "test", 3)


@pytest.mark.parametrize(
    ("verb", "given", "same"),
    [
        ("attack", {"epsilon": "102/255", "target": "3"}, {"epsilon": 0.4, "target": 3}),
        ("attack", {"steps": np.int64(2), "seed": np.uint8(1)}, {"steps": 2, "seed": 1}),
        ("explain", {"methods": "grad-cam, occlusion"}, {"methods": ["grad_cam", "occlusion"]}),
        ("ideal", {"classes": np.int64(3), "channel": "conv1:1"}, {"classes": [3], "channel": ["conv1:1"]}),
        ("convolve", {"stride": "2x1", "padding": "1"}, {"stride": (2, 1), "padding": 1}),
        ("convolve", {"pool": "max", "pool_size": "1x2"}, {"pool": "max", "pool_size": (1, 2)}),
        ("summary", {"shape": "32x32x3"}, {"shape": [32, 32, 3]}),
        ("maps", {"layer": "relu1,relu2"}, {"layer": ["relu1", "relu2"]}),
    ],
)  # fmt: skip
def test_what_the_command_takes_is_taken(
    verb: str, given: dict[str, Any], same: dict[str, Any], usual: Callable[[str], dict[str, Any]]
) -> None:
    one, other = (find(verb)(**(usual(verb) | options)) for options in (given, same))
    assert one.to_json() == other.to_json()


@pytest.mark.slow
def test_sizes_of_attack_are_taken_as_text(digits_run: Run) -> None:
    split = catseye.load("digits", split="test[:3]")
    sizes: tuple[Any, ...] = ("1/255,2/255", [1 / 255, "2/255"])
    for robust in sizes:
        found = catseye.evaluate(digits_run, split, robust=robust, examples=2).robustness
        assert isinstance(found, Robustness)
        assert [share.at for share in found.attacked] == [1 / 255, 2 / 255]
    one = catseye.evaluate(digits_run, split, robust="0.1", examples=2).robustness
    assert isinstance(one, Robustness)
    assert [share.at for share in one.attacked] == [0.1]


def test_one_thing_need_not_be_in_a_list(digits_run: Run) -> None:
    folder = str(digits_run.folder)
    assert catseye.compare(digits_run, folder).names == catseye.compare([digits_run, folder]).names
    assert catseye.compare(folder).names == ("digits",)
    with pytest.raises(UsageError, match=r"between 1 and 6 runs"):
        catseye.compare()
    with pytest.raises(UsageError, match=r"runs are what catseye.train returned, or paths of their folders; got 3"):
        catseye.compare([digits_run, 3])  # type: ignore[list-item]
    measured = catseye.shifts("digits", classifier=digits_run, largest=1)
    assert [curve.name for curve in measured.curves] == ["digits"]
    with pytest.raises(UsageError, match=r"unknown network 'dens'; did you mean dense"):
        catseye.shifts("digits", "dens", largest=1)
    with pytest.raises(UsageError, match=r"unknown option of shifts: 'classifiers'; did you mean classifier?"):
        catseye.shifts("digits", classifiers=[digits_run])  # type: ignore[call-arg]
