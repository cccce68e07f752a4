"""Attacks gain nothing and harm nothing; and the drills could tell if they did."""

import logging
import os
import sys

import pytest
from rich.console import Console

from grader.grading.place.course_folder import find_course
from grader.kernels.jail import probe
from grader.kernels.jail.probe import NotIsolated
from tests.attacks.__main__ import HOSTS
from tests.attacks.attack import STOCK, UNSAFE
from tests.attacks.catalogue import ATTACKS, closed_by
from tests.attacks.drill import grade, graded_by_nbgrader, print_table
from tests.attacks.world import World
from tests.classes import toy_course as toy
from tests.kernels import hosts

pytestmark = pytest.mark.drill
try:
    CLOSED = closed_by(probe.level(), ATTACKS)
except NotIsolated as why:
    pytest.skip(str(why), allow_module_level=True)
# Beside the strongest level of this machine, which all attacks are tried at.
OTHERS = [(lacks, user) for lacks, user in HOSTS if lacks or user]


@pytest.fixture(scope="module")
def outcome(pytestconfig):
    """All attacks, graded as a class; their table is always shown."""
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    made = grade(CLOSED)
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print()
        print_table(made, Console(width=120))
    return made


@pytest.mark.parametrize("index", range(len(CLOSED)), ids=[a.name for a in CLOSED])
def test_an_attack_gains_and_harms_nothing(outcome, index):
    result = outcome.results[index]
    assert not result.gained, f"{result.score} points"
    assert result.harm == []
    assert not result.lost, "marks earned before the attack are gone"
    assert result.tried, "the attack did not get to run"


def test_all_else_is_as_before(outcome):
    assert outcome.around == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make such hosts")
@pytest.mark.parametrize(
    ("lacks", "user"),
    OTHERS,
    ids=[f"{'user' if u else 'root'}{'-by-landlock' if h else ''}" for h, u in OTHERS],
)
def test_what_a_kernel_may_ask_of_linux_harms_nothing_on_other_hosts(lacks, user):
    command = [sys.executable, "-m", "tests.attacks", "calls", "writing"]
    done = hosts.run(command, lacks, user, cwd=hosts.ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_a_sandbox_they_succeed():
    """The same attacks, so that a drill which can't fail is found."""
    attacks = [attack for attack in ATTACKS if attack.proof == UNSAFE]
    made = grade(attacks, UNSAFE)
    seen = {
        result.attack.name
        for result in made.results
        if result.harm or any(result.attack.learner in line for line in made.around)
    }
    assert seen == {attack.name for attack in attacks}
    assert any("killed" in line for line in made.around)
    assert any("still runs" in line for line in made.around)
    assert any("marked by hand" in line for line in made.around)


def test_judged_in_the_kernel_they_gain_marks():
    """What they patch does decide, where nbgrader's own Execute runs a notebook."""
    attacks = [attack for attack in ATTACKS if attack.proof == STOCK]
    made = grade(attacks, STOCK)
    assert all(result.gained for result in made.results), made.results


def test_nbgraders_own_copy_brings_no_link_along():
    world = World()
    try:
        world.fill()
        path = toy.submit(world.course, "ann", toy.submission())
        (path.parent / "data.txt").symlink_to(world.course / "notes.txt")
        course = find_course(world.course)
        converted = graded_by_nbgrader(course, "ann")
        assert not converted.done
        assert "holds the symbolic link 'data.txt'" in str(converted.error)
        left = course.folder("autograded") / "ann"
        texts = [p.read_text() for p in left.rglob("*") if p.is_file()]
        assert not any(world.loot in text for text in texts)
    finally:
        world.close()
