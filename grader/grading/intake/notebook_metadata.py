"""What the notebook format rules about metadata; grading needs hardly any of it.

By key, a function of the value that was found: the value put right, None to drop it.
"""

import re
from collections.abc import Callable

Rule = Callable[[object], object]
Rules = dict[str, Rule]


def _only(*allowed: object) -> Rule:
    return lambda value: value if any(value is one for one in allowed) else None


def _of(kind: type) -> Rule:
    return lambda value: value if isinstance(value, kind) else None


def _tags(value: object) -> object:
    if not isinstance(value, list):
        return None
    good = [tag for tag in value if isinstance(tag, str) and re.fullmatch("[^,]+", tag)]
    return list(dict.fromkeys(good))


def _name(value: object) -> object:
    return value if isinstance(value, str) and value.strip() else None


def _times(value: object) -> object:
    if not isinstance(value, dict):
        return None
    return {key: time for key, time in value.items() if isinstance(time, str)}


def _kernelspec(value: object) -> object:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    if isinstance(value.get("display_name"), str):
        return value
    return {**value, "display_name": value["name"]}


def _language(value: object) -> object:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    texts = {"file_extension", "mimetype", "pygments_lexer"}
    return {
        key: told
        for key, told in value.items()
        if not (key in texts and not isinstance(told, str))
        and not (key == "codemirror_mode" and not isinstance(told, (str, dict)))
    }


def _positive(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    return None


NOTEBOOK: Rules = {
    "kernelspec": _kernelspec,
    "language_info": _language,
    "orig_nbformat": _positive,
    "title": _of(str),
    "authors": _of(list),
}
CELL: Rules = {
    "name": _name,
    "tags": _tags,
    "jupyter": _of(dict),
    "execution": _times,
    "collapsed": _of(bool),
    "scrolled": _only(True, False, "auto"),
    "format": _of(str),
}
