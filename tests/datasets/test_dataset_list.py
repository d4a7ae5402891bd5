"""The list of data sets, and the package that can be called."""

from __future__ import annotations

import subprocess
import sys

import pytest

import catseye


@pytest.mark.parametrize(
    "program",
    [
        "import catseye; listed = catseye.datasets(); import catseye.datasets.loading",
        "import catseye.datasets.loading; listed = catseye.datasets()",
        "import catseye.cli; from catseye.cli import app; import catseye.datasets.info; listed = catseye.datasets()",
        "from catseye import datasets; import catseye.datasets.loading; listed = datasets()",
        "import importlib, catseye; importlib.reload(catseye.datasets); listed = catseye.datasets()",
    ],
)
def test_the_package_is_also_the_verb_in_every_order_of_imports(program: str) -> None:
    check = "print(listed, catseye.datasets.loading.load.__name__, catseye.datasets.Dataset.__name__)"
    done = subprocess.run([sys.executable, "-c", f"{program}\n{check}"], capture_output=True, text=True, check=True)
    names = "digits, mnist, fashion_mnist, kmnist, cats_vs_dogs, oxford_iiit_pet"
    assert done.stdout == f"DatasetList({names}) load Dataset\n"


def test_the_list_is_a_table_and_says_what_lies_ready(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    catseye.load("digits", data_dir=home)
    listed = catseye.datasets(data_dir=home)
    assert [row["prepared"] for row in listed.to_json()] == [True, False, False, False, False, False]
    html = listed._repr_html_()
    assert "<td" in html
    assert "60,000" in html
    assert "Cursive Japanese" in html
