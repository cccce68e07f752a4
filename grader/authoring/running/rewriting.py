"""Rewrites an asserting statement's expression to record what its parts do."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from grader.authoring.running.expressions import (
    alike,
    called_name,
    depends,
    is_assertion,
    is_empty,
    is_size,
    is_zero,
)

RECORDER = "_recorder"
# Functions that say whether arrays are equal.
COMPARING = {"allclose", "array_equal", "equal", "isclose"}
LITERAL = ast.Constant | ast.List | ast.Tuple | ast.Set | ast.Dict
COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Key = tuple[int, int, int]


@dataclass
class Statement:
    """An asserting statement, or one in a function of the lesson.

    Attributes:
        key: the number of its cell, from 1, and where it begins there.
        line: its text.
        checks: by a check's number, what is wrong if the check is not met.
        wrong: what is wrong with it, independent of a run.
        inner: whether it is in a function.
        direct: whether it asserts something itself.
        raises: whether it is meant to raise.
    """

    key: Key
    line: str
    checks: dict[int, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    inner: bool = False
    direct: bool = False
    raises: bool = False


class Rewriting(ast.NodeTransformer):
    """Rewrites one statement's expression, and notes what it finds in ``statement``.

    The body of a lambda stays as it is: it runs later, or never.
    """

    def __init__(self, statement: Statement, number: Callable[[], int]) -> None:
        self.statement, self._number = statement, number

    def truth(self, node: ast.expr, wanted: bool) -> ast.expr:
        """Rewrite an expression whose truth should be ``wanted``."""
        said = _said(node)
        match node:
            case ast.UnaryOp(op=ast.Not()):
                node.operand = self.truth(node.operand, not wanted)
                return node
            case ast.BoolOp(op=op, values=values):
                either = isinstance(op, ast.Or) == wanted
                node.values = [self._operand(each, wanted, either) for each in values]
                return node
            case ast.NamedExpr(value=value):
                node.value = self.truth(value, wanted)
                return node
            case ast.IfExp():
                node.test = self.visit(node.test)
                node.body = self._evaluated(node.body, self.truth, wanted)
                node.orelse = self._evaluated(node.orelse, self.truth, wanted)
                return node
            case ast.Compare():
                return self._compare(node)
            case ast.Call(func=ast.Name(id="all" | "any"), args=[over], keywords=[]):
                node.args = [self._over(over, said, wanted)]
                return node
            case ast.Call(
                func=ast.Attribute(value=whole, attr="all" | "any") as method, args=[]
            ):
                nothing = self._check(f"{said} looks at nothing")
                method.value = recorded("filled", nothing, self._elements(whole))
                return node
            case ast.Call(func=ast.Attribute(attr="all" | "any" | "reduce_all")):
                nothing = self._check(f"{said} looks at nothing")
                whole = recorded("filled", nothing, self._elements(node.args[0]))
                node.args = [whole, *node.args[1:]]
                return node
            case _ if isinstance(node, LITERAL | ast.JoinedStr | ast.Lambda):
                self.statement.wrong.append(f"{said} has the same truth always")
                return node
            case _ if not depends(node):
                self.statement.wrong.append(f"{said} has constants alone")
                return node
        always = self._check(f"{said} is a function, which is always true: call it")
        return recorded("atom", always, self.visit(node))

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        """Leave it as it is."""
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Record which of the two branches is reached."""
        node.test = self.visit(node.test)
        node.body = self._evaluated(node.body, self._visit)
        node.orelse = self._evaluated(node.orelse, self._visit)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """Record which operands are reached."""
        node.values = [self._evaluated(each, self._visit) for each in node.values]
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Watch the operands of a function that compares or asserts."""
        name = called_name(node)
        if name == "agree" or name in COMPARING or is_assertion(node):
            self.statement.direct |= name not in COMPARING
            return self._comparing(node)
        self.generic_visit(node)
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Check that what a comprehension runs over is not empty."""
        if isinstance(node, COMPREHENSION):
            over = [self._check(_over_nothing(node, each)) for each in node.generators]
            super().generic_visit(node)
            for check, each in zip(over, node.generators, strict=True):
                if not each.is_async:
                    each.iter = recorded("items", check, each.iter)
            return node
        return super().generic_visit(node)

    def _visit(self, node: ast.expr, *_: object) -> ast.expr:
        return self.visit(node)

    def _operand(self, node: ast.expr, wanted: bool, either: bool) -> ast.expr:
        """Rewrite an operand of ``and`` or ``or``; with ``either``, one is enough."""
        if not either:
            return self._evaluated(node, self.truth, wanted)
        check = self._check(f"{_said(node)} decides nothing: others of its parts do")
        return recorded(
            "decides", check, ast.Constant(wanted), self.truth(node, wanted)
        )

    def _evaluated(
        self, node: ast.expr, rewrite: Callable[..., ast.expr], wanted: bool = True
    ) -> ast.expr:
        check = self._check(f"{_said(node)} is never evaluated")
        return recorded("met", check, rewrite(node, wanted))

    def _over(self, over: ast.expr, said: str, wanted: bool) -> ast.expr:
        """Rewrite what ``all`` or ``any`` looks at; it must not be empty."""
        check = self._check(f"{said} looks at nothing")
        if not isinstance(over, ast.GeneratorExp | ast.ListComp):
            return recorded("items", check, self.visit(over))
        element = self.truth(over.elt, wanted)
        for each in over.generators:
            each.iter = self.visit(each.iter)
            each.ifs = [self.visit(one) for one in each.ifs]
        over.elt = recorded("met", check, element)
        return over

    def _elements(self, whole: ast.expr) -> ast.expr:
        """Rewrite an expression for an array of truth values."""
        return (
            self._compare(whole)
            if isinstance(whole, ast.Compare)
            else self.visit(whole)
        )

    def _compare(self, node: ast.Compare) -> ast.expr:
        said, operands = _said(node), [node.left, *node.comparators]
        if not depends(node):
            self.statement.wrong.append(f"{said} compares constants")
        for op, left, right in zip(node.ops, operands, operands[1:], strict=False):
            if alike(left, right) and not isinstance(op, ast.NotEq):
                self.statement.wrong.append(f"{said} compares a value with itself")
            if isinstance(op, ast.GtE) and is_size(left) and is_zero(right):
                self.statement.wrong.append(f"{said} holds for whatever is there")
            several = isinstance(right, LITERAL) and len(getattr(right, "elts", ())) > 1
            if isinstance(op, ast.In) and several and not depends(right):
                self.statement.wrong.append(f"{said} allows for more than one answer")
        names = [type(op).__name__ for op in node.ops]
        same = self._check(f"{said} is the same for whatever operands")
        filled = self._filled(said, operands)
        return recorded(
            "compare",
            same,
            filled,
            ast.Tuple([ast.Constant(name) for name in names], ast.Load()),
            *map(self.visit, operands),
        )

    def _comparing(self, node: ast.Call) -> ast.expr:
        said = _said(node)
        for position, one in enumerate(node.args):
            if any(alike(one, other) for other in node.args[:position]):
                self.statement.wrong.append(f"{said} compares a value with itself")
        if node.args and not any(map(depends, node.args)):
            self.statement.wrong.append(f"{said} compares constants")
        same = self._check(f"{said} holds as well for other values")
        filled = self._filled(said, node.args)
        node.keywords = [self.visit(each) for each in node.keywords]
        call = recorded("call", same, filled, node.func, *map(self.visit, node.args))
        call.keywords = node.keywords
        return call

    def _filled(self, said: str, operands: list[ast.expr]) -> ast.expr:
        """The check that something is compared, unless an operand is written empty."""
        if any(is_empty(each) for each in operands):
            return ast.Constant(self._number())
        return self._check(f"{said} compares nothing with nothing")

    def _check(self, said: str) -> ast.expr:
        number = self._number()
        self.statement.checks[number] = said
        return ast.Constant(number)


def recorded(name: str, *values: ast.expr) -> ast.Call:
    """A call of the recorder's method ``name`` with these arguments."""
    recorder = ast.Attribute(ast.Name(RECORDER, ast.Load()), name, ast.Load())
    return ast.Call(recorder, list(values), [])


def _said(node: ast.expr) -> str:
    return f"`{ast.unparse(node)}`"


def _over_nothing(node: ast.expr, each: ast.comprehension) -> str:
    return f"{_said(node)} runs over nothing: `{ast.unparse(each.iter)}` is empty"
