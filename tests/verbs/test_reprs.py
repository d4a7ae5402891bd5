"""Whatever can be reached from an answer is one short line when it is printed."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from torch import nn

import catseye
from catseye.datasets.named import Named
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.runs.run import Run

DEEPEST, FIRST = 7, 4  # levels, items of a collection
ANSWERS = {
    "datasets": "catseye.datasets()",
    "info": 'catseye.info("oxford_iiit_pet")',
    "dataset": 'catseye.load("digits")',
    "batches": 'catseye.load("digits", split="test").batches(32)',
    "folder": 'catseye.load("photos")',
    "show": 'catseye.show("digits")',
    "check": 'catseye.check("photos")',
    "summary": 'catseye.summary("convnet")',
    "run": "run",
    "opened": "catseye.Run.open(run.folder)",
    "recipe": "catseye.Recipe()",
    "comparison": "catseye.compare(run, run)",
    "paired comparison": 'catseye.compare(run, run, on="digits")',
    "evaluation": 'catseye.evaluate(run, "digits", robust="0.1", examples=3)',
    "predictions": 'catseye.predict(run, "photos")',
    "shifts": 'catseye.shifts("digits", classifier=run, largest=1)',
    "convolution": 'catseye.convolve(pool="max")',
    "integral": "catseye.convolve_functions()",
    "equivariance": "catseye.equivariance(picture, classifier=run)",
    "hierarchy": 'catseye.hierarchy(run, "digits", channels=1, count=1, steps=1)',
    "steps": 'tuple(catseye.convolve(pool="max").steps())',
    "pooling steps": '(lambda worked: tuple(worked.pooling.steps(worked.output)))(catseye.convolve(pool="max"))',
    "pool": "catseye.pool()",
    "tensors": "catseye.tensors(picture)",
    "maps": "catseye.maps(run, picture)",
    "response": 'catseye.maps(run, picture, layer="relu1", channel=0)',
    "filters": "catseye.maps(run, filters=True)",
    "top pictures": 'catseye.maps(run, data="digits", layer="relu1", channel=0)',
    "receptive field": "catseye.receptive_field(run, picture)",
    "explanation": 'catseye.explain(run, picture, methods="all", scores=True, check=True)',
    "ideal": 'catseye.ideal(run, range(5), channel="conv1:1", steps=1)',
    "attack": "catseye.attack(run, picture, epsilon=0.4)",
}


def reached(value: Any, path: str, seen: dict[int, Any], depth: int = 0) -> Iterator[tuple[str, object]]:
    """Yield our own values that attributes, properties and items of collections lead to."""
    if depth > DEEPEST or id(value) in seen or isinstance(value, nn.Module):
        return
    seen[id(value)] = value
    if type(value).__module__.startswith("catseye") and type(value) is not Named:
        yield path, value
        own = [field.name for field in fields(value)] if is_dataclass(value) else []
        for kind in type(value).__mro__:
            own += [name for name, what in vars(kind).items() if isinstance(what, property | cached_property)]
        for name in own:
            if not name.startswith("_"):
                yield from reached(getattr(value, name), f"{path}.{name}", seen, depth + 1)
    items: list[tuple[object, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())[:FIRST]
    elif isinstance(value, tuple | list):
        items = list(enumerate(value[:FIRST]))
    for key, item in items:
        yield from reached(item, f"{path}[{key!r}]", seen, depth + 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERS)
def test_everything_in_an_answer_is_a_short_line(
    name: str, digits_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    draw_folder(Path("photos"), {"cats": 4, "dogs": 4})
    Path("photos/cats/broken.png").write_bytes(b"")
    known = {"catseye": catseye, "run": digits_run, "picture": catseye.load("digits", split="test").picture(0)}
    answer = eval(ANSWERS[name], known)
    found = list(reached(answer, name, {}))
    assert found
    for path, value in found:
        line = repr(value)
        assert len(line) <= 160, f"{path}: {line}"
        assert len(line.splitlines()) == 1, f"{path}: {line}"
        assert "array(" not in line, f"{path}: {line}"
        assert " at 0x" not in line, f"{path}: {line}"


def test_lines_say_what_a_reader_wants_to_know(digits_run: Run) -> None:
    result = digits_run.result
    assert result.test
    assert repr(result).startswith("Result(small_convnet on digits: test accuracy ")
    assert repr(result.test).startswith(f"Score(accuracy {100 * result.test.accuracy:.1f} % (")
    assert ", 359 pictures, loss " in repr(result.test)
    recipe = result.recipe
    assert recipe == eval(repr(recipe), {"Recipe": catseye.Recipe})
    assert repr(catseye.Recipe(epochs=5)) == "Recipe(epochs=5)"
    picture = catseye.load("digits", split="test").picture(0)
    predicted = digits_run.classifier.predict(picture)[0]
    assert repr(predicted).startswith(f"Prediction(picture 0: {predicted.class_name}, ")
    noise = np.random.default_rng(0).integers(0, 255, (10, 8, 8), np.uint8)
    assert repr(catseye.show((noise, [0, 1] * 5))) == "PictureGrid(arrays, train: all 8 pictures)"


def test_an_attack_says_from_what_to_what(digits_run: Run) -> None:
    picture = catseye.load("digits", split="test").picture(3)
    before = digits_run.classifier.predict(picture)[0].class_name
    other = "9" if before != "9" else "8"
    fooled = catseye.attack(digits_run, picture, epsilon="102/255", target=other)
    assert repr(fooled) == (
        f"AdversarialExample(picture: {before} → {other}, values changed by at most 102 of 255 levels)"
    )
    still = catseye.attack(digits_run, picture, epsilon="1/255", target=other, steps=1)
    assert repr(still) == (
        f"AdversarialExample(picture: still {before}, not {other}, values changed by at most 1 of 255 levels)"
    )
