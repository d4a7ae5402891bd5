"""A notebook that calls the verbs, run by a real kernel: each cell shows a picture or a table, and nothing in red."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import nbclient
import nbformat
import pytest

from tests.conftest import draw_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = [
    pytest.mark.slow,
    # Of the packages that talk to the kernel.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning", "ignore::ResourceWarning"),
]

CELLS = {
    "data sets": "catseye.datasets()",
    "info": 'catseye.info("digits")',
    "data set": 'digits = catseye.load("digits"); digits',
    "split": 'digits["test"]',
    "show": 'catseye.show("digits")',
    "check": 'catseye.check("photos")',
    "summary": 'catseye.summary("convnet")',
    "run": 'run = catseye.train("digits", epochs=2, out="my-run"); run',
    "opened run": 'catseye.Run.open("my-run")',
    "comparison": 'catseye.compare([run, "my-run"])',
    "paired comparison": 'catseye.compare(run, "my-run", on="digits")',
    "evaluation": 'catseye.evaluate(run, "digits")',
    "robustness": 'catseye.evaluate(run, "digits", robust=[0.05], examples=5)',
    "prediction": 'picture = digits["test"].picture(0); run.classifier.predict(picture)[0]',
    "predictions": 'catseye.predict(run, digits["test"].take(3))',
    "folder": 'catseye.predict("my-run", "photos")',
    "sorting": 'catseye.sort(run, "photos", "sorted", copy=True)',
    "labelling": 'catseye.label_next(run, "photos", n=3)',
    "label file": 'catseye.load("photos/labels.csv")',
    "shifts": 'catseye.shifts("digits", largest=1, classifier=run)',
    "convolution": "catseye.convolve()",
    "integral": 'catseye.convolve_functions("box", "gaussian:0.5")',
    "equivariance": "catseye.equivariance(picture)",
    "hierarchy": 'catseye.hierarchy(run, "digits", channels=1, steps=1)',
    "pooling": "catseye.pool()",
    "tensors": "catseye.tensors(picture)",
    "maps": "catseye.maps(run, picture)",
    "receptive field": 'catseye.receptive_field("my-run", picture)',
    "explanation": "catseye.explain(run, picture)",
    "explanation by several methods": 'catseye.explain(run, picture, methods="occlusion,integrated_gradients")',
    "ideal": 'catseye.ideal(run, "4", steps=8)',
    "attack": "catseye.attack(run, picture)",
    "classifier": "run.classifier",
    "part of a split": 'train = digits["train"]; catseye.show(train[train.labels == 3])',
}
ERRORS = {  # and how each ends
    'catseye.load("mnits")': "unknown data set, folder or archive 'mnits'; did you mean mnist",
    'catseye.show("digits", cout=3)': "unknown option of show: 'cout'; did you mean count?",
    'catseye.attack(run, picture, epsilon="much")': "epsilon must be a number such as 4/255 or 0.016; got 'much'.",
    "catseye.maps(picture, run)": "the first argument must be a classifier, a run, the path of either",
    'catseye.predict(run, "nope.png")': "nope.png: there is no such file",
    'catseye.evaluate(run, "digits").save("nodir/x.png")': "nodir/x.png cannot be written: there is no folder nodir.",
    'catseye.evaluate(run, "digits").save("x.pdf")': "the file must end in .png, .svg, .html or .csv; got x.pdf.",
    'run.classifier.save("x.png")': "a classifier is saved as a .safetensors file; got x.png.",
    "train.batch(32)": "batch takes the indices of pictures, e.g. batch(range(32))",
    "train.batches(0)": "a batch has a whole number of pictures, at least 1; got 0.",
    'train.take("x")': "pictures are chosen by whole numbers, by a slice, or by True or False for each",
    "train[3.5]": "pictures are chosen by whole numbers, by a slice, or by True or False for each",
    "train[5000]": "there is no picture 5000; there are 1,438, numbered from 0.",
    'digits["tset"]': "unknown split 'tset'; did you mean test?",
    'digits.info.features["lable"]': "unknown feature 'lable'; did you mean label?",
    'catseye.predict(run, ["nope.png"])[0].class_name': "there is no class_name, because this is an error: nope.png: ",
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Any]]:
    """What stands below each cell once all have run."""
    folder = tmp_path_factory.mktemp("notebook")
    draw_folder(folder / "photos", {"cats": 4, "dogs": 4})
    (folder / "photos" / "cats" / "broken.png").write_bytes(b"")
    rows = [f"{kind}/{number}.png,{kind}" for kind in ("cats", "dogs") for number in range(4)]
    (folder / "photos" / "labels.csv").write_text("\n".join(["file,label", *rows]))
    sources = ["import catseye", *CELLS.values(), *ERRORS]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]  # type: ignore[no-untyped-call]
    book = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    for cell in book.cells[-len(ERRORS) :]:
        cell.metadata["tags"] = ["raises-exception"]
    client = nbclient.NotebookClient(book, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.execute()
    return dict(zip(["import", *CELLS, *ERRORS], (cell.outputs for cell in book.cells), strict=True))


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_shows_a_picture_or_a_table_and_nothing_in_red(name: str, outputs: Mapping[str, list[Any]]) -> None:
    said = outputs[name]
    assert [output for output in said if output.output_type == "stream"] == []
    (result,) = [output for output in said if output.output_type == "execute_result"]
    assert re.search("<img|<table", result.data["text/html"])
    line = result.data["text/plain"]
    assert len(line.splitlines()) == 1
    assert len(line) <= 160
    assert not re.search(r"Figure|array\(|object at 0x", line)


def test_a_training_is_one_line_that_says_how_it_ended(outputs: Mapping[str, list[Any]]) -> None:
    lines = [output.data["text/plain"] for output in outputs["run"] if output.output_type == "display_data"]
    assert len(lines) == 1
    assert re.fullmatch(r"epoch 2/2  loss \d.*s", lines[0])


@pytest.mark.parametrize("source", ERRORS)
def test_an_error_ends_in_its_sentence_and_shows_no_source_but_the_cells(
    source: str, outputs: Mapping[str, list[Any]]
) -> None:
    (error,) = [output for output in outputs[source] if output.output_type == "error"]
    assert error.ename in ("UsageError", "PictureError", "MissingPictureError", "NoPredictionError")
    assert error.evalue.startswith(ERRORS[source])
    lines = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback)).splitlines()
    assert [line for line in lines if line.startswith("File ")] == []
    assert len(lines) <= 8, "\n".join(lines)


def test_a_run_links_to_its_report_as_seen_from_the_notebook(outputs: Mapping[str, list[Any]]) -> None:
    (result,) = [output for output in outputs["run"] if output.output_type == "execute_result"]
    assert 'href="my-run/report.html"' in result.data["text/html"]
