"""Packages offer their names without loading what stands behind them."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import catseye

PACKAGES = [
    module.name
    for module in pkgutil.walk_packages(catseye.__path__, "catseye.")
    if module.ispkg and "cli" not in module.name
]


@pytest.mark.parametrize("name", PACKAGES)
def test_every_name_that_a_package_offers_is_there(name: str) -> None:
    package = importlib.import_module(name)
    for offered in getattr(package, "__all__", ()):
        assert getattr(package, offered) is not None
        assert offered in dir(package)


@pytest.mark.parametrize(
    "name", ["classifier", "training", "transfer_learning", "evaluation", "insight", "runs", "drawing"]
)
def test_a_package_offers_what_its_users_need_and_loads_it_on_use(name: str) -> None:
    assert importlib.import_module(f"catseye.{name}").__all__
    show = f"import catseye.{name}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "numpy", "matplotlib", "scipy"} & set(loaded)


def test_an_unknown_name_is_said_and_the_verbs_are_listed() -> None:
    with pytest.raises(AttributeError, match=r"module 'catseye.runs' has no attribute 'nothing'"):
        importlib.import_module("catseye.runs").nothing  # noqa: B018 (the point of the test)
    assert {"train", "predict", "evaluate", "errors", "__version__"} <= set(dir(catseye))


def test_a_mistyped_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(AttributeError, match=r"has no attribute 'evalute'; did you mean evaluate\?$"):
        catseye.evalute  # noqa: B018 (the point of the test)
    with pytest.raises(AttributeError, match=r"has no attribute '_repr_htm_'$"):
        catseye._repr_htm_  # noqa: B018
