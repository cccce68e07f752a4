"""When modules are imported; which room may know which is in ``pyproject.toml``.

A graded kernel holds the learner's half of the package alone, and a framework is
imported where its tensors are handled and nowhere else.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

GRADER = Path(__file__).resolve().parents[2] / "grader"
MODULES = sorted(GRADER.rglob("*.py"))
TENSORFLOW = {"tensorflow", "keras"}
FRAMEWORKS = {"torch", "tf_keras", "torchvision", *TENSORFLOW}


@dataclass(frozen=True)
class Import:
    """One imported module, and whether importing the file imports it."""

    module: str
    at_top: bool

    def __str__(self) -> str:
        return self.module


def imports(source: str) -> list[Import]:
    """Every import in a module's text, names of ``from`` imports included."""
    return list(_imports(ast.parse(source), at_top=True))


def _imports(node: ast.AST, at_top: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, at_top) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            yield Import(child.module, at_top)
            yield from (
                Import(f"{child.module}.{alias.name}", at_top) for alias in child.names
            )
        elif isinstance(child, ast.If) and _is_type_checking(child.test):
            continue
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _imports(child, at_top and not inside)


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def name(path: Path) -> str:
    return path.relative_to(GRADER.parent).as_posix()


def part(path: Path) -> str:
    """The folder of the package that a module is in; "" for its top level."""
    inside = path.relative_to(GRADER).parts
    return inside[0] if len(inside) > 1 else ""


def of(module: str, *parts: str) -> bool:
    """Whether a dotted name is one of ``grader``'s parts or inside it."""
    homes = tuple(f"grader.{p}" for p in parts)
    return module in homes or module.startswith(tuple(f"{home}." for home in homes))


def modules(*parts: str) -> list[Path]:
    found = [path for path in MODULES if part(path) in parts]
    assert found, f"no modules in {parts}"
    return found


def named(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=name)


def read(path: Path) -> list[Import]:
    return imports(path.read_text(encoding="utf-8"))


@named(modules("learner"))
def test_a_learners_kernel_starts_without_the_graders_half(path):
    for found in read(path):
        if of(found.module, "judging", "exercises"):
            assert not found.at_top, f"{found} is absent in a graded run"


@named([path for path in MODULES if "variants" not in path.parts])
def test_a_framework_is_imported_at_the_top_of_modules_named_after_it(path):
    """Such as its adapter, and what one half of a lesson imports."""
    for found in read(path):
        framework = found.module.split(".")[0]
        if framework in FRAMEWORKS and found.at_top:
            names = TENSORFLOW if framework in TENSORFLOW else {framework}
            assert names & {*path.stem.split("_")}


def test_the_rules_see_each_form_of_import():
    found = imports(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import hidden\n"
        "try:\n    import a.b\nexcept ImportError:\n    from c import d\n"
        "class K:\n    import e\n    def f(self):\n        import g\n"
    )
    assert {(f.module, f.at_top) for f in found} == {
        ("typing", True),
        ("typing.TYPE_CHECKING", True),
        ("a.b", True),
        ("c", True),
        ("c.d", True),
        ("e", True),
        ("g", False),
    }


@pytest.mark.parametrize(
    "statement",
    [
        "import grader",
        "from grader import agree, check, device, hint, progress",
        "import grader.exercises.autograd, grader.judging.judge",
        "import grader.cli",
    ],
)
def test_importing_ours_imports_no_framework(statement):
    code = f"""{statement}
import sys
loaded = {{name.split(".")[0] for name in sys.modules}}
sys.exit(", ".join(loaded & {FRAMEWORKS!r}) or None)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_checking_a_neutral_exercise_takes_no_framework():
    """With neither framework installed, it can still be checked."""
    code = """
import sys
sys.modules["torch"] = sys.modules["tensorflow"] = None
from grader import agree, check, hint
def share_left(momentum, steps, convention):
    return (1 - momentum if convention == "torch" else momentum) ** steps
check("defaults.share_left", share_left)
hint("defaults.share_left")
agree(1.0, 1.0)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "correct" in done.stdout
