"""Metrics for Prometheus at ``/metrics``: requests, their latency, and predictions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from catseye.classifier.prediction import Prediction
from catseye.serve.settings import SHARED_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus_client import Metric

    from catseye.errors import PictureError
    from catseye.serve.models import ServedModel

_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5, 10, 30)
_BATCHES = (1, 2, 4, 8, 16, 32)
_CONFIDENCES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
_SCORES = (-2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 4, 8)
_MODEL = ("model", "version")


class _WithoutCreationTimes:
    """Metrics without the creation time of each, which would be half of the lines.

    prometheus_client itself can leave them out only for the whole process.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric


class Metrics:
    """The metrics of one application; several processes add theirs up if `SHARED_FOLDER` is set."""

    def __init__(self) -> None:
        self._registry = own = CollectorRegistry()
        self._requests = Counter("catseye_requests", "Requests answered.", ("route", "method", "status"), registry=own)
        self._seconds = Histogram(
            "catseye_request_seconds", "Latency of a request.", ("route",), buckets=_SECONDS, registry=own
        )
        self._queue = Gauge(
            "catseye_queue_pictures",
            "Pictures that are waiting for an answer.",
            registry=own,
            multiprocess_mode="livesum",
        )
        self._batches = Histogram("catseye_batch_pictures", "Pictures in a batch.", buckets=_BATCHES, registry=own)
        self._predictions = Counter(
            "catseye_predictions", "Pictures by predicted class.", (*_MODEL, "class"), registry=own
        )
        self._broken = Counter("catseye_broken_pictures", "Pictures that could not be used.", _MODEL, registry=own)
        self._unfamiliar = Counter("catseye_unfamiliar", "Pictures unlike the training pictures.", _MODEL, registry=own)
        self._confidence = Histogram(
            "catseye_confidence", "Probability of the predicted class.", _MODEL, buckets=_CONFIDENCES, registry=own
        )
        self._scores = Histogram("catseye_unfamiliarity", "Unfamiliarity.", _MODEL, buckets=_SCORES, registry=own)
        self._expected = Gauge(
            "catseye_expected_unfamiliar_share",
            "Share of unfamiliar pictures to expect among pictures that resemble the training pictures.",
            _MODEL,
            registry=own,
            multiprocess_mode="mostrecent",
        )
        self._reloads = Counter(
            "catseye_reloads",
            "Classifiers loaded because their file is new or was replaced.",
            (*_MODEL, "outcome"),
            registry=own,
        )

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request by its route, and its latency."""
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route).observe(seconds)

    def count_batch(self, pictures: int) -> None:
        """Count a batch by its number of pictures."""
        self._batches.observe(pictures)

    def count_reload(self, name: str, version: str, outcome: str) -> None:
        """Count a replaced file of a classifier, which was ``"loaded"`` or is ``"damaged"``."""
        self._reloads.labels(name, version, outcome).inc()

    def set_queue(self, pictures: int) -> None:
        """Set the number of pictures that are waiting for an answer."""
        self._queue.set(pictures)

    def set_expected_share(self, served: ServedModel) -> None:
        """Set the share of unfamiliar pictures that a model expects."""
        if served.classifier.unfamiliarity:
            self._expected.labels(served.name, served.version).set(served.classifier.unfamiliarity.false_alarms)

    def count_answers(self, served: ServedModel, answers: Sequence[Prediction | PictureError]) -> None:
        """Count a model's predictions and the pictures that it could not use."""
        labels = served.name, served.version
        for answer in answers:
            if not isinstance(answer, Prediction):
                self._broken.labels(*labels).inc()
                continue
            self._predictions.labels(*labels, answer.class_name).inc()
            self._confidence.labels(*labels).observe(answer.probability)
            if answer.unfamiliarity is not None:
                self._scores.labels(*labels).observe(answer.unfamiliarity)
                self._unfamiliar.labels(*labels).inc(bool(answer.unfamiliar))

    def render(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        if not os.environ.get(SHARED_FOLDER):
            return generate_latest(_WithoutCreationTimes(self._registry))
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return generate_latest(shared)
