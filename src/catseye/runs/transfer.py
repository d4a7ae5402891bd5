"""From the user's pictures and a backbone to a measured and saved classifier."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.classifier import Classifier
from catseye.datasets import Dataset, LeftOut, load
from catseye.datasets.catalogue import home_folder
from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.datasets.splits import stratified
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.calibration import Calibration, fit_temperature, log_losses
from catseye.evaluation.metrics import evaluation
from catseye.networks.pretrained import pretrained
from catseye.reports.command import transfer_command
from catseye.reports.source import Source
from catseye.runs.folder import RunFolder
from catseye.runs.provenance import provenance, summary
from catseye.runs.run import Run, write_run
from catseye.training.plan import check_classes
from catseye.training.recipe import Recipe
from catseye.transfer_learning import finetune
from catseye.transfer_learning.agreement import agreement
from catseye.transfer_learning.choices import DEFAULT_BACKBONE, Choices
from catseye.transfer_learning.engine import best_engine
from catseye.transfer_learning.extract import Features, extract
from catseye.transfer_learning.head import Examples, Head, fit_head

_SPLITS = (TRAIN, VALIDATION, TEST)
_MOST_GONE = 0.1  # of a split's pictures
_COMPARING, _COMPARING_AGAIN = 1.5, 0.3  # seconds for comparing engines, the first time and when features were kept

if TYPE_CHECKING:
    from catseye.datasets import Pictures
    from catseye.evaluation.calibration import Floats, Integers
    from catseye.evaluation.metrics import Evaluation
    from catseye.networks.backbone import Backbone
    from catseye.networks.pretrained import Pretrained
    from catseye.training.checkpoint import Progressed


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
    **changes
        Fields of the fine-tuning's recipe to change, such as ``epochs=3``.

    Raises
    ------
    UsageError
        Something asked for does not exist or does not fit together, or ``out`` is in use.
    CatseyeError
        The data or weights cannot be had, or no picture can be read.

    Examples
    --------
    >>> run = transfer("oxford_iiit_pet", label="species")  # doctest: +SKIP
    >>> run.classifier.predict("photo.jpg")[0].class_name  # doctest: +SKIP
    'cat'
    """
    start = time.perf_counter()
    Recipe().with_changes(changes)  # names and values that do not exist are refused before anything else
    if changes and not fine_tune:
        raise UsageError(
            f"{', '.join(changes)}: for fine-tuning only, which was not asked for (fine_tune, --fine-tune)."
        )
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
        choices = Choices(backbone, mirrored, balanced, usual.with_changes(changes) if fine_tune else None, seed)
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
        return _carry_out(_Work(dataset, found, choices, home, folder, start), command)


@dataclass(frozen=True, eq=False)
class _Work:
    """What a transfer works on."""

    dataset: Dataset
    found: Pretrained
    choices: Choices
    home: Path
    folder: RunFolder | None
    start: float


@dataclass(frozen=True, eq=False)
class _Extracted:
    """By split: the pictures that could be read, and what the backbone makes of them."""

    pictures: dict[str, Pictures]
    vectors: dict[str, Floats]
    copies: Floats | None
    left_out: tuple[LeftOut, ...]
    computed: int
    seconds: float
    engine: str


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A classifier in the making: a network, and what it says of every split."""

    network: Backbone
    calibration: Calibration
    logits: dict[str, Floats]
    evaluations: dict[str, Evaluation]


@dataclass(frozen=True, eq=False)
class _Tuned:
    """What fine-tuning came to, and whether it did better than the head alone, on the same validation pictures."""

    candidate: _Candidate
    progressed: Progressed
    seconds: float
    better: bool
    why: str


def _carry_out(work: _Work, command: str) -> Run:
    extracted = _extracted(work)
    begin = time.perf_counter()
    head = fit_head(_examples(work.choices, extracted), work.choices.seed)
    head_seconds = time.perf_counter() - begin
    kept = _solved(work, extracted, head)
    tuned = _tuned(work, extracted) if work.choices.fine_tuning else None
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
        write_run(run, work.folder, Source(work.dataset, extracted.pictures, work.choices.to_json(), command))
    return run


def _extracted(work: _Work) -> _Extracted:
    engine = best_engine(work.found.network, work.found.preprocess)
    parts = {split: work.dataset.splits[split] for split in _SPLITS if split in work.dataset.splits}
    features = {split: extract(work.found, part, work.home, engine=engine) for split, part in parts.items()}
    train, copies = features[TRAIN], None
    if work.choices.mirrored:
        copies = extract(work.found, parts[TRAIN], work.home, mirrored=True, engine=engine)
        # A picture can vanish between the two.
        train, copies = _both(train, copies), _both(copies, train)
        features[TRAIN] = train
    _demand_most(work, parts, features)
    every = [*features.values(), *([copies] if copies else [])]
    return _Extracted(
        {split: parts[split].take(part.kept.tolist()) for split, part in features.items() if len(part.kept)},
        {split: part.vectors for split, part in features.items() if len(part.kept)},
        copies.vectors if copies else None,
        tuple(dict.fromkeys(out for part in every for out in part.left_out)),
        sum(part.computed for part in every),
        sum(part.seconds for part in every),
        engine.name,
    )


def _demand_most(work: _Work, parts: dict[str, Pictures], features: dict[str, Features]) -> None:
    """Raise `CatseyeError` if so many pictures went during the run that a result would speak of other data."""
    for split, part in features.items():
        pictures = parts[split]
        before, after = (np.unique(labels) for labels in (pictures.labels, pictures.labels[part.kept]))
        gone = len(pictures) - len(part.kept)
        if gone > _MOST_GONE * len(pictures) or len(after) < len(before):
            raise CatseyeError(
                f"{gone:,} of the {len(pictures):,} {split} pictures of {work.dataset.info.name} can no longer be "
                f"read, first {part.left_out[0].picture} ({part.left_out[0].reason}).\n"
                "Bring them back and run the same again: the features of the others are kept."
            )


def _both(features: Features, others: Features) -> Features:
    """Return the features of those pictures that are among the others too."""
    inside = np.isin(features.kept, others.kept)
    return replace(features, vectors=features.vectors[inside], kept=features.kept[inside])


def _examples(choices: Choices, extracted: _Extracted) -> Examples:
    train = extracted.pictures[TRAIN]
    return Examples(extracted.vectors[TRAIN], train.labels, len(train.classes), extracted.copies, choices.balanced)


def _solved(work: _Work, extracted: _Extracted, head: Head) -> _Candidate:
    """Return the backbone with the head on it, judged on every split; on training pictures by cross-validation too."""
    logits = {split: head.layer.logits(vectors) for split, vectors in extracted.vectors.items()}
    network = finetune.with_head(work.found.network, head.layer)
    if VALIDATION in logits:
        calibration = fit_temperature(logits[VALIDATION], extracted.pictures[VALIDATION].labels)
        return _judged(extracted, network, calibration, logits)
    candidate = _judged(extracted, network, head.calibration, logits)
    if len(head.judged):
        train = extracted.pictures[TRAIN]
        candidate.evaluations[VALIDATION] = evaluation(
            head.validation[head.judged], train.labels[head.judged], train.classes, head.calibration
        )
    return candidate


def _judged(
    extracted: _Extracted, network: Backbone, calibration: Calibration, logits: dict[str, Floats]
) -> _Candidate:
    evaluations = {
        split: evaluation(logits[split], part.labels, part.classes, calibration)
        for split, part in extracted.pictures.items()
    }
    return _Candidate(network, calibration, logits, evaluations)


def _tuned(work: _Work, extracted: _Extracted) -> _Tuned:
    """Train the whole network on, from a head that was solved without the validation pictures."""
    recipe = work.choices.fine_tuning
    assert recipe is not None
    begin = time.perf_counter()
    examples, train = _examples(work.choices, extracted), extracted.pictures[TRAIN]
    inside = np.arange(len(train))
    if VALIDATION in extracted.pictures:
        validation, before_of = extracted.pictures[VALIDATION], extracted.vectors[VALIDATION]
    else:
        inside, outside = stratified(train.labels, recipe.validation, work.choices.seed)
        if not len(outside):
            raise UsageError("fine-tuning needs validation pictures, and no class has one to spare: bring more.")
        validation, before_of = train.take(outside.tolist()), extracted.vectors[TRAIN][outside]
    head = fit_head(examples.take(inside), work.choices.seed)
    network = finetune.with_head(work.found.network, head.layer)

    def on_epoch(progressed: Progressed) -> None:
        if work.folder:
            work.folder.write_history(progressed.history)

    progressed = finetune.fine_tune(
        network,
        work.found.preprocess,
        train.take(inside.tolist()),
        validation,
        recipe,
        work.folder.checkpoint if work.folder else None,
        on_epoch,
    )
    after = replace(work.found, network=network.eval())
    pictures = extracted.pictures | {VALIDATION: validation}
    logits = {split: _logits(after, part) for split, part in pictures.items()}
    calibration = fit_temperature(logits[VALIDATION], validation.labels)
    candidate = _judged(replace(extracted, pictures=pictures), after.network, calibration, logits)
    without = head.layer.logits(before_of)
    better, why = _compared(without, logits[VALIDATION], validation.labels, validation.classes)
    return _Tuned(candidate, progressed, time.perf_counter() - begin, better, why)


def _logits(found: Pretrained, pictures: Pictures) -> Floats:
    layer, features = found.network.head, extract(found, pictures, None)
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    result: Floats = features.vectors @ weight.T + bias
    return result


def _compared(without: Floats, tuned: Floats, labels: Integers, classes: tuple[str, ...]) -> tuple[bool, str]:
    """Say whether fine-tuning lowered the log loss, both calibrated, by more than its standard error; and why."""
    before, after = (
        evaluation(logits, labels, classes, fit_temperature(logits, labels)) for logits in (without, tuned)
    )
    gains = log_losses(before.probabilities, labels) - log_losses(after.probabilities, labels)
    error = float(gains.std(ddof=1) / np.sqrt(len(gains))) if len(gains) > 1 else np.inf
    better = float(gains.mean()) > error
    what = "The fine-tuned network" if better else "The head on the unchanged backbone"
    return better, (
        f"{what} is kept: on {len(labels)} validation pictures that neither learned from, log loss "
        f"{after.loss:.4f} and accuracy {after.accuracy:.2%} after fine-tuning, {before.loss:.4f} and "
        f"{before.accuracy:.2%} before; a gain counts if it exceeds its standard error, {error:.4f}."
    )


def _classifier(work: _Work, extracted: _Extracted, kept: _Candidate) -> Classifier:
    train, found = extracted.pictures[TRAIN], work.found
    made_of = provenance(work.dataset, len(train), train.fingerprint(), work.choices.to_json(), kept.evaluations) | {
        "weights": {"origin": found.origin, "sha256": found.digest}
    }
    return Classifier(kept.network, found.name, {}, found.preprocess, train.classes, kept.calibration, made_of)


def _result(work: _Work, extracted: _Extracted, head: Head, kept: _Candidate, tuned: _Tuned | None) -> dict[str, Any]:
    """Return what ``catseye transfer --json`` prints."""
    numbers = {split: summary(evaluation) for split, evaluation in kept.evaluations.items()}
    split = TEST if TEST in kept.logits else TRAIN
    seconds = _COMPARING if extracted.computed else _COMPARING_AGAIN
    same = agreement(kept.network, work.found.preprocess, extracted.pictures[split], kept.logits[split], seconds)
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


def _notes(extracted: _Extracted) -> list[str]:
    train = extracted.pictures[TRAIN]
    counts = np.bincount(train.labels, minlength=len(train.classes))
    lonely = [name for name, count in zip(train.classes, counts, strict=True) if count == 1]
    if not lonely:
        return []
    return [f"a single training picture of {', '.join(lonely)}: nothing says how well others will be recognised."]
