"""Matrices as text: typed, printed by NumPy, PyTorch or TensorFlow, and as CSV."""

from __future__ import annotations

import re

from catseye.errors import UsageError

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?(/\d+)?", re.IGNORECASE)
_EXAMPLE = '"1 2 3; 4 5 6"'
_NOT_FINITE = ("nan", "inf", "infinity")
_TRUTH = {"true": 1.0, "false": 0.0}
_ELLIPSIS = re.compile(r"\.\.\.|…")
# What stands around the numbers in a print: array([[1, 2]], dtype=int8), tensor([[1.]], device='cuda:0'),
# <tf.Tensor: shape=(1, 1), dtype=float32, numpy=array([[1.]])>, [[np.float64(1.0)]].
_CALL = re.compile(r"^\s*(?:[a-z_]\w*\.)*(?:as)?(?:array|tensor|matrix|parameter)\s*\(", re.IGNORECASE)
_TENSORFLOW = re.compile(r"^\s*<tf\.\w+[^\[]*?numpy\s*=")
_SCALAR = re.compile(r"\b(?:np|numpy)\.\w+\(([^()]*)\)")
_KEYWORD = re.compile(r"[,\s]*\b[a-z_]+\s*=\s*(?:'[^']*'|<[^<>]*>|\([^()]*\)|[\w.]+)", re.IGNORECASE)
_CONTAINING = re.compile(r"^\s*parameter containing:\s*", re.IGNORECASE)
_DEEPEST = 8  # levels of brackets


def is_matrix(text: str) -> bool:
    """Say whether a text is meant as a matrix, right or wrong: it begins with a number, a bracket, or as a print."""
    if _CALL.match(text) or _TENSORFLOW.match(text) or _CONTAINING.match(text):
        return True
    first = re.split(r"[\s,;]+", text.strip())[0].lower().lstrip("+-−")
    return bool(re.match(r"\.?\d|[\[(]", first)) or first in (*_NOT_FINITE, *_TRUTH)


def parse_text(text: str) -> list[list[float]]:
    """Return the rows of a matrix as it is typed, as ``"1 2 3; 4 5 6"``, or printed, as ``"[[1 2]\\n [3 4]]"``.

    Rows end with a semicolon or a new line, or stand in brackets; numbers are separated by spaces or commas and may be
    fractions (``1/9``). Where lines end the rows, semicolons within them separate numbers, as in CSV.

    Raises
    ------
    UsageError
        A word is not a number, rows differ in length, numbers are left out by ``...``, or it cannot be told what
        separates the numbers.
    """
    text = text.replace("−", "-")
    if _ELLIPSIS.search(text):
        raise UsageError(
            "the matrix is printed with ..., which leaves numbers out; save it whole with numpy.save and give the "
            ".npy file."
        )
    if "[" in text or text.lstrip().startswith("(") or _CALL.match(text):
        return _check_rows([_numbers(row, number) for number, row in enumerate(_in_brackets(text), 1)])
    lines = _lines(text)
    if len(lines) > 1 and any(";" in line.strip().rstrip(";") for line in lines):
        return parse_csv(text)
    return _check_rows([_numbers(row, number) for number, row in enumerate(_lines(text.replace(";", "\n")), 1)])


def parse_csv(text: str) -> list[list[float]]:
    """Return the rows of a CSV file, one per line, numbers separated by commas, semicolons, tabs or spaces.

    Between semicolons and between tabs, a comma is a decimal comma.

    Raises
    ------
    UsageError
        As :func:`parse_text`.
    """
    text = text.replace("−", "-")
    if text.lstrip().startswith(("[", "(")):
        return parse_text(text)
    lines = [line.rstrip(" ").removesuffix(";") for line in _lines(text)]
    separator = next((sign for sign in ";\t" if any(sign in line for line in lines)), None)
    if separator is None or not any(separator in line.strip() for line in lines):
        return _check_rows([_numbers(line, number) for number, line in enumerate(lines, 1)])
    joined = "".join(lines)
    if separator == ";" and len(lines) == 1 and ("," in joined or " " in joined.strip()):
        raise UsageError(
            "one line with semicolons and other separators can be several rows or decimal commas; put each row on a "
            "line of its own."
        )
    if separator == "\t" and re.search(r",\s", joined):
        return _check_rows([_numbers(line, number) for number, line in enumerate(lines, 1)])
    rows = [[word.replace(",", ".") for word in line.split(separator)] for line in lines]
    return _check_rows([[_number(word, at) for word in row] for at, row in enumerate(rows, 1)])


def _lines(text: str) -> list[str]:
    """Return the lines that hold numbers: neither empty nor a comment, as numpy.savetxt writes it."""
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _in_brackets(text: str) -> list[str]:
    """Return the rows, as text, of a matrix in brackets."""
    text = _CONTAINING.sub("", _TENSORFLOW.sub("", text))
    text = _SCALAR.sub(r"\1", text)
    if _CALL.match(text) or "=" in text:
        text = _KEYWORD.sub("", _CALL.sub("", text)).strip().rstrip(">").strip().removesuffix(")")
    if "[" not in text:
        text = text.replace("(", "[").replace(")", "]")
    rows: list[str] = []
    opened = [0] * (_DEEPEST + 1)  # brackets, by level
    depth = deepest = 0
    for token in re.findall(r"[\[\]]|[^\[\]]+", text):
        depth += {"[": 1, "]": -1}.get(token, 0)
        if token == "[":
            if depth > _DEEPEST:
                raise UsageError(f"a matrix has two levels of brackets, as in [[1, 2], [3, 4]]; got over {_DEEPEST}.")
            opened[depth] += 1
        elif depth < 0:
            raise UsageError("a bracket is closed that was not opened; write a matrix as [[1, 2], [3, 4]].")
        elif token != "]" and token.strip(" \t\r\n,;"):
            if rows and depth != deepest:
                raise UsageError("numbers stand outside the rows' brackets; write a matrix as [[1, 2], [3, 4]].")
            deepest = depth
            rows += token.replace("\n", ";").split(";") if depth == 1 and ";" in token else [token.replace("\n", " ")]
    if depth:
        raise UsageError("a bracket is not closed; write a matrix as [[1, 2], [3, 4]].")
    if any(count > 1 for count in opened[1:deepest]):
        raise UsageError("the text holds several matrices; give one of them, in two levels of brackets.")
    if (rows and any(opened[deepest + 1 :])) or (deepest and len(rows) < opened[deepest]):
        raise UsageError("a row of the matrix is empty; rows are equally long.")
    return [row for row in rows if row.strip(" \t\r,")]


def _numbers(row: str, number: int) -> list[float]:
    """Return the numbers of a row, which are separated by commas or by spaces, not by both."""
    row = row.strip().rstrip(",").rstrip()
    if "," in row and re.search(r"[^\s,]\s+[^\s,]", row):
        raise UsageError(
            f"row {number} has both commas and spaces between numbers: separate them by one of the two; decimals are "
            "written with a point."
        )
    return [_number(word, number) for word in re.split(r"\s*,\s*|\s+", row)]


def _number(word: str, row: int) -> float:
    word = word.strip().strip("\"'").strip()
    plain = word.lower().lstrip("+-")
    if plain in _NOT_FINITE:
        return float(word)  # refused later, with its place
    if word.lower() in _TRUTH:
        return _TRUTH[word.lower()]
    if not _NUMBER.fullmatch(word):
        shown = word if len(word) <= 40 else f"{word[:40]}…"
        raise UsageError(f"expected a matrix such as {_EXAMPLE}; in row {row}, {shown!r} is not a number.")
    top, _, bottom = word.partition("/")
    if bottom and not int(bottom):
        raise UsageError(f"{word} divides by zero.")
    return float(top) / int(bottom) if bottom else float(top)


def _check_rows(rows: list[list[float]]) -> list[list[float]]:
    """Return the rows; raise `UsageError` if there is none, or they are not equally long."""
    if not rows:
        raise UsageError(f"expected a matrix such as {_EXAMPLE}; got no number.")
    lengths = [len(row) for row in rows]
    odd = next((index for index, length in enumerate(lengths) if length != lengths[0]), None)
    if odd is not None:
        raise UsageError(
            f"the rows of a matrix are equally long; row 1 has {lengths[0]} numbers, row {odd + 1} has {lengths[odd]}."
        )
    return rows
