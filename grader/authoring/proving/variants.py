"""Finds a lesson's variants, and turns them into cells."""

import inspect
import pkgutil
import re
import textwrap
from importlib import import_module

from grader.judging.variant import MARK, Variant


def load(lesson: str, framework: str) -> list[Variant]:
    """All variants of a lesson in one framework, which is imported; may be [].

    With ``any`` as the framework: only variants that need no framework.
    """
    name = f"grader.exercises.{lesson}.variants"
    try:
        package = import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in (name, name.rpartition(".")[0]):
            raise
        return []
    found = []
    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith((f"{framework}_", "any_")):
            continue
        members = vars(import_module(f"{package.__name__}.{module.name}")).values()
        # Only functions: the module tensorflow also has an attribute of that name.
        functions = [m for m in members if inspect.isfunction(m)]
        for function in [f for f in functions if hasattr(f, MARK)]:
            name, mistake = getattr(function, MARK)
            found.append(Variant(f"{lesson}.{name}", function, mistake))
    return found


def cell(variant: Variant) -> str:
    """The variant as the source of a solution cell."""
    source = textwrap.dedent(inspect.getsource(variant.function))
    name = variant.exercise.split(".")[1]
    source = re.sub(r"\A(@.*\n|    .*\n|\)\n)+(?=def )", "", source)
    return re.sub(r"\Adef \w+", f"def {name}", source)
