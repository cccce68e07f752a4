"""How near each file of tests is to what has changed, from imports."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import grimp
from grimp.exceptions import SourceSyntaxError

from grader.common.errors import CourseError

PACKAGES = ("grader", "twin", "tests", "bench")
EXERCISES = "grader.exercises"
QUOTED = re.compile(r"""["'](\w+(?:\.(?:\w|\{\w+\})+)+)["']""")
# Of tests that take long, which `make quick` leaves out.
MARKS = frozenset(("slow", "drill", "browser"))


@dataclass(frozen=True, order=True)
class Near:
    """A file of tests that depends on what has changed.

    Attributes:
        distance: the fewest imports that lead from the file to what has changed; 0
            where the file itself has.
        file: its path from the root.
        marked: those of ``MARKS`` that all its tests have.
    """

    distance: int
    file: str
    marked: frozenset[str]


class Modules:
    """The modules of a checkout, and which imports which.

    A module that another one names in a string counts as imported by it: it is loaded
    when it is needed, started as a process, or replaced in a test. Braces in the string
    stand for any part of a name, and the id of an exercise names the exercise's module.

    Args:
        root: the checkout.
        packages: their names; Python finds them in the checkout.

    Raises:
        CourseError: a file is no Python.
    """

    def __init__(self, root: Path, packages: Iterable[str] = PACKAGES) -> None:
        self.root = root
        try:
            self.graph = grimp.build_graph(*packages, cache_dir=None)
        except SourceSyntaxError as error:
            where = f"{error.filename}, line {error.lineno}"
            raise CourseError(f"{where} is no Python: mend it first") from None
        self.files = {module: self._file(module) for module in self.graph.modules}
        self.modules = {file: module for module, file in self.files.items()}
        self.texts = {
            module: (root / file).read_text(encoding="utf-8")
            for module, file in self.files.items()
        }
        for module, text in self.texts.items():
            if module.startswith(f"{__package__}."):
                continue  # the recipe names what it runs
            for name in self._named(text) - {module}:
                self.graph.add_import(importer=module, imported=name)

    def _file(self, module: str) -> str:
        path = module.replace(".", "/")
        package = f"{path}/__init__.py"
        return package if (self.root / package).is_file() else f"{path}.py"

    def _named(self, text: str) -> set[str]:
        """The modules that strings name: by a module's name, or an exercise's id."""
        quoted = {
            within + name
            for name in QUOTED.findall(text)
            for within in ("", f"{EXERCISES}.")
        }
        patterns = [re.sub(r"\{\w+\}", r"\\w+", name) for name in quoted if "{" in name]
        matched = re.compile("|".join(patterns) or "(?!)")
        return quoted & self.files.keys() | set(filter(matched.fullmatch, self.files))

    def near(self, changed: Iterable[str]) -> list[Near]:
        """The files of tests that depend on files that have changed, nearest first.

        Args:
            changed: paths from the root.
        """
        changed = list(changed)
        found = {self.modules[file]: 0 for file in changed if file in self.modules}
        ring, distance = set().union(*map(self.users, changed)), 1
        while ring := ring - found.keys():
            found |= dict.fromkeys(ring, distance)
            ring = set().union(*(self.users(self.files[module]) for module in ring))
            distance += 1
        return sorted(
            Near(steps, self.files[module], self._marked(module))
            for module, steps in found.items()
            if _is_test(self.files[module])
        )

    def users(self, file: str) -> set[str]:
        """The modules that import a file's module, or that name a file of data."""
        if file in self.modules:
            return self.graph.find_modules_that_directly_import(self.modules[file])
        named = re.compile(rf"""["'/]{re.escape(Path(file).name)}["']""")
        return {module for module, text in self.texts.items() if named.search(text)}

    def unused(self, changed: Iterable[str]) -> list[str]:
        """Those of ``changed`` that no test is known to depend on at all."""
        return [file for file in changed if not self.near([file])]

    def _marked(self, module: str) -> frozenset[str]:
        """The marks that hold for a whole file of tests."""
        marks = {
            part.attr
            for statement in ast.parse(self.texts[module]).body
            if isinstance(statement, ast.Assign)
            and any(ast.unparse(to) == "pytestmark" for to in statement.targets)
            for part in ast.walk(statement.value)
            if isinstance(part, ast.Attribute)
        }
        return MARKS & marks


def _is_test(file: str) -> bool:
    return Path(file).match("test_*.py")
