"""From the user's pictures and a backbone to a measured and saved classifier."""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from catseye.classifier.classifier import Classifier
from catseye.datasets import Dataset, load
from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.errors import UsageError
from catseye.evaluation.calibration import fit_temperature
from catseye.evaluation.metrics import evaluate_logits
from catseye.inference.agreement import measure_agreement
from catseye.networks.pretrained import pretrained
from catseye.runs.command import transfer_command
from catseye.runs.folder import RunFolder
from catseye.runs.provenance import provenance, summary
from catseye.runs.report_source import ReportSource
from catseye.runs.run import Run, write_run
from catseye.runs.transfer.evaluated import Candidate, evaluate_candidate
from catseye.runs.transfer.features import SplitFeatures, Work, examples_of, extract_all
from catseye.runs.transfer.fine_tuning import FineTuned, fine_tune_candidate
from catseye.system.device import AUTO, chosen_device
from catseye.system.home import home_folder
from catseye.training.plan import check_classes
from catseye.transfer_learning import finetune
from catseye.transfer_learning.head import Head, fit_head
from catseye.transfer_learning.recipe import DEFAULT_BACKBONE, TransferRecipe, check_changes

_COMPARING, _COMPARING_AGAIN = 1.5, 0.3  # seconds for comparing engines, the first time and when features were kept


def transfer(
    data: str | Path | Dataset,
    backbone: str = DEFAULT_BACKBONE,
    *,
    out: str | Path | None = None,
    weights: str | Path | None = None,
    mirrored: bool = False,
    balanced: bool = False,
    fine_tune: bool = False,
    seed: int = 0,
    resume: bool = False,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
    strict: bool = False,
    label: str | None = None,
    device: str = AUTO,
    **changes: Any,
) -> Run:
    """Learn to tell classes apart by what a pretrained backbone makes of their pictures, and return the run.

    Parameters
    ----------
    data
        As for :func:`catseye.load`, or what it returned.
    backbone
        The name of a pretrained network, such as ``"resnet50"`` or ``"timm:NAME"``.
    out
        The run's folder. Without it nothing is written but the features, into ``data_dir``.
    weights
        A safetensors or .pth file for the backbone; by default the official weights.
    mirrored
        Learn from every picture mirrored left to right as well.
    balanced
        Let every class count the same, however many pictures it has.
    fine_tune
        Train the whole network on, once the head is solved, and keep what does better on the validation
        pictures.
    seed
        Decides the folds of cross-validation, and of fine-tuning everything random.
    resume
        Go on with the run in ``out`` where it stopped; a finished one is returned as it is.
    data_dir, archives, strict, label
        As for :func:`catseye.load`.
    device
        What computes: ``"cpu"``, ``"cuda"`` (one GPU), or ``"auto"``: the GPU where there is one.
    **changes
        Options of the recipe of fine-tuning, such as ``epochs=3``: all of `catseye.Recipe` but ``normalise``,
        ``initialisation``, ``batch_norm`` and ``dropout``, which a pretrained backbone determines.

    Raises
    ------
    UsageError
        Something asked for does not exist or does not fit together, or ``out`` is in use.
    CatseyeError
        The data or weights cannot be had, or no picture can be read.

    Examples
    --------
    With a folder of pictures, ``photos/circle/1.png``, ``photos/square/1.png`` and so on:

    >>> run = transfer("photos")
    >>> run.classifier.predict("photos/circle/1.png")[0].class_name
    'circle'
    """
    start, processor = time.perf_counter(), chosen_device(device)
    check_changes(changes, fine_tune=fine_tune)
    folder = RunFolder(Path(out)) if out is not None else None
    name = data.info.name if isinstance(data, Dataset) else str(data)
    asked = {"data": name, "weights": str(weights) if weights else None, "label": label}
    with folder.held(resume=resume) if folder else nullcontext():
        saved = folder.description() if folder and resume else None
        if saved and folder:
            folder.must_agree(saved, asked)
            folder.must_agree(saved["recipe"], {"backbone": backbone, "seed": seed})
            if "result" in saved:
                return Run.open(folder.path)
        dataset = (
            data
            if isinstance(data, Dataset)
            else load(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        )
        check_classes(dataset)
        usual = finetune.default_recipe(len(dataset.splits[TRAIN]), seed)
        choices = TransferRecipe(backbone, mirrored, balanced, usual.with_changes(changes) if fine_tune else None, seed)
        home = home_folder(data_dir)
        found = pretrained(backbone, weights, home)
        if folder:
            chosen = choices.to_json()
            tuning = chosen.pop("fine_tuning")
            folder.must_agree(saved["recipe"] if saved else chosen, chosen)
            if saved and saved["recipe"]["fine_tuning"] != tuning:
                raise UsageError(f"the run in {folder.path} was begun with other fine-tuning; choose another --out.")
            folder.begin({**asked, "recipe": choices.to_json()})
        command = transfer_command(choices, name, str(weights) if weights else None, label, usual)
        return _carry_out(Work(dataset, found, processor, choices, home, folder, start), command)


def _carry_out(work: Work, command: str) -> Run:
    extracted = extract_all(work)
    begin = time.perf_counter()
    head = fit_head(examples_of(work.choices, extracted), work.choices.seed)
    head_seconds = time.perf_counter() - begin
    kept = _solved(work, extracted, head)
    tuned = fine_tune_candidate(work, extracted) if work.choices.fine_tuning else None
    if tuned and tuned.better:
        kept = tuned.candidate
    numbers = _result(work, extracted, head, kept, tuned)
    numbers["seconds"] |= {"head": round(head_seconds, 3), "total": round(time.perf_counter() - work.start, 3)}
    run = Run(
        work.folder.path if work.folder else None,
        _classifier(work, extracted, kept),
        tuple(tuned.progressed.history) if tuned else (),
        numbers,
        kept.evaluations,
    )
    if work.folder:
        write_run(run, work.folder, ReportSource(work.dataset, extracted.pictures, work.choices.to_json(), command))
    return run


def _solved(work: Work, extracted: SplitFeatures, head: Head) -> Candidate:
    """Return the backbone with the head on it, judged on every split; on training pictures by cross-validation too."""
    logits = {split: head.layer.logits(vectors) for split, vectors in extracted.vectors.items()}
    network = finetune.with_head(work.found.network, head.layer)
    if VALIDATION in logits:
        calibration = fit_temperature(logits[VALIDATION], extracted.pictures[VALIDATION].labels)
        return evaluate_candidate(extracted, network, calibration, logits)
    candidate = evaluate_candidate(extracted, network, head.calibration, logits)
    if len(head.judged):
        train = extracted.pictures[TRAIN]
        candidate.evaluations[VALIDATION] = evaluate_logits(
            head.validation[head.judged], train.labels[head.judged], train.classes, head.calibration
        )
    return candidate


def _classifier(work: Work, extracted: SplitFeatures, kept: Candidate) -> Classifier:
    train, found = extracted.pictures[TRAIN], work.found
    made_of = provenance(work.dataset, len(train), train.fingerprint(), work.choices.to_json(), kept.evaluations) | {
        "weights": {"origin": found.origin, "sha256": found.digest}
    }
    return Classifier(kept.network, found.name, {}, found.preprocess, train.classes, kept.calibration, made_of)


def _result(
    work: Work, extracted: SplitFeatures, head: Head, kept: Candidate, tuned: FineTuned | None
) -> dict[str, Any]:
    """Return what ``catseye transfer --json`` prints."""
    numbers = {split: summary(evaluation) for split, evaluation in kept.evaluations.items()}
    split = TEST if TEST in kept.logits else TRAIN
    seconds = _COMPARING if extracted.computed else _COMPARING_AGAIN
    same = measure_agreement(
        kept.network, work.found.preprocess, extracted.pictures[split], kept.logits[split], seconds
    )
    folder = work.folder
    count = sum(map(len, extracted.pictures.values()))
    return {
        "run": str(folder.path) if folder else None,
        "classifier": str(folder.classifier) if folder else None,
        "report": str(folder.report) if folder else None,
        "network": work.found.name,
        "backbone": work.found.name,
        "weights": work.found.origin,
        "parameters": sum(weight.numel() for weight in kept.network.parameters()),
        "features": work.found.network.head.in_features,
        "engine": extracted.engine,
        "agreement": same.to_json(),
        "recipe": work.choices.to_json(),
        "strength": head.strength,
        "epochs": len(tuned.progressed.history) if tuned else 0,
        "stopped": tuned.progressed.stopped if tuned else "",
        "cross_validated": VALIDATION not in extracted.pictures and not (tuned and tuned.better),
        "fine_tuning": {"kept": tuned.better, "why": tuned.why} if tuned else None,
        "seconds": {
            "extract": round(extracted.seconds, 3),
            "head": 0.0,
            "fine_tune": round(tuned.seconds, 3) if tuned else 0.0,
            "total": 0.0,
        },
        "pictures": count,
        "computed": extracted.computed,
        "pictures_per_second": round(count / extracted.seconds, 1),
        "train": numbers["train"],
        "validation": numbers.get("validation"),
        "test": numbers.get("test"),
        "left_out": [out.to_json() for out in (*work.dataset.left_out, *extracted.left_out)],
        "notes": [*work.dataset.notes, *_notes(extracted)],
    }


def _notes(extracted: SplitFeatures) -> list[str]:
    train = extracted.pictures[TRAIN]
    counts = np.bincount(train.labels, minlength=len(train.classes))
    lonely = [name for name, count in zip(train.classes, counts, strict=True) if count == 1]
    if not lonely:
        return []
    return [f"a single training picture of {', '.join(lonely)}: nothing says how well others will be recognised."]
