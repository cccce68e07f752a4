"""All attacks, family by family."""

from grader.kernels.jail.enter import Level
from tests.attacks import cells
from tests.attacks.attack import Attack
from tests.attacks.families import (
    answering,
    calls,
    endings,
    floods,
    folder,
    marks,
    network,
    pages,
    protocol,
    reading,
    words,
    writing,
)

FAMILIES = (
    *(marks, answering, cells, reading, writing),
    *(protocol, endings, floods, network, calls, folder, pages, words),
)
ATTACKS = tuple(attack for family in FAMILIES for attack in family.ATTACKS)


def closed_by(level: Level, attacks: tuple[Attack, ...]) -> tuple[Attack, ...]:
    """Those of the attacks that a level is there to close."""
    apart = level is Level.NAMESPACES
    return tuple(attack for attack in attacks if apart or not attack.namespaces)


def chosen(words: list[str]) -> tuple[Attack, ...]:
    """Attacks with one of the words in their name, or of a family of that name."""
    found = [
        attack
        for family in FAMILIES
        for attack in family.ATTACKS
        for word in words
        if word in attack.name or word == family.__name__.rpartition(".")[2]
    ]
    return tuple(dict.fromkeys(found)) if words else ATTACKS
