"""All attacks, family by family."""

from tests.attacks import (
    answering,
    calls,
    cells,
    endings,
    floods,
    folder,
    marks,
    network,
    pages,
    protocol,
    reading,
    writing,
)
from tests.attacks.attack import Attack

FAMILIES = (
    *(marks, answering, cells, reading, writing),
    *(protocol, endings, floods, network, calls, folder, pages),
)
ATTACKS = tuple(attack for family in FAMILIES for attack in family.ATTACKS)


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
