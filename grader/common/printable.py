"""Text from anywhere, made fit for a terminal, a log or a report.

Names of files, messages of exceptions and all else that a learner chooses may hold
codes that steer a terminal, turn the direction of reading, begin a new line that looks
like one of ours, or run on for megabytes. :func:`one_line` takes that from them; what
stays reads as it was written.
"""

import logging
import unicodedata

LINE = 300
LINES = 1_000
PARAGRAPH = 2_000
# They join letters of Persian, Hindi and emoji, and do nothing else.
JOINERS = "\u200c\u200d"


def one_line(text: object, limit: int = LINE) -> str:
    r"""``text`` on one line without any code: ``\x1b`` stands for what can't be seen.

    What is longer than ``limit`` characters keeps its beginning, its end and its
    length.
    """
    raw = str(text)
    clean = _escaped(raw[:limit])
    if len(raw) <= limit and len(clean) <= limit:
        return clean
    end = limit // 3
    begun, ended = clean[: limit - end], _escaped(raw[-limit:])[-end:]
    return f"{begun}…{ended} ({len(raw):,} characters)"


def paragraph(text: object, indent: str = "") -> str:
    """``text`` with its lines, each by itself as :func:`one_line` makes it.

    ``indent`` stands before each. Of too many lines the first and the last stay.
    """
    found = str(text).rstrip("\n").split("\n")
    if len(found) > LINES:
        left = f"[{len(found) - LINES:,} lines left out]"
        found = [*found[: LINES // 2], left, *found[-LINES // 2 :]]
    return "\n".join(f"{indent}{one_line(line, PARAGRAPH)}".rstrip() for line in found)


def section(title: str, text: object) -> str:
    """A part of a log, under its title.

    No line of ``text`` can pass for a title: those alone begin at the margin.
    """
    return f"== {one_line(title)}\n{paragraph(text, indent='    ')}"


def whole(text: str) -> str:
    """``text`` without halves of surrogate pairs, which no file can hold."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def in_json(document: str) -> str:
    r"""The same JSON, in which characters that can't be seen are written ``\u009b``."""
    return "".join(c if c == "\n" or _is_seen(c) else _json_escape(c) for c in document)


class Printable(logging.Filter):
    """What a log says, fit for a terminal; a handler's filter."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true, once the record's message and traceback are clean."""
        record.msg, record.args = paragraph(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = paragraph(record.exc_text)
        return True


def _is_seen(character: str) -> bool:
    return (
        character.isprintable()
        or unicodedata.category(character) == "Zs"
        or character in JOINERS
    )


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        c if _is_seen(c) else c.encode("unicode_escape").decode() for c in text
    )


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    pairs = (units[i : i + 2].hex() for i in range(0, len(units), 2))
    return "".join(f"\\u{pair}" for pair in pairs)
