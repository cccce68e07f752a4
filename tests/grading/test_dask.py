"""A class on a Dask cluster gets the marks it gets without, whatever dies meanwhile."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from distributed import LocalCluster

from grader.cli import main
from grader.common.errors import CourseError
from grader.grading import commands, dask_cluster
from grader.grading.pipeline import Pipeline
from tests.classes.classroom import ASSIGNMENT, FEW, Classroom, course_folder
from tests.classes.gradebook import rows

pytestmark = pytest.mark.slow
SEED = 11
LEARNERS = (
    *("right", "exception", "mistaken-0", "not-json"),
    *("asks-what-runs-it", "helper-forged"),
)
GRADED = sorted(set(LEARNERS) - {"not-json"})


@pytest.fixture(scope="module")
def members():
    return [one for one in Classroom(FEW).members() if one.learner in LEARNERS]


def course(folder, members):
    course_folder(folder, members, exercises=FEW)
    extra = folder / "submitted" / "right" / ASSIGNMENT / "data" / "extra.csv"
    extra.parent.mkdir()
    extra.write_bytes(b"a,b\n1,2\n")
    return folder


@pytest.fixture(scope="module")
def alone(members, tmp_path_factory):
    """The class graded here, without a cluster."""
    folder = course(tmp_path_factory.mktemp("alone") / "course", members)
    command = [sys.executable, "-m", "grader.cli", "grade", ASSIGNMENT]
    subprocess.run([*command, "--seed", str(SEED)], cwd=folder, capture_output=True)
    found = rows(folder)
    assert {row[1] for row in found if row[0] == "grade"} == set(GRADED)
    return found


@pytest.fixture(scope="module")
def local_cluster():
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        yield cluster


def test_a_worker_killed_in_mid_run_changes_no_row(
    members, alone, local_cluster, tmp_path, monkeypatch
):
    folder = course(tmp_path / "course", members)
    monkeypatch.chdir(folder)
    written, killed = [], []
    write = Pipeline.write

    def counted(self, learner):
        written.append(learner)
        return write(self, learner)

    monkeypatch.setattr(Pipeline, "write", counted)
    with dask_cluster.Cluster(local_cluster.scheduler_address) as cluster:

        def kill_one():
            """The first worker that has been at a submission for a while."""
            pids = cluster._client.run(os.getpid)
            while not killed:
                for address, tasks in cluster._client.processing().items():
                    if tasks:
                        time.sleep(1)
                        os.kill(pids[address], signal.SIGKILL)
                        killed.append(address)
                        return
                time.sleep(0.05)

        killer = threading.Thread(target=kill_one)
        killer.start()
        code = commands.grade(ASSIGNMENT, seed=SEED, cluster=cluster)
        killer.join()
    assert code == 1  # one submission can't be read
    assert len(killed) == 1
    assert sorted(written) == GRADED
    assert rows(folder) == alone


def test_the_command_takes_the_address(members, alone, local_cluster, tmp_path):
    folder = course(tmp_path / "course", members)
    command = [sys.executable, "-m", "grader.cli", "grade", ASSIGNMENT, "--json"]
    command += ["--seed", str(SEED), "--dask", local_cluster.scheduler_address]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    assert len(json.loads(done.stdout)["learners"]) == len(members)
    assert rows(folder) == alone


def test_workers_of_another_version_are_refused(local_cluster, monkeypatch, tmp_path):
    monkeypatch.setattr(dask_cluster, "version", lambda name: "0.0.1")
    with (
        dask_cluster.Cluster(local_cluster.scheduler_address) as cluster,
        pytest.raises(CourseError, match=r"the marks are to be those of 0\.0\.1"),
    ):
        cluster.execute({"cells": []}, tmp_path, {"ExecuteAndJudge": {}})


def test_a_setting_that_is_no_data_is_refused(local_cluster, tmp_path):
    with (
        dask_cluster.Cluster(local_cluster.scheduler_address) as cluster,
        pytest.raises(CourseError, match="can't be sent to a cluster"),
    ):
        cluster.execute({}, tmp_path, {"ExecuteAndJudge": {"on_cell": print}})


def test_a_cluster_without_workers_is_one_sentence(capsys):
    with (
        LocalCluster(n_workers=0, dashboard_address=None) as empty,
        pytest.raises(SystemExit),
    ):
        main(["grade", ASSIGNMENT, "--dask", empty.scheduler_address])
    assert "has no workers yet" in capsys.readouterr().err
