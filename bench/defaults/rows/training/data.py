"""Batches, their order, and augmentation."""

import numpy as np

from bench.defaults.measures import results
from bench.defaults.model import Row, Side

LOADER = "torch.utils.data.DataLoader"
MANY = {"x": np.arange(64.0)[:, None]}
WATCHED = (
    "seen = []\nclass Watched(keras.Model):\n    def train_step(self, data):\n"
    "        seen.append(data[0].numpy().ravel())\n        return {'loss': 0.0}\n"
    "m = Watched()\nm.compile(run_eagerly=True)\n"
)
MOVED = "np.abs(order - np.arange(len(order))).mean()"
IMAGES = {"x": np.arange(16.0).reshape(1, 4, 4).repeat(400, 0)}
SHARES = (
    "a, y = np.asarray(x), np.squeeze(np.asarray(y))\n"
    "kinds = [a, a[:, :, ::-1], a[:, ::-1], a[:, ::-1, ::-1]]\n"
    "np.array([np.mean(np.all(y == kind, (1, 2))) for kind in kinds])"
)
KINDS = (
    "', '.join(name for name, share in zip(('as it was', 'left to right', "
    "'upside down', 'both'), it) if share)"
)
COINS = "'one for each image' if 0.1 < it < 0.9 else 'one for the batch'"
KORNIA = "import kornia\n"
DRAWN = "What is left comes from drawing a finite number of coins."


def taken(arguments: str) -> str:
    """Code for the numbers that a DataLoader gives, in their order."""
    return (
        f"order = np.concatenate([b.numpy().ravel() for b in {LOADER}(x{arguments})])\n"
    )


ROWS = (
    Row(
        "data.batch_size",
        "The size of a batch where none is given: DataLoader, and `fit` on arrays",
        "the number of steps for 64 examples",
        Side(
            f"len({LOADER}(x))",
            f"default({LOADER}, 'batch_size')",
            f"len({LOADER}(x, batch_size=32))",
        ),
        Side(
            f"{WATCHED}m.fit(x, x, verbose=0)\nlen(seen)",
            "64 // it",
            f"{WATCHED}m.fit(x, x, verbose=0, batch_size=1)\nlen(seen)",
        ),
        results,
        MANY,
    ),
    Row(
        "data.shuffle",
        "The order of examples: DataLoader, and `fit` on arrays",
        "how far 64 examples move on average",
        Side(
            f"{taken('')}{MOVED}",
            f"str(bool(default({LOADER}, 'shuffle')))\n"
            "'shuffled' if it else 'as it is'",
            f"{taken(', shuffle=True')}{MOVED}",
        ),
        Side(
            f"{WATCHED}m.fit(x, x, verbose=0)\norder = np.concatenate(seen)\n{MOVED}",
            "'shuffled' if it else 'as it is'",
            f"{WATCHED}m.fit(x, x, verbose=0, shuffle=False)\n"
            f"order = np.concatenate(seen)\n{MOVED}",
        ),
        results,
        MANY,
        leaves=0.3,
        why_left="Two shuffles are different shuffles.",
    ),
    Row(
        "data.shuffle_buffer",
        "Shuffling in PyTorch, and in tf.data with a buffer of 5",
        "how far 64 examples move on average",
        Side(f"{taken(', shuffle=True')}{MOVED}", "f'{it:.2g} places'"),
        Side(
            "d = tf.data.Dataset.from_tensor_slices(x).shuffle(5)\n"
            f"order = np.ravel(list(d.as_numpy_iterator()))\n{MOVED}",
            "f'{it:.2g} places'",
            "d = tf.data.Dataset.from_tensor_slices(x).shuffle(64)\n"
            f"order = np.ravel(list(d.as_numpy_iterator()))\n{MOVED}",
            "The buffer must be as long as the data.",
        ),
        results,
        MANY,
        leaves=0.3,
        why_left="Two shuffles are different shuffles.",
    ),
    Row(
        "data.last_batch",
        "The last batch, when it is short: DataLoader and tf.data",
        "the sizes of the batches of 64 examples, 24 at a time",
        Side(
            f"[len(b) for b in {LOADER}(x, 24)]",
            f"'dropped' if default({LOADER}, 'drop_last') else 'kept'",
        ),
        Side(
            "[len(b) for b in tf.data.Dataset.from_tensor_slices(x).batch(24)]",
            "'dropped' if default(tf.data.Dataset.batch, 'drop_remainder') else 'kept'",
        ),
        results,
        MANY,
    ),
    Row(
        "data.random_flip",
        "A random flip of images, with nothing set: kornia's and Keras's",
        "the shares of 400 images that stay, are mirrored, upside down, or both",
        Side(
            f"{KORNIA}y = kornia.augmentation.RandomHorizontalFlip()(x[:, None])\n"
            f"{SHARES}",
            KINDS,
            "coins = torch.rand(len(x), 1, 1) < 0.5\n"
            f"y = torch.where(coins, x.flip(1, 2), x)\n{SHARES}",
        ),
        Side(
            f"y = layers.RandomFlip()(x[..., None], training=True)\n{SHARES}",
            KINDS,
            "y = layers.RandomFlip('horizontal')(x[..., None], training=True)\n"
            f"{SHARES}",
            "The default flips in both directions, by one coin for both.",
        ),
        results,
        IMAGES,
        leaves=0.2,
        why_left=DRAWN,
    ),
    Row(
        "data.flip_in_evaluation",
        "A random flip of images in evaluation: kornia's and Keras's",
        "the share of 400 images that are mirrored in evaluation",
        Side(
            f"{KORNIA}y = kornia.augmentation.RandomHorizontalFlip().eval()(x[:, None])"
            f"\n{SHARES}[1]",
            "'flips' if it else 'passes all on'",
            f"y = x\n{SHARES}[1]",
            "Take the augmentation out of the model, or ask `self.training`.",
        ),
        Side(
            f"y = layers.RandomFlip('horizontal')(x[..., None], training=False)\n"
            f"{SHARES}[1]",
            "'flips' if it else 'passes all on'",
        ),
        results,
        IMAGES,
    ),
    Row(
        "data.flip_coins",
        "A random flip of a batch of images: how many coins",
        "the share of 400 images that are mirrored, by one flip of the batch",
        Side(
            f"{KORNIA}y = kornia.augmentation.RandomHorizontalFlip()(x[:, None])\n"
            f"{SHARES}[1]",
            COINS,
        ),
        Side(
            f"y = layers.RandomFlip('horizontal')(x[..., None], training=True)\n"
            f"{SHARES}[1]",
            COINS,
        ),
        lambda ours, theirs: (
            np.asarray(0.1 < ours < 0.9),
            np.asarray(0.1 < theirs < 0.9),
        ),
        IMAGES,
    ),
)
