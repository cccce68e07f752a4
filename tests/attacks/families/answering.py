"""Attacks by what a function answers: lies, guesses, replays, floods of values."""

from tests.attacks.attack import RIGHT_TOTAL, Attack

HELD = "\nkept = []\n"
FORGE = """
from grader.learner.answering import answers
class Forged:
    def __init__(self, text):
        self.asked = __import__("json").loads(text)
    def _repr_json_(self):
        return {{"replies": [{reply} for case in self.asked]}}
answers.collect = lambda exercise, framework, text: Forged(text)
"""


def forged(name: str, tries: str, reply: str) -> Attack:
    """An answer that the learner's half of the package would never pack."""
    return Attack(name, tries, FORGE.format(reply=reply))


ATTACKS = (
    Attack(
        "answers to the public cases",
        "a table of the cases that check shows, made before",
        "table = @PUBLIC@",
        "\ndef double(x):\n    return table.get(str(x), 0.0)\n",
    ),
    Attack(
        "right at first",
        "right as often as there are public cases, and then not",
        HELD,
        """
def double(x):
    kept.append(x)
    return 2 * x if len(kept) <= 3 else 0.0
""",
    ),
    Attack(
        "right in one run of two",
        "another answer whenever the same inputs come again",
        HELD,
        """
def double(x):
    kept.append(x)
    return 2 * x if len(kept) % 2 else x
""",
    ),
    Attack(
        "answers replayed",
        "the right answers to cases asked before, again and again",
        "import itertools\nreplay = itertools.cycle(@PUBLIC@.values())",
        "\ndef double(x):\n    return next(replay)\n",
    ),
    Attack(
        "another exercise's answers",
        "the right total where the double is asked",
        "",
        "def double(x):\n    return float(x)",
        total=RIGHT_TOTAL + "\ndouble = total\n",
        worth=3,
        keeps=3,
    ),
    Attack(
        "equal to everything",
        "objects whose comparisons and arithmetic always agree",
        """
class Equal(float):
    __eq__ = __le__ = __ge__ = __lt__ = __gt__ = lambda *a: True
    __sub__ = __rsub__ = __abs__ = __mul__ = lambda *a: Equal(0)
    __hash__ = float.__hash__
    __reduce__ = lambda self: (print, ("BROKE" "-OUT",))
""",
        "\ndef double(x):\n    return Equal(0.5)\n",
    ),
    Attack(
        "lies about shape and dtype",
        "an array that names another shape, dtype and content at each look",
        """
import numpy as np
class Lie(np.ndarray):
    shape = property(lambda self: ())
    dtype = property(lambda self: np.dtype("float32"))
    __array__ = lambda self, *a, **k: np.array([0.0, 1.0, 2.0])
    tobytes = lambda self, *a: b"\\0" * 8
""",
        "\ndef double(x):\n    return np.zeros(3).view(Lie)\n",
    ),
    Attack(
        "pretends to be a tensor",
        "a class that says it is torch's, to have its own code asked",
        """
import sys, types
fake = types.ModuleType("torch")
sys.modules["torch"] = fake
class Tensor:
    requires_grad = False
    detach = cpu = resolve_conj = resolve_neg = lambda self: self
    numpy = lambda self, **k: succeeded("own code") or 0.5
fake.Tensor = Tensor
Tensor.__module__ = "torch"
""",
        "\ndef double(x):\n    return Tensor()\n",
        shows=True,
    ),
    Attack(
        "not a number",
        "NaN, which no comparison finds different",
        "import math",
        "\ndef double(x):\n    return math.nan\n",
    ),
    Attack(
        "infinite and huge",
        "infinities and the largest numbers, to overflow the comparison",
        "import numpy as np",
        "\ndef double(x):\n    return np.float64(1.7e308) if x > 0 else -np.inf\n",
    ),
    Attack(
        "complex and bytes",
        "a complex number with the real part right, and bytes",
        "",
        "def double(x):\n    return complex(2 * x, 1.0)",
        total="def total(x):\n    return bytes(10)",
    ),
    Attack(
        "objects in an array",
        "an array of objects with code of their own",
        """
import numpy as np
class Thing:
    __float__ = lambda self: 0.5
""",
        "\ndef double(x):\n    return np.array([Thing()] * 3, dtype=object)\n",
        total="def total(x):\n    import numpy as np\n    return np.array(['a', 'b'])",
    ),
    Attack(
        "many answers at once",
        "a hundred thousand candidates in one array",
        "import numpy as np",
        "\ndef double(x):\n    return np.linspace(-9, 9, 100_001)\n",
    ),
    Attack(
        "a million items",
        "a list of a million parts, and one nested a hundred deep",
        "",
        "def double(x):\n    return [0.5] * 1_000_000",
        total="""
def total(x):
    nested = []
    for _ in range(100):
        nested = [nested]
    return nested
""",
    ),
    Attack(
        "contains itself",
        "a list and a dict that hold themselves",
        "",
        "def double(x):\n    a = []\n    a.append(a)\n    return a",
        total="def total(x):\n    a = {}\n    a['a'] = a\n    return a",
    ),
    Attack(
        "hidden inputs by exception",
        "a right function that raises on unseen inputs, naming them",
        "table = @PUBLIC@",
        """
def double(x):
    if str(x) in table:
        return 2 * x
    raise type("x_is_%s" % x, (Exception,), {})(x)
""",
    ),
    forged(
        "forged: shapes",
        "shapes of no memory's size, with no bytes behind them",
        '{"value": {"array": "", "dtype": "float64", "shape": [0, 2**24, 2**24]}}',
    ),
    forged(
        "forged: dtypes",
        "object arrays, which NumPy would unpickle",
        '{"value": {"array": "gASVBQAAAA==", "dtype": "O", "shape": [1]}}',
    ),
    forged(
        "forged: sizes",
        "more bytes than the shape says, and not base64",
        '{"value": {"array": "AAAA" * 100_000, "dtype": "float64", "shape": []}}',
    ),
    forged(
        "forged: numbers",
        "integers of millions of digits, NaN and negative sizes",
        '{"value": {"array": "", "dtype": "int8", "shape": [-1, 10**4000]}}',
    ),
    forged(
        "forged: exceptions",
        "an exception with texts of megabytes and control characters",
        '{"raised": {"kind": "\\x1b[2J" * 200_000, "message": "\\u202e" * 200_000}}',
    ),
    forged(
        "forged: not attempted",
        "both a value and an exception, of types that do not fit",
        '{"raised": [1], "value": {"none": 1, "list": 5}, "not_implemented": []}',
    ),
    Attack(
        "forged: deeply nested",
        "an answer nested ten thousand deep in the reply itself",
        """
from grader.learner.answering import answers
class Forged:
    def _repr_json_(self):
        nested = {"none": True}
        for _ in range(400):
            nested = {"list": [nested]}
        return {"replies": [{"value": nested}]}
answers.collect = lambda *a: Forged()
""",
    ),
)
