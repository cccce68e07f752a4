"""What is declared is what is used, pinned, shipped and promised."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.package.installed import required

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
# Import names that are not their distribution's, and conda's names for pip's.
DISTRIBUTION = {
    "sklearn": "scikit-learn",
    "tensorflow": "tensorflow-cpu",
    "zmq": "pyzmq",
}
PIP_NAME = {
    "jupyter_client": "jupyter-client",
    "jupyter_core": "jupyter-core",
    "jupyter_server": "jupyter-server",
    "pytorch": "torch",
}
# Too large for the tests' environment; it is their lower bounds that matter.
HEAVY = {"schemas", "serve", "tracking"}
TESTED = [extra for extra in EXTRAS if extra not in HEAVY]
# What a part of the package may use beyond the base dependencies.
USES = {
    "grading": ["instructor", "cluster"],
    "kernels": ["instructor"],
    "authoring": ["instructor", "dev"],
    "production": ["deploy", "postgresql", "serve", "tracking"],
}


def requirements(*extras):
    lines = PROJECT["dependencies"] + [line for e in extras for line in EXTRAS[e]]
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def pins():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return dict(pairs)


def test_constraints_hold_pins_alone():
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        assert re.fullmatch(r"#.*|[a-z0-9-]+==[0-9][0-9a-z.]*", line), line


def test_every_dependency_is_pinned_within_its_range():
    pinned = pins()
    for name, requirement in requirements(*TESTED).items():
        assert requirement.specifier.contains(pinned[name]), name


def test_what_dependencies_bring_is_pinned_as_well():
    assert required(PROJECT["name"], TESTED) - {PROJECT["name"]} <= pins().keys()


def test_the_tests_run_on_the_pinned_versions():
    pinned = pins()
    marked = [r for r in requirements(*TESTED).values() if r.marker]
    absent = {canonicalize_name(r.name) for r in marked if not r.marker.evaluate()}
    for name in requirements(*TESTED).keys() - absent:
        # A local part such as +cpu names a build of the same version.
        assert version(name).split("+")[0] == pinned[name], name


def test_no_ancient_version_is_taken_where_nothing_is_pinned():
    for extra in HEAVY:
        for requirement in map(Requirement, EXTRAS[extra]):
            assert any(s.operator == ">=" for s in requirement.specifier), extra


def test_both_tensorflows_have_one_version():
    assert pins()["tensorflow"] == pins()["tensorflow-cpu"]


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("linux", "x86_64", "tensorflow-cpu"),
        ("win32", "AMD64", "tensorflow-cpu"),
        ("darwin", "arm64", "tensorflow"),
        ("linux", "aarch64", "tensorflow"),
    ],
)
def test_each_machine_gets_one_tensorflow(system, machine, name):
    machine = {"sys_platform": system, "platform_machine": machine}
    chosen = [
        r.name
        for r in map(Requirement, EXTRAS["tensorflow"])
        if r.name.startswith("tensorflow") and r.marker.evaluate(machine)
    ]
    assert chosen == [name]


def test_no_parser_is_built_at_the_start_of_each_process():
    assert "rfc3987-syntax" not in pins()


def conda():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    return dict(line.split("=", 1) for line in listed if "=" in line)


def test_conda_has_the_pinned_versions():
    pinned = pins()
    for name, wanted in conda().items():
        if name != "python":
            assert wanted == pinned[PIP_NAME.get(name, name)], name


def test_conda_brings_all_that_a_class_needs():
    brought = {PIP_NAME.get(name, name) for name in conda()}
    needed = requirements("torch", "tensorflow", "instructor").keys()
    assert needed - {"tensorflow-cpu"} <= brought


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize(
    "part", sorted(p.name for p in (ROOT / "grader").iterdir() if p.suffix != ".pyc")
)
def test_every_import_is_a_declared_dependency(part):
    path = ROOT / "grader" / part
    frameworks = ["torch", "tensorflow"]
    allowed = requirements(*USES.get(part, []), *frameworks).keys() | {"grader"}
    for module in [path] if path.is_file() else path.rglob("*.py"):
        for name in imported(module):
            if name in sys.stdlib_module_names:
                continue
            declared = canonicalize_name(DISTRIBUTION.get(name, name))
            assert declared in allowed, f"{module.relative_to(ROOT)}: {name}"


def test_twin_needs_the_frameworks_numpy_and_matplotlib_alone():
    needed = {"keras", "matplotlib", "numpy", "tensorflow", "torch", "twin"}
    for module in (ROOT / "twin").rglob("*.py"):
        assert set(imported(module)) - sys.stdlib_module_names <= needed, module


POSIX_ONLY = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"}


@pytest.mark.parametrize(
    "part", ["common", "copy", "exercises", "judging", "learner", "pictures"]
)
def test_the_learners_half_uses_nothing_posix_only(part):
    for module in (ROOT / "grader" / part).rglob("*.py"):
        assert not POSIX_ONLY & set(imported(module)), module


def extension_files(folder=ROOT / "grader/labextension"):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_extension_that_is_tested_is_the_checkouts():
    installed = Path(sys.prefix) / "share/jupyter/labextensions/tandem-course"
    stale = "the environment has another version: run make .venv/ready-test"
    assert extension_files(installed) == extension_files(), stale


def test_jupyterlab_lists_the_extension():
    command = [sys.executable, "-m", "jupyter", "labextension", "list"]
    done = subprocess.run(command, capture_output=True, text=True)
    listed = re.sub(r"\x1b\[\d+m", "", done.stdout + done.stderr)
    version = re.escape(PROJECT["version"])
    assert re.search(rf"tandem-course v{version} enabled +OK", listed), listed


def workflow(name):
    return yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())


def tried():
    """The Pythons that a release is tried on."""
    return workflow("release")["jobs"]["try"]["strategy"]["matrix"]["python"]


def test_the_pythons_that_it_names_are_those_that_a_release_is_tried_on():
    prefix = "Programming Language :: Python :: 3."
    named = [c.split()[-1] for c in PROJECT["classifiers"] if c.startswith(prefix)]
    assert named == tried()
    assert set(workflow("ci")["jobs"]["test"]["strategy"]["matrix"]["python"]) <= {
        *named
    }


def test_pip_and_make_accept_these_pythons_alone():
    lowest, highest = (int(tried()[at].partition(".")[2]) for at in (0, -1))
    assert PROJECT["requires-python"] == f">=3.{lowest},<3.{highest + 1}"
    suitable = f"(3, {lowest}) <= sys.version_info[:2] <= (3, {highest})"
    assert f"SUITABLE := {suitable}\n" in (ROOT / "Makefile").read_text()


def test_the_changelog_names_this_version():
    assert f"## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text()


def test_pre_commit_runs_the_pinned_ruff():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert config["repos"][0]["rev"] == f"v{pins()['ruff']}"


def test_ci_runs_the_one_script():
    assert {"run": ".ci/run"} in workflow("ci")["jobs"]["test"]["steps"]
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
    assert "make test" in (ROOT / ".ci/run").read_text()


def test_a_release_is_tried_before_it_is_published():
    release = workflow("release")
    jobs = release["jobs"]
    commands = {
        name: "\n".join(step.get("run", "") for step in job["steps"])
        for name, job in jobs.items()
    }
    assert "twine check --strict" in commands["build"]
    assert ".ci/roads.py" in commands["try"] and jobs["try"]["needs"] == "build"
    assert jobs["publish"]["needs"] == "try"
    # On "push" the workflow runs for tags alone. (YAML takes "on" for a truth value.)
    assert release[True]["push"] == {"tags": ["v*"]}
    assert jobs["publish"]["if"] == "github.event_name == 'push'"


def make(*arguments):
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_make_alone_tells_its_targets():
    done = make()
    assert done.returncode == 0
    promised = set(re.findall(r"make ([a-z]+)", done.stdout))
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M)
    assert promised == set(targets) - {"help"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nosuch"], 'make: there is no target "nosuch"'),
        (["lab", "TRACK=jax"], "make lab: unknown TRACK=jax; use TRACK=torch"),
        (["lab", "PYTHON=/no/python"], "make: no usable Python found"),
    ],
)
def test_make_says_what_is_wrong(arguments, sentence, tmp_path):
    done = make(*arguments, f"VENV={tmp_path}/venv")
    assert done.returncode == 2
    assert done.stdout.startswith(sentence)
