"""The files that build images, and what is said where none can be built."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.common.errors import CourseError
from grader.production.images import build
from grader.production.images.build import IMAGES, Image, containerfile

INSTRUCTIONS = {"ARG", "FROM", "COPY", "RUN", "ENV", "USER", "WORKDIR", "CMD"}
PIN = re.compile(r"\b([\w.-]+)==([\w.]+)")


def instructions(name):
    """An image's Containerfile as pairs: an instruction, and all that follows it."""
    lines = [
        line for line in containerfile(name).splitlines() if line[:1] not in ("#", "")
    ]
    whole = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [tuple(line.split(maxsplit=1)) for line in whole]


def tool(folder, name, script):
    """A program that stands in for a tool."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize("name", IMAGES)
def test_each_file_is_made_of_instructions(name):
    found = instructions(name)
    assert {word for word, _ in found} <= INSTRUCTIONS
    assert [word for word, _ in found][:2] == ["ARG", "FROM"]
    command = next(rest for word, rest in found if word == "CMD")
    assert json.loads(command)[:2] == ["course", "lab"]


@pytest.mark.parametrize("name", IMAGES)
def test_nothing_in_an_image_runs_as_root(name):
    words = [word for word, _ in instructions(name)]
    assert words.index("USER") > max(i for i, w in enumerate(words) if w == "RUN")


@pytest.mark.parametrize("name", IMAGES)
def test_all_is_installed_in_the_tested_versions(name):
    text = containerfile(name)
    constraints = (build.ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = dict(PIN.findall(constraints))
    assert dict(PIN.findall(text)).items() <= pins.items()
    installs = [rest for _, rest in instructions(name) if "pip install" in rest]
    assert all("-c /build/constraints.txt" in rest for rest in installs)
    assert installs or "conda env create -f /build/environment.yml" in text
    assert "pip check" in text


@pytest.mark.parametrize("name", IMAGES)
def test_each_argument_that_is_given_is_declared(name):
    declared = {
        rest.split("=")[0] for word, rest in instructions(name) if word == "ARG"
    }
    assert IMAGES[name].arguments.keys() | {"BASE"} <= declared
    assert (build.INDEX in declared) or not IMAGES[name].needs_index


def test_conda_is_given_the_package_in_place_of_a_checkout():
    replaced = re.search(r"s\|(?P<what>[^|]+)\|", containerfile("both-gpu"))
    environment = (build.ROOT / "environment.yml").read_text(encoding="utf-8")
    assert len(re.findall(replaced["what"], environment)) == 1


def test_what_is_missing_is_said_of_each_tool(tmp_path, monkeypatch):
    tool(tmp_path, "docker", "import sys; sys.exit('no daemon')")
    tool(tmp_path, "podman", "import sys; sys.exit(1)")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError) as refused:
        build.build("torch-cpu")
    said = str(refused.value)
    assert "buildah is not installed; podman is here but fails" in said
    assert "docker is here but says 'no daemon'" in said
    assert "apt install buildah" in said


def test_a_tool_that_hangs_is_no_tool(tmp_path, monkeypatch):
    tool(tmp_path, "buildah", "import time; time.sleep(60)")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(build, "_SECONDS", 0.1)
    with pytest.raises(CourseError, match="buildah does not answer"):
        build.working_tool()


def test_the_first_tool_that_works_builds(tmp_path, monkeypatch, capfd):
    tool(tmp_path, "buildah", "import sys; sys.exit('broken')")
    show = """import os, sys
if sys.argv[1] == "build":
    print(*sys.argv[1:])
    print(*sorted(os.listdir(sys.argv[-1])))
"""
    tool(tmp_path, "podman", show)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(build.INDEX, "builds")
    build.build("torch-cpu", base="mine", options=["--pull=never"])
    command, files, built = capfd.readouterr().out.splitlines()
    assert command.startswith("build --tag tandem:torch-cpu --build-arg BASE=mine ")
    assert f" --build-arg {build.INDEX}=builds --pull=never /" in command
    wheel = f"{re.escape('tandem_course-')}[\\d.]+-py3-none-any.whl"
    assert re.fullmatch(f"Dockerfile constraints.txt environment.yml {wheel}", files)
    assert built == "Built: tandem:torch-cpu, with podman."


@pytest.mark.parametrize("name", [n for n in IMAGES if IMAGES[n].needs_index])
def test_an_index_that_is_needed_is_asked_for(name, tmp_path, monkeypatch):
    tool(tmp_path, "docker", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(build.INDEX, raising=False)
    with pytest.raises(CourseError, match=f"set {build.INDEX} to the address"):
        build.build(name)


def test_a_tool_that_fails_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(build.INDEX, "builds")
    tool(tmp_path, "docker", "import sys; sys.exit(sys.argv[1] == 'build')")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match="docker could not build tandem:both-cpu"):
        build.build("both-cpu")


def test_an_image_that_is_not_known_is_told():
    with pytest.raises(CourseError, match="no image 'jax': use one of torch-cpu"):
        build.build("jax")


def test_without_a_checkout_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "ROOT", tmp_path)
    with pytest.raises(CourseError, match="from a checkout"):
        build.build("torch-cpu")


def test_make_image_ends_with_a_sentence(tmp_path):
    command = [sys.executable, "-m", "grader.production.images", "torch-cpu"]
    environment = os.environ | {"PATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("make image: to build an image, buildah, podman or")
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_tool_that_is_here_builds_from_nothing(monkeypatch):
    """No base image can be fetched without a network; the tool's options are tried."""
    try:
        build.working_tool()
    except CourseError as error:
        pytest.skip(f"left out: {error}")
    small = "ARG BASE=scratch\nFROM ${BASE}\nCOPY constraints.txt /\n"
    monkeypatch.setitem(IMAGES, "small", Image("small", {"BASE": "scratch"}))
    monkeypatch.setattr(build, "containerfile", lambda name: small)
    build.build("small")
    which = build.working_tool()
    subprocess.run([which, "rmi", "tandem:small"], check=True, capture_output=True)


def test_each_containerfile_is_of_an_image():
    folder = Path(build.__file__).parent
    found = {path.name for path in folder.glob("*.Containerfile")}
    assert found == {image.file for image in IMAGES.values()}
