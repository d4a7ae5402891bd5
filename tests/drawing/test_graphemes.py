"""What a reader takes for one letter is one, and right-to-left names keep their place."""

from __future__ import annotations

import pytest

from catseye.drawing.graphemes import file_word, isolate, letters, shorten


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("cat", ["c", "a", "t"]),
        ("e\u0301te\u0301", ["e\u0301", "t", "e\u0301"]),
        ("রয়েল বেঙ্গল", ["র", "য়ে", "ল", " ", "বে", "ঙ্গ", "ল"]),
        ("ক্ষুধার্ত", ["ক্ষু", "ধা", "র্ত"]),
        ("ক্\u200dষ ক্\u200cষ", ["ক্\u200dষ", " ", "ক্\u200c", "ষ"]),  # joined by wish, and not joined by wish
        ("विद्यार्थी", ["वि", "द्या", "र्थी"]),
        ("தமிழ்", ["த", "மி", "ழ்"]),
        ("น้ำใจ", ["น้ำ", "ใ", "จ"]),
        ("עִבְרִית", ["עִ", "בְ", "רִ", "י", "ת"]),
        ("한국", ["한", "국"]),
        ("👩\u200d👩\u200d👧👍🏽🇧🇩🇮🇳", ["👩\u200d👩\u200d👧", "👍🏽", "🇧🇩", "🇮🇳"]),
        ("", []),
    ],
)
def test_letters_are_what_a_reader_takes_for_one(text: str, parts: list[str]) -> None:
    assert letters(text) == parts


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("tulip", "tulip"),
        ("rose 1", "rose 1"),
        ("sunflower a", "sun… a"),
        ("রয়েল বেঙ্গল টাইগার", "রয়েল…গার"),
    ],
)
def test_a_name_that_is_too_long_keeps_both_ends_and_whole_letters(text: str, short: str) -> None:
    assert shorten(text, 6) == short


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("cat → dog", "cat → dog"),
        ("বাঘ → 猫", "বাঘ → 猫"),
        ("قطة → كلب", "<قطة> → <كلب>"),
        ("قطة 97.3 %", "<قطة> 97.3 %"),
        ("قط صغير, שלום: 3", "<قط صغير>, <שלום>: 3"),
        ("pets/قطة/كلب.png", "pets/<قطة>/<كلب>.png"),
        ("cat\nقطة\nكلب", "cat\n<قطة>\n<كلب>"),
    ],
)
def test_right_to_left_names_are_isolated_from_what_is_around_them(text: str, marked: str) -> None:
    assert isolate(text).replace("\u2068", "<").replace("\u2069", ">") == marked
    assert isolate(isolate(text)) == isolate(text)
    assert isolate(text, "<", ">") == marked


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Maine Coon", "Maine-Coon"),
        ("T-shirt/top", "T-shirt-top"),
        ("../..", "..-.."),
        ("রয়েল বেঙ্গল", "রয়েল-বেঙ্গল"),
        ("قطة: صغيرة", "قطة-صغيرة"),
        ("🐈", ""),
        ("猫" * 100, "猫" * 40),  # of three bytes each
        ("ক্ষ" * 100, "ক্ষ" * 13),  # of nine
    ],
)
def test_a_name_becomes_a_part_of_a_file_s_name(name: str, word: str) -> None:
    assert file_word(name) == word
