# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: what reaches the model
#
# They follow the lesson
# [06_data](../../notebooks/06_data.ipynb). Each exercise is one function. The
# first six need no framework: you write them once, in plain Python or NumPy. The
# others have two halves, one in PyTorch and one in TensorFlow. Do one half or
# both: the points count for each.
#
# **How to work**
#
# 1. Replace `raise NotImplementedError` by your own lines. Keep the
#    function's name and its arguments.
# 2. Run the cell, then the `check` below it. It calls your function with
#    three sets of inputs of different sizes and says what it found. When
#    an answer is wrong, it shows where, and names the mistake if it can.
# 3. Stuck? Three hints open one after the other below the message: the
#    idea, the functions to use, a skeleton. In a new cell,
#    `hint("data.shuffle_buffer", 2)` shows the second.
#
# **What your functions get.** In the first six exercises arrays arrive as NumPy
# arrays, and in the others as tensors of the framework. Numbers in them are
# float32, unless the exercise says otherwise; indices are int64, and images are
# uint8 where it says "bytes". Single numbers arrive as plain `int` and `float`, a
# yes or no as `bool`, a word as `str`, and lists as plain lists.
#
# **What they leave alone.** Whoever calls your function still needs what it
# passes in. Work on a copy: a function that changes one of its arguments in
# place is not correct.
#
# **What they return.** Arrays or tensors, plain numbers, or lists of them; several
# values as a tuple, in the order the exercise names.
#
# Nothing here draws at random. Where a pipeline would draw, your function is
# given what was drawn, so that there is one right answer. Grading uses fresh
# inputs. Run the next cells first.

# %% tags=["torch"] pair="setup"
import torch

# %% tags=["tensorflow"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf

# %%
import numpy as np

from grader import check, hint

# %% [markdown]
# ## 1. A shuffle buffer, draw by draw (2 points)
#
# A data set has the examples 0, 1, 2, … $n - 1$, in this order. They pass through
# a shuffle buffer of `size` examples. At first the buffer holds the examples 0
# to `size - 1`. Then, for each number in `draws`:
#
# - The example at this place of the buffer leaves. Places are counted from 0.
# - The next example of the data takes its place. If the data have come to their
#   end, the *last* example of the buffer takes its place, and the buffer is
#   shorter by one. (If the last one itself leaves, nothing has to move.)
#
# On paper, with a buffer of 3, six examples and the draws 1, 2, 1, 0, 0, 0:
#
# | draw | buffer before | leaves | takes its place |
# |---|---|---|---|
# | 1 | 0 1 2 | 1 | 3, new |
# | 2 | 0 3 2 | 2 | 4, new |
# | 1 | 0 3 4 | 3 | 5, new |
# | 0 | 0 5 4 | 0 | 4, the last |
# | 0 | 4 5 | 4 | 5, the last |
# | 0 | 5 | 5 | nothing |
#
# Write `shuffle_buffer(draws, size)`.
#
# - `draws`: list of $n$ whole numbers, one for each example; every one is a
#   place that the buffer has at that time
# - `size`: at least 3, and smaller than $n$
# - returns `(order, moved)`, both of shape `(n,)`. `order` has the examples in the
#   order in which they leave. `moved[i]` says how far example `i` has moved: its
#   place in `order`, minus `i`. It is negative if the example leaves early.
#
# In the table `order` is 1, 2, 3, 0, 4, 5, and `moved` is 3, −1, −1, −1, 0, 0.
# *Lesson: section 2.*

# %%
def shuffle_buffer(draws, size):
    """(order, moved), shape (n,) each."""
    ### BEGIN SOLUTION
    n = len(draws)
    buffer = list(range(size))
    order = []
    for new, place in enumerate(draws, start=size):
        order.append(buffer[place])
        buffer[place] = buffer[-1]
        if new < n:
            buffer[place] = new
        else:
            buffer.pop()
    return order, np.argsort(order) - np.arange(n)
    ### END SOLUTION

# %%
check("data.shuffle_buffer", shuffle_buffer)

# %% [markdown]
# ## 2. Batch sizes over several epochs (2 points)
#
# A data set of `n` examples is to be served for several epochs, in batches of
# `size`. In TensorFlow there are two orders for the two steps:
#
# - **after**: `batch`, then `repeat`. Each epoch is cut into batches by itself. A
#   PyTorch `DataLoader` does the same, epoch by epoch.
# - **before**: `repeat`, then `batch`. The epochs are put one behind the other as
#   one long row of examples, and then this row is cut into batches.
#
# Where the examples do not fill the last batch, this batch is short. It is kept
# if `drop_last` is `False`, and left out if it is `True`.
#
# Write `batch_sizes(n, size, epochs, drop_last)`.
#
# - `n`, `size`, `epochs`: Python ints; `n` is at least `size`, and `epochs` at
#   least 2
# - `drop_last`: a Python bool
# - returns `(after, before, mixed)`. `after` and `before` are lists with the size
#   of each batch, in the order in which the batches come. `mixed` is one whole
#   number: how many batches of *before* hold examples of two different epochs. A
#   batch that ends exactly where an epoch ends is not mixed.
#
# With 5 examples, batches of 4, 2 epochs and `drop_last` `False`, this is
# `([4, 1, 4, 1], [4, 4, 2], 1)`. *Lesson: sections 1 and 3.*

# %%
def batch_sizes(n, size, epochs, drop_last):
    """(after, before, mixed): two lists, a number."""
    ### BEGIN SOLUTION
    def cut(examples):
        full, rest = divmod(examples, size)
        kept = rest > 0 and not drop_last
        return [size] * full + [rest] * kept

    ends = [epoch * n for epoch in range(1, epochs)]
    mixed = sum(end % size != 0 for end in ends)
    return cut(n) * epochs, cut(n * epochs), mixed
    ### END SOLUTION

# %%
check("data.batch_sizes", batch_sizes)

# %% [markdown]
# ## 3. The mean loss of an epoch (1 point)
#
# A progress bar shows the mean loss of all examples that were seen so far in this
# epoch. What is at hand are the mean loss of each batch, and its size. All
# batches have the same size but the last one, which is smaller.
#
# Write `epoch_mean(losses, sizes)`.
#
# - `losses`: the mean loss of each batch, shape `(batches,)`
# - `sizes`: list of whole numbers, how many examples each batch has
# - returns the means, shape `(batches,)`: entry `k` is the mean loss of all
#   examples in batches 0 to `k`, each example counted once. The last entry is the
#   mean loss of the epoch.
#
# *Lesson: section 4.*

# %%
def epoch_mean(losses, sizes):
    """The mean up to each batch, shape (batches,)."""
    ### BEGIN SOLUTION
    totals = np.cumsum(losses * np.array(sizes))
    return totals / np.cumsum(sizes)
    ### END SOLUTION

# %%
check("data.epoch_mean", epoch_mean)

# %% [markdown]
# ## 4. Noise before or behind the cache (2 points)
#
# Three pipelines have the same three steps, in three orders:
#
# - `noise_cache_shuffle`
# - `cache_noise_shuffle`
# - `cache_shuffle_noise`
#
# In each of them
#
# - **noise** adds to each example that comes in the next number of `noise`;
# - **cache** keeps, in the first epoch, what comes in; in each later epoch it hands
#   on what it has kept, and the steps before it do not run again;
# - **shuffle** changes the order: in epoch `e` the example that leaves in place
#   `k` is the one with the number `orders[e][k]`.
#
# The examples enter the pipeline in the order of `x`, and so example `i` is `x[i]`.
# Every pipeline begins with the first number of `noise`, and goes on from epoch
# to epoch where it stopped. Write `stage_order(x, noise, orders)`.
#
# | argument | what | shape |
# |---|---|---|
# | `x` | the examples | `(n,)` |
# | `noise` | the numbers, enough for all epochs | `(epochs * n,)` |
# | `orders` | what the shuffle does, whole numbers | `(epochs, n)` |
#
# **Return** what the three pipelines serve, in the order above: three arrays of
# shape `(epochs, n)`, with the values in the order in which they leave. *Lesson:
# section 3.*

# %%
def stage_order(x, noise, orders):
    """What three pipelines serve, (epochs, n) each."""
    ### BEGIN SOLUTION
    rows = noise.reshape(orders.shape)
    first, second, third = [], [], []
    for row, order in zip(rows, orders):
        first.append((x + rows[0])[order])
        second.append((x + row)[order])
        third.append(x[order] + row)
    return first, second, third
    ### END SOLUTION

# %%
check("data.stage_order", stage_order)

# %% [markdown]
# ## 5. Workers and their random numbers (2 points)
#
# A `DataLoader` with `workers` worker processes cuts the sampler's order into
# batches and deals these out in turn: worker 0 loads the first batch, worker 1
# the second, and so on; after the last worker it is worker 0 again. The last
# batch may be smaller than the others.
#
# Each worker has a random generator of its own. While it loads a batch, it draws
# one number for each example, in the order of the batch, and its next batch goes
# on with the next number. `streams[w]` has the numbers that the generator of
# worker `w` gives, in their order. There are more than it needs.
#
# | argument | what | shape |
# |---|---|---|
# | `order` | the examples in the sampler's order: each of 0 to $n - 1$ once | `(n,)` |
# | `size` | examples in a batch | Python int |
# | `workers` | how many workers | Python int |
# | `streams` | the numbers of each worker | `(workers, n)` |
#
# Write `worker_noise(order, size, workers, streams)`. **Return** `(worker, noise)`,
# both of shape `(n,)`: entry `i` belongs to *example* `i`. `worker[i]` is the number
# of the worker that loads it, and `noise[i]` is the random number that it gets.
# *Lesson: section 5.*

# %%
def worker_noise(order, size, workers, streams):
    """(worker, noise) of each example, (n,) each."""
    ### BEGIN SOLUTION
    worker = np.zeros(len(order), int)
    noise = np.zeros(len(order))
    numbers = [iter(stream) for stream in streams]
    for place, example in enumerate(order):
        turn = place // size % workers
        worker[example] = turn
        noise[example] = next(numbers[turn])
    return worker, noise
    ### END SOLUTION

# %%
check("data.worker_noise", worker_noise)

# %% [markdown]
# ## 6. A random number for an index (2 points)
#
# With a formula in place of a generator, an example's random number depends on
# the seed, the epoch and the example, and on nothing else. Then it makes no
# difference how many workers there are, and in which order they load. The formula
# here is a **hash**: it mixes the bits of a whole number so well that the result
# looks random. All numbers are unsigned with 32 bits, from 0 to $2^{32} - 1$. For
# such a number $h$, `mix(h)` does these steps one after the other:
#
# 1. `h = h ^ (h >> 16)`
# 2. `h = h * 0x7FEB352D`, of which the lowest 32 bits are kept
# 3. `h = h ^ (h >> 15)`
# 4. `h = h * 0x846CA68B`, of which the lowest 32 bits are kept
# 5. `h = h ^ (h >> 16)`
#
# In Python, `^` is the exclusive or of the bits, `>>` moves the bits to the right,
# and `0x7FEB352D` is a whole number in hexadecimal digits. The lowest 32 bits of a
# number are its remainder modulo $2^{32}$. `mix(1)` is 1753845952.
#
# $$u_i = \frac{\mathrm{mix}\big(\mathrm{mix}(\mathrm{mix}(\mathrm{seed})
# \oplus \mathrm{epoch}) \oplus i\big)}{2^{32}}$$
#
# where $\oplus$ stands for `^`. Write `random_by_index(indices, epoch, seed, rate)`.
#
# - `indices`: the examples of a batch, whole numbers (int64), shape `(n,)`
# - `epoch`, `seed`: Python ints, not negative, smaller than $2^{31}$
# - `rate`: a Python float between 0 and 1
# - returns `(u, coin)`, both of shape `(n,)`: $u_i$ for each index $i$, in the
#   order of `indices`, and a coin that is 1 (or `True`) where $u_i$ is smaller than
#   `rate`, and 0 (or `False`) elsewhere
#
# *Lesson: section 5.*

# %%
def random_by_index(indices, epoch, seed, rate):
    """(u, coin) of each index, shape (n,) each."""
    ### BEGIN SOLUTION
    def mix(h):
        h = h ^ (h >> 16)
        h = h * 0x7FEB352D % 2**32
        h = h ^ (h >> 15)
        h = h * 0x846CA68B % 2**32
        return h ^ (h >> 16)

    start = mix(mix(seed) ^ epoch)
    u = [mix(start ^ int(i)) / 2**32 for i in indices]
    return u, [int(number < rate) for number in u]
    ### END SOLUTION

# %%
check("data.random_by_index", random_by_index)

# %% [markdown]
# ## 7. From bytes to what a model wants (2 points)
#
# Images come from their files as bytes: whole numbers from 0 to 255, channels
# last. A model of PyTorch, and any model that was ported from there, wants small
# float32 numbers, channels first. Write `to_model(train, images)`.
#
# | argument | what | shape |
# |---|---|---|
# | `train` | the training images, bytes (uint8) | `(N, height, width, 3)` |
# | `images` | a batch to prepare, bytes (uint8) | `(n, height, width, 3)` |
#
# Divide both by 255 first, so that pixels lie between 0 and 1. Then, for each
# channel $c$,
#
# $$x_c = \frac{\mathrm{images}_c - m_c}{s_c}$$
#
# where $m_c$ and $s_c$ are the mean and the standard deviation of channel $c$ over
# all pixels of all *training* images. The standard deviation has the number of
# pixels as its divisor: $s^2 = \frac1M\sum_j (p_j - m)^2$.
#
# **Return** $x$ with the channels first, shape `(n, 3, height, width)`. *Lesson:
# section 7.*

# %% tags=["torch"] pair="to_model"
def to_model(train, images):
    """Shape (n, 3, height, width)."""
    ### BEGIN SOLUTION
    train, images = train / 255, images / 255
    pixels = (0, 1, 2)
    mean = train.mean(dim=pixels)
    std = train.std(dim=pixels, correction=0)
    return ((images - mean) / std).permute(0, 3, 1, 2)
    ### END SOLUTION

# %% tags=["torch"] pair="to_model_check"
check("data.to_model", to_model, "torch")

# %% tags=["tensorflow"] pair="to_model"
def to_model(train, images):
    """Shape (n, 3, height, width)."""
    ### BEGIN SOLUTION
    train = tf.cast(train, tf.float32) / 255
    images = tf.cast(images, tf.float32) / 255
    pixels = (0, 1, 2)
    mean = tf.reduce_mean(train, axis=pixels)
    std = tf.math.reduce_std(train, axis=pixels)
    x = (images - mean) / std
    return tf.transpose(x, [0, 3, 1, 2])
    ### END SOLUTION

# %% tags=["tensorflow"] pair="to_model_check"
check("data.to_model", to_model, "tensorflow")

# %% [markdown]
# ## 8. A batch of sequences, and its mask (2 points)
#
# Sequences of whole numbers (ids of words, say) have unequal lengths. To become a
# batch, those that are too long are cut, and those that are too short get zeros.
# Write `pad_batch(sequences, most, side)`.
#
# | argument | what | shape |
# |---|---|---|
# | `sequences` | list of tensors of whole numbers (int64) | `(length,)` each |
# | `most` | how many ids of a sequence are kept at most | Python int |
# | `side` | where the zeros stand | `"left"` or `"right"` |
#
# - A sequence with more than `most` ids keeps its *first* `most` ids.
# - The batch is as wide as the longest sequence is *after* the cut. This can be
#   less than `most`.
# - With `side` `"right"` the zeros stand behind the ids, with `"left"` before them.
# - The mask is 1 where an id stands, and 0 where there is padding. `True` and
#   `False` will do as well. The id 0 is an id like any other: the sequences have
#   zeros of their own.
#
# **Return** `(batch, mask)`, both of shape `(sequences, width)`. *Lesson: section 8.*

# %% tags=["torch"] pair="pad_batch"
def pad_batch(sequences, most, side):
    """(batch, mask), of one shape."""
    ### BEGIN SOLUTION
    def padded(rows):
        return torch.nn.utils.rnn.pad_sequence(
            rows, batch_first=True, padding_side=side)

    kept = [ids[:most] for ids in sequences]
    ones = [torch.ones_like(ids) for ids in kept]
    return padded(kept), padded(ones)
    ### END SOLUTION

# %% tags=["torch"] pair="pad_batch_check"
check("data.pad_batch", pad_batch, "torch")

# %% tags=["tensorflow"] pair="pad_batch"
def pad_batch(sequences, most, side):
    """(batch, mask), of one shape."""
    ### BEGIN SOLUTION
    where = "post" if side == "right" else "pre"

    def padded(rows):
        return tf.keras.utils.pad_sequences(
            rows, padding=where)

    kept = [ids[:most] for ids in sequences]
    ones = [tf.ones_like(ids) for ids in kept]
    return padded(kept), padded(ones)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="pad_batch_check"
check("data.pad_batch", pad_batch, "tensorflow")

# %% [markdown]
# ## 9. A mean that leaves the padding out (2 points)
#
# A layer has made `d` numbers for each step of padded sequences. Their mean over time
# is to count the real steps alone. Write `masked_mean(x, mask)`.
#
# | argument | what | shape |
# |---|---|---|
# | `x` | numbers for each step | `(n, time, d)` |
# | `mask` | 1.0 at real steps, 0.0 at padding | `(n, time)` |
#
# - **Return** the mean over the real steps of each sequence, shape `(n, d)`.
# - What `x` holds at the padding must not matter. It is often not 0, and in some
#   places here it is NaN, as after a division of 0 by 0.
# - A sequence without any real step has the mean 0 in all `d` places, not NaN. Each
#   set of inputs has one such sequence.
# - The padding stands on the left in some rows, and on the right in others.
#
# *Lesson: section 8.*

# %% tags=["torch"] pair="masked_mean"
def masked_mean(x, mask):
    """The mean over the real steps, shape (n, d)."""
    ### BEGIN SOLUTION
    real = mask[:, :, None] == 1
    total = torch.where(real, x, 0.0).sum(dim=1)
    count = mask.sum(dim=1, keepdim=True)
    return total / count.clamp(min=1)
    ### END SOLUTION

# %% tags=["torch"] pair="masked_mean_check"
check("data.masked_mean", masked_mean, "torch")

# %% tags=["tensorflow"] pair="masked_mean"
def masked_mean(x, mask):
    """The mean over the real steps, shape (n, d)."""
    ### BEGIN SOLUTION
    real = mask[:, :, None] == 1
    total = tf.reduce_sum(tf.where(real, x, 0.0), 1)
    count = tf.reduce_sum(mask, 1, keepdims=True)
    return total / tf.maximum(count, 1)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="masked_mean_check"
check("data.masked_mean", masked_mean, "tensorflow")

# %% [markdown]
# ## 10. An image resized in two ways (3 points)
#
# Write `resize(image, height, width)`, which makes a small image, or a large one,
# of a grey image. It returns two versions, `plain` and `smooth`. Both are
# bilinear, and take the *middle* of a pixel as its place; `smooth` uses antialiasing
# as well. This is the formula for one axis, from `old` to `new` pixels:
#
# - The centre of new pixel $i$ lies, among the old pixels, at
#   $c_i = (i + \frac12)\cdot\frac{\mathrm{old}}{\mathrm{new}} - \frac12$.
# - Old pixel $j$ gets the weight
#   $w_{ij} = \max\big(0,\ 1 - \frac{|j - c_i|}{r}\big)$. The reach $r$ is 1 in
#   `plain`. In `smooth` it is $\frac{\mathrm{old}}{\mathrm{new}}$, and 1 if the axis
#   gets longer.
# - New pixel $i$ is the mean of the old pixels with these weights:
#   $\sum_j w_{ij}\, p_j \big/ \sum_j w_{ij}$, where $j$ goes over all pixels that there
#   are, from 0 to $\mathrm{old} - 1$.
#
# An image is resized along its rows and along its columns, in either order. Both
# frameworks have this as a function, whose defaults are not always these.
#
# - `image`: shape `(rows, columns)`
# - `height`, `width`: the new size, Python ints. In one set of inputs the image
#   gets wider and less tall.
# - returns `(plain, smooth)`, both of shape `(height, width)`
#
# *Lesson: section 9.*

# %% tags=["torch"] pair="resize"
def resize(image, height, width):
    """(plain, smooth), shape (height, width) each."""
    ### BEGIN SOLUTION
    def resized(antialias):
        return torch.nn.functional.interpolate(
            image[None, None], size=(height, width),
            mode="bilinear", align_corners=False,
            antialias=antialias)[0, 0]

    return resized(False), resized(True)
    ### END SOLUTION

# %% tags=["torch"] pair="resize_check"
check("data.resize", resize, "torch")

# %% tags=["tensorflow"] pair="resize"
def resize(image, height, width):
    """(plain, smooth), shape (height, width) each."""
    ### BEGIN SOLUTION
    def resized(antialias):
        return tf.image.resize(
            image[:, :, None], (height, width),
            antialias=antialias)[:, :, 0]

    return resized(False), resized(True)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="resize_check"
check("data.resize", resize, "tensorflow")

# %% [markdown]
# ## 11. Crops at given offsets (2 points)
#
# A common augmentation of small images: put a border of zeros around each image,
# then cut a square out of it, at a place that is drawn anew for each image. Write
# `crop(images, tops, lefts, pad, size)`.
#
# | argument | what | shape |
# |---|---|---|
# | `images` | the batch, channels last | `(n, height, width, channels)` |
# | `tops`, `lefts` | where each crop begins | lists of `n` Python ints |
# | `pad` | width of the border on all four sides | Python int |
# | `size` | height and width of a crop | Python int |
#
# The crop of image `i` begins at row `tops[i]` and column `lefts[i]` of the *padded*
# image. Both are counted from 0, so that row 0 and column 0 belong to the border.
# Every crop fits into its padded image.
#
# **Return** the crops, shape `(n, size, size, channels)`. *Lesson: section 9.*

# %% tags=["torch"] pair="crop"
def crop(images, tops, lefts, pad, size):
    """Shape (n, size, size, channels)."""
    ### BEGIN SOLUTION
    border = (0, 0, pad, pad, pad, pad)  # from the end
    padded = torch.nn.functional.pad(images, border)
    crops = []
    for image, top, left in zip(padded, tops, lefts):
        rows = image[top : top + size]
        crops.append(rows[:, left : left + size])
    return torch.stack(crops)
    ### END SOLUTION

# %% tags=["torch"] pair="crop_check"
check("data.crop", crop, "torch")

# %% tags=["tensorflow"] pair="crop"
def crop(images, tops, lefts, pad, size):
    """Shape (n, size, size, channels)."""
    ### BEGIN SOLUTION
    border = [[0, 0], [pad, pad], [pad, pad], [0, 0]]
    padded = tf.pad(images, border)
    crops = []
    for image, top, left in zip(padded, tops, lefts):
        rows = image[top : top + size]
        crops.append(rows[:, left : left + size])
    return tf.stack(crops)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="crop_check"
check("data.crop", crop, "tensorflow")

# %% [markdown]
# ## 12. Mirrored by coins (2 points)
#
# Random flips with the coins already thrown. Write
# `flip(images, left_right, up_down)`.
#
# | argument | what | shape |
# |---|---|---|
# | `images` | the batch, channels *first* | `(n, 3, height, width)` |
# | `left_right` | a coin for each image: 1 exchanges left and right | list of `n` ints |
# | `up_down` | a coin for each image: 1 turns it upside down | list of `n` ints |
#
# An image whose coins are both 1 is mirrored in both ways; one whose coins are
# both 0 stays as it is. Height and width are 3 here, as is the number of
# channels, so that a wrong axis raises no error.
#
# **Return** the batch, shape `(n, 3, height, width)`, the images in their old
# order. *Lesson: section 10.*

# %% tags=["torch"] pair="flip"
def flip(images, left_right, up_down):
    """Shape (n, 3, height, width)."""
    ### BEGIN SOLUTION
    one = torch.tensor(left_right)[:, None, None, None]
    other = torch.tensor(up_down)[:, None, None, None]
    x = torch.where(one == 1, images.flip(3), images)
    return torch.where(other == 1, x.flip(2), x)
    ### END SOLUTION

# %% tags=["torch"] pair="flip_check"
check("data.flip", flip, "torch")

# %% tags=["tensorflow"] pair="flip"
def flip(images, left_right, up_down):
    """Shape (n, 3, height, width)."""
    ### BEGIN SOLUTION
    one = tf.reshape(left_right, (-1, 1, 1, 1))
    other = tf.reshape(up_down, (-1, 1, 1, 1))
    mirrored = tf.reverse(images, [3])
    x = tf.where(one == 1, mirrored, images)
    return tf.where(other == 1, tf.reverse(x, [2]), x)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="flip_check"
check("data.flip", flip, "tensorflow")

# %% [markdown]
# ## 13. Find the bugs in a pipeline (3 points)
#
# `buggy_epoch` is to serve one epoch of grey images with their labels: shuffled,
# augmented, and ready for a model.
#
# | argument | what | shape |
# |---|---|---|
# | `images` | bytes (uint8) | `(n, height, width)` |
# | `labels` | the label of each image, int64 | `(n,)` |
# | `order` | which image comes in each place, int64 | `(n,)` |
# | `coins` | a coin for each image, 0 or 1, int64 | `(n,)` |
# | `size` | images in a batch; fewer in the last | Python int |
# | `mean`, `std` | of pixels between 0 and 1 | Python floats |
#
# What it is to do:
#
# - go through the epoch batch by batch: the image in place `k` is image
#   `order[k]`, and the small batch at the end is kept;
# - mirror image `i` left and right if `coins[i]` is 1, and leave it as it is
#   otherwise; the coin belongs to the image, wherever that comes;
# - bring each pixel $p$ to $(p/255 - \mathrm{mean})/\mathrm{std}$.
#
# It returns `(x, y)`, the batches put one behind the other: all images in the
# order in which they are served, shape `(n, height, width)`, and in `y`, shape
# `(n,)`, the label of each. It has **three bugs**, the same in both frameworks.
# None raises an error, and each has a symptom in the cell below it:
#
# - Each image is filled with its own label. So an image and its label should show
#   the same number. They do not.
# - The first two images form a batch. Both are white in column 1, and their coins
#   are 1 and 0. So the white should come to column 0 in the first of them and stay
#   in column 1 in the second. It comes to column 0 in both.
# - A white pixel is 255, which is 1 after the scaling. With the mean 0.5 and the
#   standard deviation 0.25 it should become 2. It becomes another number.
#
# **Write** `find_the_bug`: the same function, mended. You may call `batches`.
# *Lesson: sections 2, 7 and 10.*

# %%
def batches(x, size):
    """x in its order, in pieces of at most size."""
    starts = range(0, len(x), size)
    return [x[i : i + size] for i in starts]

# %% tags=["torch"] pair="buggy_epoch"
def buggy_epoch(images, labels, order, coins,
                size, mean, std):
    xs, ys = [], []
    for rows, y in zip(batches(order, size),
                       batches(labels, size)):
        x = images[rows].float()
        if coins[rows[0]] == 1:
            x = x.flip(2)
        xs.append((x - mean) / std / 255)
        ys.append(y)
    return torch.cat(xs), torch.cat(ys)

# %% tags=["torch"] pair="symptoms"
values = torch.tensor([3, 1, 2], dtype=torch.uint8)
images = values[:, None, None].repeat(1, 1, 2)
order = torch.tensor([2, 0, 1])
x, y = buggy_epoch(images, values, order, 0 * order,
                   2, 0.0, 1 / 255)
print(x.numpy()[:, 0, 0].round(), "labels", y.numpy())
assert not np.allclose(x[:, 0, 0], y)
black = torch.zeros(3, 1, 1, dtype=torch.uint8)
images = torch.cat([black, black + 255], dim=2)
coins = torch.tensor([0, 0, 1])
x, _ = buggy_epoch(images, values, order, coins,
                   2, 0.5, 0.25)
print("white in column", x.numpy()[:, 0].argmax(1))
print("white is", x.max().numpy())
assert x.max() != 2

# %% tags=["torch"] pair="find_the_bug"
def find_the_bug(images, labels, order, coins,
                 size, mean, std):
    ### BEGIN SOLUTION
    xs, ys = [], []
    for rows in batches(order, size):
        x = images[rows] / 255
        coin = coins[rows][:, None, None]
        x = torch.where(coin == 1, x.flip(2), x)
        xs.append((x - mean) / std)
        ys.append(labels[rows])
    return torch.cat(xs), torch.cat(ys)
    ### END SOLUTION

# %% tags=["torch"] pair="find_the_bug_check"
check("data.find_the_bug", find_the_bug, "torch")

# %% tags=["tensorflow"] pair="buggy_epoch"
def buggy_epoch(images, labels, order, coins,
                size, mean, std):
    xs, ys = [], []
    for rows, y in zip(batches(order, size),
                       batches(labels, size)):
        x = tf.gather(images, rows)
        x = tf.cast(x, tf.float32)
        if coins[rows[0]] == 1:
            x = tf.reverse(x, [2])
        xs.append((x - mean) / std / 255)
        ys.append(y)
    return tf.concat(xs, 0), tf.concat(ys, 0)

# %% tags=["tensorflow"] pair="symptoms"
values = tf.constant([3, 1, 2], tf.uint8)
images = tf.tile(values[:, None, None], [1, 1, 2])
order = tf.constant([2, 0, 1])
x, y = buggy_epoch(images, values, order, 0 * order,
                   2, 0.0, 1 / 255)
print(x.numpy()[:, 0, 0].round(), "labels", y.numpy())
assert not np.allclose(x[:, 0, 0], y)
black = tf.zeros([3, 1, 1], tf.uint8)
images = tf.concat([black, black + 255], axis=2)
coins = tf.constant([0, 0, 1])
x, _ = buggy_epoch(images, values, order, coins,
                   2, 0.5, 0.25)
print("white in column", x.numpy()[:, 0].argmax(1))
print("white is", x.numpy().max())
assert x.numpy().max() != 2

# %% tags=["tensorflow"] pair="find_the_bug"
def find_the_bug(images, labels, order, coins,
                 size, mean, std):
    ### BEGIN SOLUTION
    xs, ys = [], []
    for rows in batches(order, size):
        x = tf.gather(images, rows)
        x = tf.cast(x, tf.float32) / 255
        coin = tf.gather(coins, rows)[:, None, None]
        x = tf.where(coin == 1, tf.reverse(x, [2]), x)
        xs.append((x - mean) / std)
        ys.append(tf.gather(labels, rows))
    return tf.concat(xs, 0), tf.concat(ys, 0)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="find_the_bug_check"
check("data.find_the_bug", find_the_bug, "tensorflow")

# %% [markdown]
# ## Where to use this next
#
# - **Look at a batch.** Before the first run, take one batch from the end of your
#   pipeline and print its shape, dtype, smallest and largest number, mean and
#   labels, and draw three of its images. Most faults of this lesson show there.
# - **Do it in both frameworks.** When two runs of one model differ, feed both
#   the *same* batches from a file. If they agree then, the difference is in the
#   pipelines, and you have halved the search.
# - **Keep the statistics with the model.** The mean and standard deviation of the
#   training images belong to the weights: whoever runs the model needs them.
# - **Ask of each random number what it depends on**: the seed, the epoch and the
#   example, or also the number of workers and the time of day?
#
# Take a pipeline that you use, and write its steps down in their order. Which two
# could you exchange without changing what the model gets?
