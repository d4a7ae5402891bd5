"""The view of a pushed or pulled classifier: a few lines."""

from __future__ import annotations

from catseye.drawing.answer import make_view
from catseye.drawing.view import View
from catseye.hub.shared_classifier import SharedClassifier


@make_view.register(SharedClassifier)
def view_shared(shared: SharedClassifier) -> View:
    """Return repository, revision, files and notes."""
    words = (
        f"{shared.repository}, revision {shared.revision}",
        f"files: {', '.join(shared.files)}",
        f"SHA-256 of the classifier: {shared.sha256}",
        *(f"note: {note}" for note in shared.notes),
    )
    return View(f"{shared.repository}", words)
