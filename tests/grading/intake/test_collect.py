"""Nobody hands in under another's name: nbgrader's exchange with two system users."""

import io
import logging
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from nbgrader.exchange import ExchangeFactory

from grader.grading.place.course_folder import find_course
from tests.classes import toy_course as toy

# Of this process: the tests may run in several.
ANN, MAL = f"ann-{os.getpid()}", f"mallory-{os.getpid()}"
SETTINGS = """
c.Exchange.root = "{exchange}"
c.CourseDirectory.course_id = "toys"
"""
EARLY, LATER, LAST = (f"2026-03-0{day} 12:00:00.000000 UTC" for day in (1, 2, 3))


@pytest.fixture(scope="module")
def users():
    """Two users of this machine, for as long as the tests run."""
    if os.getuid() != 0 or not shutil.which("useradd"):
        pytest.skip("left out: only root can make users")
    made = []
    try:
        for name in (ANN, MAL):
            _change_users("useradd", "--no-create-home", name)
            made.append(name)
        yield
    finally:
        for name in made:
            _change_users("userdel", name)


def _change_users(*command):
    """One at a time changes them: another's lock is waited for."""
    for _ in range(50):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            return
        time.sleep(0.2)
    raise RuntimeError(done.stderr)


@pytest.fixture
def inbound(users, tmp_path):
    """``inbound/`` as nbgrader makes it, where everyone can get; the course beside it.

    pytest's own folders are closed to other users.
    """
    toy.make_course(tmp_path)
    with tempfile.TemporaryDirectory(prefix="exchange-") as exchange:
        path = tmp_path / "nbgrader_config.py"
        path.write_text(path.read_text() + SETTINGS.format(exchange=exchange))
        folder = Path(exchange, "toys", "inbound")
        folder.mkdir(parents=True)
        for one, mode in ((folder, 0o733), (folder.parent, 0o755)):
            one.chmod(mode)
        Path(exchange).chmod(0o777)
        yield folder


def by(user, script, folder):
    """What a user does in a folder."""
    about = pwd.getpwnam(user)
    subprocess.run(
        ["sh", "-euc", script],
        user=about.pw_uid,
        group=about.pw_gid,
        cwd=folder,
        check=True,
    )


def hand_in(inbound, user, name, time, content, *more, stamp=None):
    """A folder as ``nbgrader submit`` leaves it, made by a user in a learner's name."""
    folder = f"{name}+{toy.ASSIGNMENT}+{time}"
    script = f"""
        mkdir '{folder}' && cd '{folder}'
        echo '{content}' > {toy.NAME}.ipynb
        echo '{stamp or time}' > timestamp.txt
        chmod 444 *; chmod 777 .
    """
    by(user, "\n".join([script, *more]), inbound)
    return inbound / folder


def collect(tmp_path, **options):
    """Collect as nbgrader's command does; its log."""
    app = find_course(tmp_path).app
    app.coursedir.assignment_id = toy.ASSIGNMENT
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    app.log.addHandler(handler)
    try:
        factory = ExchangeFactory(parent=app)
        collector = factory.Collect(coursedir=app.coursedir, parent=app)
        for name, value in options.items():
            setattr(collector, name, value)
        collector.start()
    finally:
        app.log.removeHandler(handler)
    return told.getvalue()


def due(tmp_path, when):
    with find_course(tmp_path).gradebook() as gradebook:
        gradebook.add_assignment(toy.ASSIGNMENT, duedate=when)


def collected(tmp_path, learner=ANN):
    path = tmp_path / "submitted" / learner / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    return path.read_text().strip() if path.exists() else None


def refused(log):
    return [line for line in log.splitlines() if "Not collected" in line]


def test_each_learner_hands_in_under_the_own_name(inbound, tmp_path):
    hand_in(inbound, ANN, ANN, EARLY, "first")
    folder = hand_in(inbound, ANN, ANN, LATER, "second", "mkdir d; echo x > d/more")
    hand_in(inbound, MAL, MAL, EARLY, "mine")
    os.chown(folder, -1, pwd.getpwnam(MAL).pw_gid)  # whose group it is tells nothing
    assert refused(collect(tmp_path)) == []
    assert (collected(tmp_path), collected(tmp_path, MAL)) == ("second", "mine")
    work = tmp_path / "submitted" / ANN / toy.ASSIGNMENT
    assert (work / "d" / "more").read_text() == "x\n"
    assert (work / "timestamp.txt").read_text().strip() == LATER


def test_the_command_collects_with_it_and_tells_of_a_forged_one(inbound, tmp_path):
    hand_in(inbound, ANN, ANN, EARLY, "hers")
    hand_in(inbound, MAL, ANN, LAST, "forged")
    hand_in(inbound, MAL, "\x1b[2J", LAST, "forged")
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "collect", toy.ASSIGNMENT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "\x1b" not in done.stderr
    told = "\n".join(refused(done.stderr))
    assert f"{ANN}+{toy.ASSIGNMENT}+{LAST} (in the name of {ANN}) belongs to {MAL}" in (
        told
    )
    assert collected(tmp_path) == "hers"
    assert [path.name for path in (tmp_path / "submitted").iterdir()] == [ANN]


def test_a_forged_submission_does_not_hide_a_newer_one(inbound, tmp_path):
    hand_in(inbound, ANN, ANN, EARLY, "hers")
    collect(tmp_path)
    hand_in(inbound, ANN, ANN, LATER, "hers, mended")
    hand_in(inbound, MAL, ANN, LAST, "forged")
    assert len(refused(collect(tmp_path, update=True))) == 1
    assert collected(tmp_path) == "hers, mended"


def test_a_forged_submission_does_not_hide_one_before_the_due_date(inbound, tmp_path):
    due(tmp_path, EARLY)
    hand_in(inbound, MAL, ANN, EARLY, "forged")
    hand_in(inbound, ANN, ANN, LATER, "hers")
    assert len(refused(collect(tmp_path, before_duedate=True))) == 1
    assert collected(tmp_path) == "hers"


def test_nothing_to_collect_is_no_error(inbound, tmp_path):
    hand_in(inbound, MAL, ANN, EARLY, "forged")
    assert "No submissions of" in collect(tmp_path)
    assert collected(tmp_path) is None


TRICKS = {
    "a link to her folder": (
        f"ln -s '{ANN}+{toy.ASSIGNMENT}+{EARLY}' '{{folder}}'",
        "is a link",
    ),
    "a file": ("echo x > '{folder}'", "no folder"),
    "a pipe": ("mkfifo '{folder}'", "no folder"),
    "a file in her folder": (
        f"cd '{ANN}+{toy.ASSIGNMENT}+{LATER}'; echo x > more.txt",
        f"holds more.txt, which belongs to {MAL}",
    ),
    "a folder in her folder": (
        f"cd '{ANN}+{toy.ASSIGNMENT}+{LATER}'; mkdir more",
        f"holds more, which belongs to {MAL}",
    ),
    "a notebook in place of hers": (
        f"cd '{ANN}+{toy.ASSIGNMENT}+{LATER}'; rm -f *.ipynb; "
        f"echo x > {toy.NAME}.ipynb",
        f"holds {toy.NAME}.ipynb, which belongs to {MAL}",
    ),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_another_puts_in_is_refused_and_her_last_own_counts(
    inbound, tmp_path, trick
):
    script, reason = TRICKS[trick]
    hand_in(inbound, ANN, ANN, EARLY, "hers")
    if LATER in script:
        hand_in(inbound, ANN, ANN, LATER, "hers, later")
    by(MAL, script.format(folder=f"{ANN}+{toy.ASSIGNMENT}+{LAST}"), inbound)
    [line] = refused(collect(tmp_path))
    assert reason in line
    assert collected(tmp_path) == "hers"
    work = tmp_path / "submitted" / ANN / toy.ASSIGNMENT
    assert sorted(p.name for p in work.iterdir()) == [
        f"{toy.NAME}.ipynb",
        "timestamp.txt",
    ]


OWN_TRICKS = {
    "a link to a file": ("ln -s /etc/hostname x.txt", "holds x.txt, which is a link"),
    "a link to a folder": ("ln -s /etc d", "holds d, which is a link"),
    "a link in a folder": ("mkdir d; ln -s /etc/hostname d/x", "holds d/x, which is"),
    "a pipe": ("mkfifo x", "holds x, which is a link or no plain file"),
    "more than there may be": ("truncate -s 200M x", "is too large"),
    "many levels": (
        "for i in $(seq 60); do mkdir d; cd d; done",
        "too many files or levels",
    ),
}


@pytest.mark.parametrize("trick", OWN_TRICKS)
def test_a_submission_that_leads_elsewhere_stops_nobody(inbound, tmp_path, trick):
    script, reason = OWN_TRICKS[trick]
    hand_in(inbound, MAL, MAL, EARLY, "his", script)
    hand_in(inbound, ANN, ANN, EARLY, "hers")
    [line] = refused(collect(tmp_path))
    assert reason in line
    assert (collected(tmp_path), collected(tmp_path, MAL)) == ("hers", None)


NAMES = ["no time", "", "2026-13-45 12:00:00 UTC", "9" * 100, "x+y+z+w"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_none_stops_nobody(inbound, tmp_path, name):
    by(MAL, f"mkdir '{MAL}+{toy.ASSIGNMENT}+{name}'", inbound)
    hand_in(inbound, ANN, ANN, EARLY, "hers")
    assert len(refused(collect(tmp_path))) == 1
    assert collected(tmp_path) == "hers"


@pytest.mark.parametrize("name", ["", "nobody-here"])
def test_a_learner_who_is_no_user_is_refused_with_the_way_out(inbound, tmp_path, name):
    hand_in(inbound, MAL, name, EARLY, "whose")
    [line] = refused(collect(tmp_path))
    known = "check_owner = False" if name else "names no learner"
    assert known in line
    assert list(tmp_path.glob("submitted/*")) == []
    assert not (tmp_path / toy.ASSIGNMENT).exists()


def test_where_users_are_not_the_learners_owners_are_not_looked_at(inbound, tmp_path):
    path = tmp_path / "nbgrader_config.py"
    path.write_text(path.read_text() + "c.ExchangeCollect.check_owner = False\n")
    hand_in(inbound, MAL, "learner-1", EARLY, "theirs")
    hand_in(inbound, MAL, "learner-2", EARLY, "x", "ln -s /etc/hostname x.txt")
    [line] = refused(collect(tmp_path))
    assert "learner-2" in line and "holds x.txt, which is a link" in line
    assert collected(tmp_path, "learner-1") == "theirs"


@pytest.mark.parametrize("stamp", [EARLY, "never", "$(rm timestamp.txt)"])
def test_the_time_of_the_folder_counts_and_no_other(inbound, tmp_path, stamp):
    hand_in(inbound, ANN, ANN, LATER, "hers", stamp=stamp)
    collect(tmp_path)
    path = tmp_path / "submitted" / ANN / toy.ASSIGNMENT / "timestamp.txt"
    assert path.read_text() == LATER


def test_a_time_before_the_due_date_that_the_system_denies_is_told(inbound, tmp_path):
    due(tmp_path, LATER)
    hand_in(inbound, ANN, ANN, EARLY, "hers")
    hand_in(inbound, MAL, MAL, LAST, "his")
    [line] = [one for one in collect(tmp_path).splitlines() if "last changed" in one]
    assert ANN in line and f"submitted at {EARLY[:19]}, before the due date" in line
    assert collected(tmp_path) == "hers"
