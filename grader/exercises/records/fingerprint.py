"""A fingerprint of a run's settings."""

import hashlib
import json
from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Values = list[bool | int | float | str]
Settings = dict[str, bool | int | float | str]
BYTES = 8

NAMES = ("batch_size", "epochs", "optimizer", "seed", "shuffle", "tag", "width")


def _draw(rng: np.random.Generator) -> Case:
    place = str(rng.choice(["Köln", "Malmö", "Málaga", "Zürich"]))
    values: Values = [
        int(rng.integers(2, 500)),
        bool(rng.integers(2)),
        float(rng.integers(1, 9)),  # a whole number, and a float
        0.1 + 0.2,  # 17 digits
        1e-8 * int(rng.integers(1, 9)),
        place,
        *(int(value) for value in rng.integers(2, 500, size=int(rng.integers(0, 2)))),
    ]
    names = [NAMES[i] for i in rng.permutation(len(NAMES))[: len(values)]]
    if names == sorted(names):
        names.reverse()
    return {"names": names, "values": values}


def _text(settings: Settings) -> bytes:
    made = json.dumps(
        settings, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return made.encode("utf-8")


def _reference(names: list[str], values: Values) -> np.ndarray:
    """The first 8 bytes, 0 to 255, of SHA-256 of the canonical JSON."""
    return _printed(names, values)


def _printed(
    names: list[str],
    values: Values,
    text: Callable[[Settings], bytes] = _text,
    digest: Callable[[bytes], bytes] = lambda data: hashlib.sha256(data).digest(),
) -> np.ndarray:
    found = digest(text(dict(zip(names, values, strict=True))))
    return np.frombuffer(found[:BYTES], np.uint8).astype(np.float64)


def _dumped(settings: Settings, **options: object) -> bytes:
    chosen = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    return json.dumps(settings, **(chosen | options)).encode("utf-8")  # type: ignore[arg-type]


def _all_texts(settings: Settings) -> bytes:
    return _text({name: str(value) for name, value in settings.items()})


def _whole(settings: Settings) -> bytes:
    def plain(value: bool | int | float | str) -> bool | int | float | str:
        return int(value) if isinstance(value, float) and value >= 1 else value

    return _text({name: plain(value) for name, value in settings.items()})


def _short(settings: Settings) -> bytes:
    def cut(value: bool | int | float | str) -> bool | int | float | str:
        return float(f"{value:.6g}") if isinstance(value, float) else value

    return _text({name: cut(value) for name, value in settings.items()})


def _pythons(settings: Settings) -> bytes:
    return str(dict(sorted(settings.items()))).encode("utf-8")


def _of(text: Callable[[Settings], bytes]) -> Compute:
    return partial(_printed, text=text)


def _hex_digits(names: list[str], values: Values) -> np.ndarray:
    settings = dict(zip(names, values, strict=True))
    digits = hashlib.sha256(_text(settings)).hexdigest()[:BYTES]
    return np.array([int(digit, 16) for digit in digits], np.float64)


_MISTAKES = (
    Mistake(
        "keys are not sorted",
        "Your text has its keys in the order of `names`. The same settings, written in "
        "another order, would have another fingerprint.",
        "Which order of the keys does the exercise ask for?",
        compute=_of(partial(_dumped, sort_keys=False)),
    ),
    Mistake(
        "spaces after the separators",
        "Your text has spaces after commas and colons, as json.dumps writes it by "
        "default.",
        "Print your text, and compare it with the example.",
        compute=_of(partial(_dumped, separators=(", ", ": "))),
    ),
    Mistake(
        "letters are escaped",
        "Your text has \\u00f6 for ö, as json.dumps writes it by default.",
        "Print your text, and compare it with the example.",
        compute=_of(partial(_dumped, ensure_ascii=True)),
    ),
    Mistake(
        "json.dumps as it is",
        "Your text has its keys sorted, and is otherwise as json.dumps writes it by "
        "default: with spaces, and with \\u00f6 for ö.",
        "Print your text, and compare it with the example.",
        compute=_of(lambda settings: json.dumps(settings, sort_keys=True).encode()),
    ),
    Mistake(
        "all values are texts",
        "Your values stand in quotation marks, so that the number 1 and the text 1 "
        "have one fingerprint.",
        "Which values of the example stand in quotation marks?",
        compute=_of(_all_texts),
    ),
    Mistake(
        "whole floats are written as ints",
        "A float such as 2.0 stands in your text as 2.",
        "How does Python's repr write this float?",
        compute=_of(_whole),
    ),
    Mistake(
        "floats are rounded",
        "Your floats have fewer digits than Python's repr gives them.",
        "How does Python's repr write 0.1 + 0.2?",
        compute=_of(_short),
    ),
    Mistake(
        "Python's text of a dict",
        "You hash Python's own text of a dict, with ' for quotation marks and with "
        "True and False. No other language writes it so.",
        "Which module writes JSON?",
        compute=_of(_pythons),
    ),
    Mistake(
        "another hash",
        "Your bytes are those of MD5.",
        "Which function of hashlib does the exercise name?",
        compute=partial(
            _printed,
            digest=lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
        ),
    ),
    Mistake(
        "hex digits in place of bytes",
        "Your numbers are hexadecimal digits, from 0 to 15. A byte has two of them.",
        "How many different values does a byte have?",
        compute=_hex_digits,
    ),
    Mistake(
        "the last bytes",
        "You return the last 8 bytes of the digest.",
        "Which of its 32 bytes does the exercise ask for?",
        compute=partial(
            _printed, digest=lambda data: hashlib.sha256(data).digest()[-BYTES:]
        ),
    ),
)

FINGERPRINT = Exercise(
    id="records.fingerprint",
    title="A fingerprint of the settings",
    points=1,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("fingerprint",),
    mistakes=_MISTAKES,
    hints=(
        "Two people with the same settings must arrive at the same bytes before they "
        "hash anything. Print your text, and compare it with the example.",
        "import hashlib, json; dict(zip(names, values)); json.dumps takes sort_keys, "
        "separators and ensure_ascii; text.encode('utf-8'); "
        "hashlib.sha256(data).digest() is 32 bytes, and list(...) makes ints of them.",
        "settings = a dict of names and values\n"
        "text = JSON: keys sorted, no spaces, letters as they are\n"
        "digest = SHA-256 of the text's bytes\n"
        "return its first bytes, as a list of ints",
    ),
)
