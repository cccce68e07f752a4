"""Which version of a model answers a request."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake

Picked = tuple[np.ndarray, np.ndarray]
FOUND, MISSING = 200, 404


def _draw(rng: np.random.Generator, specific: bool, served: bool = True) -> Case:
    """A number of one digit, some of two, and folders that are no versions."""
    large = rng.choice(np.arange(11, 40), size=5, replace=False)
    on_disk = [int(rng.integers(4, 10)), *(int(n) for n in np.sort(large[:4]))]
    never, padded = int(large[4]), int(large.max()) + 3
    names = [*map(str, on_disk), f"tmp-{padded + 1}", f"0{padded}", f"v{padded + 2}"]
    latest = 2
    if specific:
        # The newest is not among them, and one of them is not there.
        chosen = [on_disk[3], on_disk[0], never] if served else [never]
    else:
        chosen = []
    running = _served(names, latest, chosen)
    idle = [n for n in on_disk if n not in running]
    labels = ["stable", "canary", "old"]
    numbers = [min(running, default=on_disk[1]), never, idle[0]]
    order = rng.permutation(3)
    wanted = [
        "",
        *(f"versions/{n}" for n in (*running, idle[-1], never, padded)),
        *(f"labels/{name}" for name in (*labels, "nightly")),
    ]
    return {
        "folders": [names[i] for i in rng.permutation(len(names))],
        "latest": latest,
        "specific": chosen,
        "labels": [labels[i] for i in order],
        "numbers": [int(numbers[i]) for i in order],
        "asked": [wanted[i] for i in rng.permutation(len(wanted))],
    }


def _versions(folders: list[str]) -> list[int]:
    """The numbers of the folders that are versions, ascending."""
    return sorted(int(f) for f in folders if f.isdecimal() and f[0] != "0")


def _served(folders: list[str], latest: int, specific: list[int]) -> list[int]:
    versions = _versions(folders)
    if specific:
        return [n for n in versions if n in specific]
    return versions[-latest:]


def _reference(
    folders: list[str],
    latest: int,
    specific: list[int],
    labels: list[str],
    numbers: list[int],
    asked: list[str],
) -> Picked:
    """(statuses, versions), (requests,): 200 or 404, and a version or -1.

    TensorFlow Serving's ``model_version_policy`` and ``version_labels``.
    """
    served = _served(folders, latest, specific)
    return _answered(served, dict(zip(labels, numbers, strict=True)), asked)


def _newest(served: list[int]) -> int:
    return max(served, default=-1)


def _answered(
    served: list[int],
    labels: dict[str, int],
    asked: list[str],
    newest: Callable[[list[int]], int] = _newest,
) -> Picked:
    versions = np.array([_wanted(one, labels, newest(served)) for one in asked])
    found = np.isin(versions, served)
    return np.where(found, FOUND, MISSING), np.where(found, versions, -1)


def _wanted(asked: str, labels: dict[str, int], newest: int) -> int:
    """The version that a request means, -1 if it means none."""
    kind, _, name = asked.partition("/")
    if kind == "versions":
        return int(name)
    return labels.get(name, -1) if kind == "labels" else newest


def _by_policy(policy: Callable[[list[str], int, list[int]], list[int]]) -> Compute:
    def compute(
        folders: list[str], latest: int, specific: list[int], **rest: Any
    ) -> Picked:
        labels = dict(zip(rest["labels"], rest["numbers"], strict=True))
        return _answered(policy(folders, latest, specific), labels, rest["asked"])

    return compute


def _as_texts(folders: list[str], latest: int, specific: list[int]) -> list[int]:
    versions = sorted(_versions(folders), key=str)
    return [n for n in versions if n in specific] if specific else versions[-latest:]


def _left_as_texts(folders: list[str], asked: list[str], **rest: Any) -> Picked:
    policy = _by_policy(_as_texts)
    statuses, versions = policy(folders=folders, asked=asked, **rest)
    plain = np.array([not one for one in asked])
    served = _as_texts(folders, rest["latest"], rest["specific"])
    newest = max(served, key=str, default=-1)
    return statuses, np.where(plain, newest, versions)


def _any_number(folders: list[str], latest: int, specific: list[int]) -> list[int]:
    versions = sorted(int(f) for f in folders if f.isdecimal())
    return [n for n in versions if n in specific] if specific else versions[-latest:]


def _oldest(folders: list[str], latest: int, specific: list[int]) -> list[int]:
    versions = _versions(folders)
    return [n for n in versions if n in specific] if specific else versions[:latest]


def _everything(folders: list[str], latest: int, specific: list[int]) -> list[int]:
    return _versions(folders)


def _latest_alone(folders: list[str], latest: int, specific: list[int]) -> list[int]:
    return _versions(folders)[-latest:]


def _not_there(folders: list[str], latest: int, specific: list[int]) -> list[int]:
    return specific or _versions(folders)[-latest:]


def _newest_on_disk(folders: list[str], asked: list[str], **rest: Any) -> Picked:
    statuses, versions = _reference(folders=folders, asked=asked, **rest)
    plain = np.array([not one for one in asked])
    newest = _newest(_versions(folders))
    return np.where(plain, FOUND, statuses), np.where(plain, newest, versions)


def _any_other(folders: list[str], asked: list[str], **rest: Any) -> Picked:
    statuses, versions = _reference(folders=folders, asked=asked, **rest)
    served = _served(folders, rest["latest"], rest["specific"])
    if not served:
        return statuses, versions
    missing = statuses == MISSING
    return np.full(len(asked), FOUND), np.where(missing, max(served), versions)


def _label_unseen(
    labels: list[str], numbers: list[int], asked: list[str], **rest: Any
) -> Picked:
    statuses, versions = _reference(labels=labels, numbers=numbers, asked=asked, **rest)
    known = dict(zip(labels, numbers, strict=True))
    names = [one.partition("labels/")[2] for one in asked]
    told = np.array([known.get(name, -1) for name in names])
    return np.where(told > 0, FOUND, statuses), np.where(told > 0, told, versions)


_MISTAKES = (
    Mistake(
        "versions ordered as texts",
        'Your newest versions are the last ones in the order of texts, in which "9" '
        'comes after "10".',
        "Turn the names into numbers before you sort them.",
        compute=_by_policy(_as_texts),
    ),
    Mistake(
        "the newest as a text",
        'Your newest versions are the last ones in the order of texts, in which "9" '
        'comes after "10", and so is the one that answers a request without a version.',
        "Turn the names into numbers before you sort them.",
        compute=_left_as_texts,
    ),
    Mistake(
        "a leading zero is a version",
        "You take a folder whose name begins with 0 for a version.",
        "Read again which names are versions.",
        compute=_by_policy(_any_number),
    ),
    Mistake(
        "the oldest are served",
        "You serve the smallest numbers where the policy names the latest.",
        "At which end of your sorted list are the latest versions?",
        compute=_by_policy(_oldest),
    ),
    Mistake(
        "all on disk are served",
        "You serve each version that has a folder, whatever the policy says.",
        "Which of your arguments are unused?",
        compute=_by_policy(_everything),
    ),
    Mistake(
        "specific versions are ignored",
        "You serve the latest versions where specific ones are named.",
        "What does the exercise say of `latest` if `specific` is not empty?",
        compute=_by_policy(_latest_alone),
    ),
    Mistake(
        "a version without a folder is served",
        "A version that `specific` names is served although there is no such folder.",
        "Where would the server load it from?",
        compute=_by_policy(_not_there),
    ),
    Mistake(
        "the newest on disk answers",
        "A request without a version gets the newest folder, although this version is "
        "not served.",
        "Among which versions do you look for the largest?",
        compute=_newest_on_disk,
    ),
    Mistake(
        "another version answers",
        "Who asks for a version or a label that is not there gets the newest one. A "
        "client can't notice that, and compares the wrong models.",
        "What is the status of a version that is not served?",
        compute=_any_other,
    ),
    Mistake(
        "a label always answers",
        "A label is answered with its number, although this version is not served.",
        "A label stands for a version. What holds for a version that is not served?",
        compute=_label_unseen,
    ),
)

PICK_VERSION = Exercise(
    id="serving.pick_version",
    title="Which version answers",
    points=2,
    neutral=True,
    cases=(
        partial(_draw, specific=False),
        partial(_draw, specific=True),
        partial(_draw, specific=True, served=False),
    ),
    reference=_reference,
    returns=("statuses", "versions"),
    mistakes=_MISTAKES,
    hints=(
        "First find out which versions are served, and only then look at the requests.",
        "text.isdecimal(), text.startswith('0'), int(text), sorted(...), "
        "text.partition('/'), dict(zip(labels, numbers)), dict.get(name, -1).",
        "versions = the numbers of the folders that are versions, ascending\n"
        "served = those of them that specific names, else the last few\n"
        "for each request: which number does it mean?\n"
        "    nothing asked: the largest one served, -1 if there is none\n"
        "    a version: its number; a label: its number, -1 if unknown\n"
        "    200 and the number if it is served, else 404 and -1",
    ),
)
