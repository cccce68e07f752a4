"""Text from anywhere, made fit for a terminal, a log or a report.

A learner chooses file names, messages of exceptions and other texts. Such a text may
hold codes that steer a terminal or turn the direction of reading. It may begin a new
line that looks like one of ours, or be megabytes long. :func:`one_line` removes all
this and leaves the rest as it was written.
"""

import logging
import unicodedata

LINE = 300
LINES = 1_000
PARAGRAPH = 2_000
# These characters only join letters in Persian and Hindi, and parts of emoji.
JOINERS = "\u200c\u200d"


def one_line(text: object, limit: int = LINE) -> str:
    r"""``text`` on one line; an invisible character is written as a code like ``\x1b``.

    Of a text longer than ``limit`` characters, the beginning and the end stay, and its
    length is named.
    """
    raw = str(text)
    clean = _escaped(raw[:limit])
    if len(raw) <= limit and len(clean) <= limit:
        return clean
    end = limit // 3
    begun, ended = clean[: limit - end], _escaped(raw[-limit:])[-end:]
    return f"{begun}…{ended} ({len(raw):,} characters)"


def paragraph(text: object, indent: str = "") -> str:
    """``text`` in lines, each as :func:`one_line` makes it and after ``indent``.

    If there are too many lines, the first and the last ones stay.
    """
    found = str(text).rstrip("\n").split("\n")
    if len(found) > LINES:
        left = f"[{len(found) - LINES:,} lines left out]"
        found = [*found[: LINES // 2], left, *found[-LINES // 2 :]]
    return "\n".join(f"{indent}{one_line(line, PARAGRAPH)}".rstrip() for line in found)


def section(title: str, text: object) -> str:
    """A part of a log, under its title.

    No line of ``text`` can look like a title: only titles begin at the margin.
    """
    return f"== {one_line(title)}\n{paragraph(text, indent='    ')}"


def whole(text: str) -> str:
    """``text`` without half surrogate pairs, which can't be written to a file."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def in_json(document: str) -> str:
    r"""The same JSON; an invisible character is written as a code like ``\u009b``."""
    return "".join(c if c == "\n" or _is_seen(c) else _json_escape(c) for c in document)


class Printable(logging.Filter):
    """A filter for a log handler: makes every message fit for a terminal."""

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
