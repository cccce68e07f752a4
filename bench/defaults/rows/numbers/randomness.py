"""Dropout, and what seeds do."""

import numpy as np

from bench.defaults.measures import results
from bench.defaults.model import Row, Side

MANY = {"x": np.ones(10000)}
LATER = "'stay the same' if it == 0 else 'become others'"
TWICE = "'the same' if it == 0 else 'others'"

ROWS = (
    Row(
        "dropout.rate",
        "Dropout: the share that is dropped where none is given",
        "the share in a layer that is asked for 0.5",
        Side("nn.Dropout().p", "default(nn.Dropout, 'p')"),
        Side("layers.Dropout(0.5).rate", "default(layers.Dropout, 'rate')"),
        results,
    ),
    Row(
        "dropout.mode",
        "Dropout: what a new layer does when you call it",
        "the share of zeros in 10,000 numbers",
        Side(
            "(nn.Dropout(0.5)(x) == 0).double().mean()",
            "'drops' if it > 0 else 'passes all on'",
            "(nn.Dropout(0.5).eval()(x) == 0).double().mean()",
        ),
        Side(
            "np.mean(layers.Dropout(0.5)(x) == 0)",
            "'drops' if it > 0 else 'passes all on'",
            "np.mean(layers.Dropout(0.5)(x, training=True) == 0)",
        ),
        results,
        MANY,
        leaves=0.05,
        why_left="What is left comes from drawing 10,000 coins.",
    ),
    Row(
        "dropout.scale",
        "Dropout: what becomes of the numbers that stay",
        "the largest number after half of 10,000 ones were dropped in training",
        Side("nn.Dropout(0.5)(x).max()", "f'times {it:g}'"),
        Side("np.max(layers.Dropout(0.5)(x, training=True))", "f'times {it:g}'"),
        results,
        MANY,
    ),
    Row(
        "dropout.all",
        "Dropout with a rate of 1",
        "the output of 10,000 ones in training",
        Side("nn.Dropout(1.0)(x)", "f'all {it.max():g}'"),
        Side("layers.Dropout(1.0)(x, training=True)", "f'all {np.max(it):g}'"),
        results,
        MANY,
    ),
    Row(
        "dropout.later_numbers",
        "What a new Dropout layer does to the weights of the layers after it",
        "the change of the next layer's weights, with the same seed",
        Side(
            "torch.manual_seed(1)\nplain = nn.Linear(4, 4).weight\n"
            "torch.manual_seed(1)\nnn.Dropout(0.5)\n"
            "(plain - nn.Linear(4, 4).weight).abs().max()",
            LATER,
        ),
        Side(
            "keras.utils.set_random_seed(1)\nplain = layers.Dense(4)\n"
            "plain.build((None, 4))\nkeras.utils.set_random_seed(1)\n"
            "layers.Dropout(0.5)\nlater = layers.Dense(4)\nlater.build((None, 4))\n"
            "np.max(np.abs(plain.kernel - later.kernel))",
            LATER,
            "keras.utils.set_random_seed(1)\nplain = layers.Dense(4)\n"
            "plain.build((None, 4))\nkeras.utils.set_random_seed(1)\n"
            "layers.Dropout(0.5, seed=7)\nlater = layers.Dense(4)\n"
            "later.build((None, 4))\nnp.max(np.abs(plain.kernel - later.kernel))",
            "A layer with a seed of its own takes none from the common row of seeds.",
        ),
        results,
    ),
    Row(
        "random.same_seed",
        "The seed 42 in both frameworks",
        "three uniform numbers",
        Side(
            "torch.manual_seed(42)\ntorch.rand(3)",
            "[round(float(one), 3) for one in it]",
        ),
        Side(
            "tf.random.set_seed(42)\ntf.random.uniform((3,), dtype='float64')",
            "[round(float(one), 3) for one in it]",
            "",
            "Draw with NumPy and hand the numbers to both. Copy weights, not seeds.",
        ),
        results,
    ),
    Row(
        "random.seeding",
        "The function that seeds everything: what it reaches",
        "the number of seeded generators, of Python's, NumPy's and the framework's",
        Side(
            "import random\n"
            "def draw():\n    torch.manual_seed(1)\n"
            "    return random.random(), np.random.rand(), torch.rand(1).item()\n"
            "sum(a == b for a, b in zip(draw(), draw()))",
            "f'{it} of 3'",
        ),
        Side(
            "import random\n"
            "def draw():\n    keras.utils.set_random_seed(1)\n"
            "    return random.random(), np.random.rand(), "
            "float(tf.random.normal(()))\n"
            "sum(a == b for a, b in zip(draw(), draw()))",
            "f'{it} of 3'",
            "",
            "With TensorFlow behind it, Keras's function does not seed PyTorch.",
        ),
        results,
    ),
    Row(
        "random.parts",
        "Four random numbers at once, or two and two",
        "the difference, with the same seed",
        Side(
            "torch.manual_seed(1)\nfour = torch.rand(4)\ntorch.manual_seed(1)\n"
            "(four - torch.cat([torch.rand(2), torch.rand(2)])).abs().max()",
            TWICE,
        ),
        Side(
            "tf.random.set_seed(1)\nfour = tf.random.uniform((4,))\n"
            "tf.random.set_seed(1)\n"
            "two = [tf.random.uniform((2,)), tf.random.uniform((2,))]\n"
            "np.max(np.abs(four - np.concatenate(two)))",
            TWICE,
            advice="Draw all numbers that belong together at once.",
        ),
        results,
    ),
    Row(
        "random.operation_seed",
        "Two draws that are given the same seed",
        "the difference of the two",
        Side(
            "draws = [torch.rand(3, generator=torch.Generator().manual_seed(7))\n"
            "         for _ in range(2)]\n(draws[0] - draws[1]).abs().max()",
            TWICE,
        ),
        Side(
            "np.max(np.abs(tf.random.uniform((3,), seed=7)\n"
            "              - tf.random.uniform((3,), seed=7)))",
            TWICE,
            "np.max(np.abs(keras.random.uniform((3,), seed=7)\n"
            "              - keras.random.uniform((3,), seed=7)))",
        ),
        results,
    ),
    Row(
        "random.numpy_in_function",
        "NumPy's random numbers inside a function of the framework, called twice",
        "whether the second number is the first again",
        Side(
            "draw = lambda: torch.tensor(np.random.rand())\nfloat(draw() == draw())",
            "'the first again' if it else 'a new one'",
        ),
        Side(
            "draw = tf.function(lambda: tf.constant(np.random.rand()), "
            "autograph=False)\n"
            "float(draw() == draw())",
            "'the first again' if it else 'a new one'",
            "draw = tf.function(lambda: tf.random.uniform(()), autograph=False)\n"
            "float(draw() == draw())",
        ),
        results,
    ),
)
