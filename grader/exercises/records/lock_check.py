"""Whether a lock holds what is required, pinned and with hashes."""

import re
from collections.abc import Callable
from functools import partial
from itertools import zip_longest

import numpy as np

from grader.judging import Case, Exercise, Mistake

Line = tuple[str, str, int]  # name, specifier and number of hashes
FINE, MISSING, UNPINNED, BELOW, NO_HASH = range(5)


def _draw(rng: np.random.Generator) -> Case:
    def version() -> str:
        return f"{int(rng.integers(1, 9))}.{int(rng.integers(1, 9))}"

    major, minor = int(rng.integers(2, 9)), int(rng.integers(2, 9))
    low, same = version(), version()
    free = version()
    pairs = [
        ("numpy", f"numpy=={version()}.1", 2),
        (f"scipy>={low}", f"scipy=={low}.3", 1),
        (f"keras>={same}", f"keras=={same}", 1),  # equal
        (f"pillow>={major}.{minor}", f"pillow=={major}.{minor}7", 1),  # 2.37 > 2.3
        (f"h5py>={major}.{minor}5", f"h5py=={major}.{minor}", 1),  # 2.3 < 2.35
        (f"rich>={major}.{minor}", f"rich=={major + 10}.0", 1),  # 12.0 > 2.3
        (f"flask>={major}.0", f"flask=={major}", 1),  # 3 is 3.0
        ("typing_extensions", f"typing-extensions=={version()}", 1),
        ("PyYAML", f"pyyaml=={version()}", 2),
        ("ruamel.yaml", f"ruamel_yaml=={version()}", 1),
        (f"pandas>={version()}", "", 0),  # missing
        ("torch", f"torch>={free}", 1),
        (f"jax>={free}", f"jax>={free}", 1),
        ("tqdm", "tqdm==4.*", 1),
        ("black", "black", 1),
        ("attrs", f"attrs=={version()}", 0),
        (f"wheel>={major + 1}", f"wheel=={major}.9", 0),  # below comes first
        ("click", "click==8.*", 0),  # not pinned comes first
    ]
    lock = [
        f"{line} {' '.join(_hash(rng) for _ in range(hashes))}".rstrip()
        for _, line, hashes in pairs
        if line
    ]
    # What others need is in a lock as well. Its name begins as a missing one's does.
    others = ["pandas-stubs", "colorama", "idna", "six"][: int(rng.integers(1, 5))]
    lock += [f"{name}=={version()} {_hash(rng)}" for name in others]
    return {
        "requirements": [pairs[i][0] for i in rng.permutation(len(pairs))],
        "lock": [lock[i] for i in rng.permutation(len(lock))],
    }


def _hash(rng: np.random.Generator) -> str:
    return f"--hash=sha256:{rng.bytes(3).hex()}"


def _parsed(line: str) -> Line:
    first, *hashes = line.split()
    name = re.split("[=<>]", first)[0]
    return name, first[len(name) :], len(hashes)


def _normal(name: str) -> str:
    """The name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _pinned(specifier: str) -> bool:
    return specifier.startswith("==") and not specifier.endswith("*")


def _below(version: str, least: str) -> bool:
    pairs = zip_longest(version.split("."), least.split("."), fillvalue="0")
    numbers = [(int(a), int(b)) for a, b in pairs]
    return [a for a, _ in numbers] < [b for _, b in numbers]


def _reference(requirements: list[str], lock: list[str]) -> np.ndarray:
    """A code for each requirement.

    0 fine, 1 missing, 2 not pinned to one version, 3 pinned below what is required, 4
    without a hash; the first that holds, in this order.
    """
    return _checked(requirements, lock)


def _checked(
    requirements: list[str],
    lock: list[str],
    normal: Callable[[str], str] = _normal,
    pinned: Callable[[str], bool] = _pinned,
    below: Callable[[str, str], bool] = _below,
    hashed: Callable[[int], bool] = bool,
    hash_first: bool = False,
) -> np.ndarray:
    locked = {normal(name): (told, hashes) for name, told, hashes in map(_parsed, lock)}
    codes = []
    for requirement in requirements:
        name, specifier, _ = _parsed(requirement)
        found = locked.get(normal(name))
        if found is None:
            codes.append(MISSING)
            continue
        least = specifier.removeprefix(">=")
        told, hashes = found
        version = told.lstrip("=<>")
        if hash_first and not hashes:
            codes.append(NO_HASH)
        elif not pinned(told):
            codes.append(UNPINNED)
        elif least and version[-1:].isdigit() and below(version, least):
            codes.append(BELOW)
        else:
            codes.append(FINE if hashed(hashes) else NO_HASH)
    return np.array(codes)


def _as_texts(version: str, least: str) -> bool:
    return version < least


def _unequal_length(version: str, least: str) -> bool:
    one, other = (tuple(map(int, v.split("."))) for v in (version, least))
    return one < other


_MISTAKES = (
    Mistake(
        "names compared letter by letter",
        "Packages whose names are written in two ways count as missing: PyYAML and "
        "pyyaml, typing_extensions and typing-extensions.",
        "Which of the given functions is unused?",
        compute=partial(_checked, normal=str),
    ),
    Mistake(
        "a star is a version",
        "A line such as ==4.* counts as pinned. It allows many versions.",
        "When is a line pinned, by the exercise?",
        compute=partial(_checked, pinned=lambda told: told.startswith("==")),
    ),
    Mistake(
        "any version is a pin",
        "A line such as >=2.0 counts as pinned. Tomorrow it may mean another version.",
        "When is a line pinned, by the exercise?",
        compute=partial(
            _checked, pinned=lambda told: bool(told) and not told.endswith("*")
        ),
    ),
    Mistake(
        "versions compared as texts",
        'You compare versions as texts, in which "12.0" comes before "2.3".',
        "Turn the parts of a version into numbers before you compare.",
        compute=partial(_checked, below=_as_texts),
    ),
    Mistake(
        "3 is below 3.0",
        "You compare lists of parts, of which the shorter one is smaller: 3 counts as "
        "below 3.0.",
        "What does the exercise say of parts that are not there?",
        compute=partial(_checked, below=_unequal_length),
    ),
    Mistake(
        "what is below counts as fine",
        "You don't look at the version that is required.",
        "What stands behind the name of a requirement?",
        compute=partial(_checked, below=lambda version, least: False),
    ),
    Mistake(
        "hashes don't matter",
        "A package without a hash counts as fine. Then another file of the same "
        "version would be installed without a word.",
        "What follows the version in a line of the lock?",
        compute=partial(_checked, hashed=lambda hashes: True),
    ),
    Mistake(
        "hashes are looked at first",
        "Where a line has two faults, you name the missing hash.",
        "In which order does the exercise ask its questions?",
        compute=partial(_checked, hash_first=True),
    ),
)

LOCK_CHECK = Exercise(
    id="records.lock_check",
    title="Is the lock a lock?",
    points=2,
    neutral=True,
    cases=_draw,
    reference=_reference,
    returns=("codes",),
    mistakes=_MISTAKES,
    hints=(
        "Bring all names into one form first. Then look each requirement up in the "
        "lock, and ask the questions in the order of the table.",
        "parsed(line) and normal(name) are given; dict.get(name, ...); '*' in version; "
        "version.split('.'), int; lists of equal length are compared number by number.",
        "locked = name in one form -> its sign, version and number of hashes\n"
        "for each requirement:\n"
        "    its name is not in locked: 1\n"
        "    its sign there isn't ==, or its version has a star: 2\n"
        "    a version is required, and the locked one is below it: 3\n"
        "        (fill the shorter list of numbers up with zeros)\n"
        "    no hash: 4; else 0",
    ),
)
