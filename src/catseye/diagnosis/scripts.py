"""Which scripts the machine's fonts cover, for text in figures."""

from __future__ import annotations

from importlib.util import find_spec

# Some letters of scripts in which class names are often written and which Matplotlib's own font does not cover.
_LETTERS = {
    "Arabic": "بتق",
    "Bengali": "কখগ",
    "Chinese": "中文猫",
    "Devanagari": "कखग",
    "Hebrew": "אבג",
    "Japanese": "ひらカ",
    "Korean": "한고양",
    "Tamil": "கஙச",
    "Thai": "กขค",
}


def find_scripts() -> dict[str, bool] | None:
    """Return by script whether an installed font covers it; ``None`` without Matplotlib, which draws figures."""
    if find_spec("matplotlib") is None:
        return None
    from catseye.drawing.fonts import has_letters

    return {script: has_letters(letters) for script, letters in _LETTERS.items()}
