"""A transfer updated with added pictures, and what that changed."""

from __future__ import annotations

import shlex
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.arguments import received
from catseye.classifier.comparison.class_matching import evaluate_as, match_classes
from catseye.classifier.comparison.paired_comparison import PairedComparison
from catseye.datasets.added_pictures import add_pictures
from catseye.datasets.class_changes import change_classes, repeat_changes
from catseye.datasets.dataset import TEST, TRAIN, Dataset
from catseye.datasets.loading import open_dataset
from catseye.datasets.picture_record import read_record
from catseye.errors import UsageError
from catseye.runs.folder import RunFolder
from catseye.runs.request import Request
from catseye.runs.run import Run
from catseye.runs.session import open_session
from catseye.runs.transfer.engines import Engines
from catseye.runs.transfer.execution import carry_out
from catseye.runs.transfer.plan import TransferPlan
from catseye.runs.transfer.preparation import preparing
from catseye.runs.update import Update
from catseye.system.device import choose_device
from catseye.system.home import home_folder
from catseye.training.training_data import check_classes
from catseye.transfer_learning.recipe import DEFAULT_BACKBONE, TransferRecipe

if TYPE_CHECKING:
    from catseye.datasets import Pictures
    from catseye.datasets.added_pictures import Addition
    from catseye.datasets.loading import DataSource
    from catseye.runs.session import Session

_CHOICES = ("backbone", "weights", "mirrored", "balanced", "fine_tune", "time_limit", "size", "seed")
_USUAL = (DEFAULT_BACKBONE, None, False, False, False, 0.0, None, 0)


def refuse_choices(update: Run | str | Path, asked: tuple[Any, ...]) -> None:
    """Raise `UsageError` if a choice is given that the earlier run decides; its backbone may be named."""
    *values, changes = asked
    chosen = [name for name, value, usual in zip(_CHOICES, values, _USUAL, strict=True) if value != usual]
    if chosen == [_CHOICES[0]] and not changes and _open(update).result.network == values[0]:
        return
    if chosen or changes:
        raise UsageError(f"update repeats the choices of the run; leave out {', '.join([*chosen, *changes])}.")


def update_run(
    update: Run | str | Path,
    data: DataSource,
    out: str | Path | None,
    data_dir: str | Path | None,
    archives: str | Path | None,
    device: str,
    label: str | None,
    *,
    resume: bool,
    strict: bool,
) -> Run:
    """Return the run ``update`` retrained with the same choices and what ``data`` adds to its pictures.

    For the parameters see :func:`catseye.transfer`.

    Raises
    ------
    UsageError
        ``update`` is not a finished run of ``transfer`` that records what it learned from, or ``data`` adds nothing.
    CatseyeError
        The data cannot be read, or pictures of the run are missing.
    """
    start, processor, home = time.perf_counter(), choose_device(device), home_folder(data_dir)
    old = _open(update)
    assert old.folder is not None
    known, before = read_record(RunFolder(old.folder).pictures), RunFolder(old.folder).read_request()
    assert before is not None
    assert isinstance(old.result.recipe, TransferRecipe)
    recipe, given = old.result.recipe, _name(data)
    with open_session(out, resume=resume) as session:
        session.require(verb="transfer", update=str(old.folder), added=given)
        finished = session.open_finished_run()
        if finished:
            return finished
        with preparing(recipe.backbone, before.weights, home, processor) as (coming, ahead):
            dataset = open_dataset(data, data_dir=data_dir, archives=archives, strict=strict, label=label, whole=True)
            made = dataset.info.made_in_python
            changes = repeat_changes(before.options, dataset.info.classes)
            dataset = change_classes(dataset, changes, fewest=1) if changes.given else dataset
            added = add_pictures(known, dataset, home)
        combined = _describe(added.dataset, before, old)
        check_classes(combined)
        found, engines = coming.result()
        ranged = found.preprocess.ranged(combined.splits[TRAIN].value_range)
        if ranged != found.preprocess:
            found = replace(found, preprocess=ranged)
            engines = Engines(found, home, processor)
        _start(session, replace(before, recipe=recipe, update=str(old.folder), added=given), combined)
        words = ["catseye", "transfer", given, "--update", str(old.folder), *dataset.info.options, "--out", "RUN"]
        plan = TransferPlan(combined, found, recipe, ahead)
        command = "" if made else shlex.join(words)
        return carry_out(
            plan, engines, session, lambda _: command, home, processor, start, amend=partial(_amend, old, added)
        )


def _open(update: Run | str | Path) -> Run:
    """Return a run of ``transfer`` whose pictures are known."""
    if not isinstance(update, Run | str | Path):
        raise UsageError(f"update is a run of transfer, or the path of its folder; got {received(update)}.")
    run = update if isinstance(update, Run) else Run.open(update)
    if run.result.backbone is None:
        raise UsageError(f"{run.name} is a run of train; expected a run of transfer.")
    if run.folder is None:
        raise UsageError("update needs a run that was written into a folder: transfer(…, out=…).")
    if not RunFolder(run.folder).pictures.exists():
        raise UsageError(
            f"{run.folder} does not record which pictures it learned from: they were in memory, or the run was "
            "made by an earlier version.\nStart a new transfer with all pictures."
        )
    return run


def _name(data: DataSource) -> str:
    if isinstance(data, str | Path):
        return str(data)
    return data.info.name if isinstance(data, Dataset) else "pictures"


def _describe(dataset: Dataset, before: Request, old: Run) -> Dataset:
    """Return the data set under the name of the earlier run's, with pictures decoded as the earlier run did."""
    data, own = old.classifier.provenance.get("data"), dataset.info
    known = data if isinstance(data, dict) else {}
    info = replace(
        own,
        name=before.data,
        description="Your own pictures.",
        version="",
        options=before.options,
        split="",
        licence=_join_licences(str(known.get("licence", "")), own.licence),
        citation="; ".join(dict.fromkeys(text for text in (str(known.get("citation", "")), own.citation) if text)),
    )
    own_range = old.classifier.preprocess.value_range
    return Dataset(info, {split: part.ranged(own_range) for split, part in dataset.splits.items()})


def _join_licences(earlier: str, added: str) -> str:
    if earlier == added:
        return added
    return f"{earlier or 'none stated'} (the earlier pictures); {added or 'none stated'} (the added pictures)"


def _start(session: Session, request: Request, dataset: Dataset) -> None:
    tuned = isinstance(request.recipe, TransferRecipe) and request.recipe.fine_tuning
    fingerprint = dataset.splits[TRAIN].fingerprint() if tuned else None
    if session.saved and session.saved.fingerprint:
        session.require(fingerprint=fingerprint)
    session.start(replace(request, fingerprint=fingerprint, time_limit=0.0, classifier_size=""))


def _amend(old: Run, added: Addition, run: Run) -> Run:
    """Return the new run with what changed since the old one."""
    assert run.source is not None
    test = run.source.splits.get(TEST)
    comparison = _compare(old, run, test) if test is not None else None
    counts = comparison.counts if comparison else None
    found = Update(str(old.folder), added.learned, added.corrected, added.kept_out, added.new_classes, counts)
    return replace(
        run,
        result=replace(run.result, update=found),
        source=replace(run.source, comparison=comparison),
    )


def _compare(old: Run, run: Run, test: Pictures) -> PairedComparison | None:
    """Return both classifiers on the test pictures of classes that the old one knows, ``None`` if there are none."""
    names = np.array(test.classes, object)[test.labels]
    places = [place for place, name in enumerate(names) if name in old.classifier.classes]
    if not places:
        return None
    shown, paths = test.take(places), tuple(map(test.name, places))
    common = sorted({names[place] for place in places})
    before = evaluate_as(old.classifier, shown, match_classes(old.classifier.classes, common, (), "before"))
    whole = run.evaluations[TEST]
    after = replace(whole, probabilities=whole.probabilities[places], labels=whole.labels[places])
    evaluations = replace(before, pictures=paths), replace(after, pictures=paths)
    return PairedComparison(("before", "after"), evaluations, shown)
