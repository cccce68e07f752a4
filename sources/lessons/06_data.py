# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What reaches the model
#
# Two programs can train the same network on the same files, and still show it
# different numbers.
#
# You need [lesson 01](01_tensors.ipynb) (shapes and dtypes) and
# [lesson 05](05_training_loops.ipynb) (a training loop). Afterwards you can
#
# - say which examples each batch holds, and shuffle them completely,
# - order the steps of a pipeline, and average a loss over an epoch,
# - draw random numbers that do not depend on the number of workers,
# - bring images and sequences into the form that a layer expects,
# - augment images, and measure what that does to the accuracy.
#
# | Section | Minutes |
# |---|---|
# | 1. Who shuffles unasked? | 5 |
# | 2. A shuffle buffer is no shuffle | 4 |
# | 3. The order of the steps | 4 |
# | 4. The last batch, and the mean of an epoch | 3 |
# | 5. Random numbers in `map` and in workers | 8 |
# | 6. Loading while training (*second reading*) | 2 |
# | 7. Layout, scale and dtype | 5 |
# | 8. Sequences of different lengths | 4 |
# | 9. Resizing and crops (*second reading*) | 4 |
# | 10. Flips: one coin or many? | 4 |
# | 11. What a flip does to the accuracy | 7 |
# | Quiz | 10 |
#
# A section marked *second reading* can wait. Exercises are in
# [06_data_exercises](../exercises/06_data/06_data_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import torch
import kornia.augmentation as K
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
torch.set_num_threads(1)  # small nets: faster
print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
import keras
from keras import layers
from grader import device

device("tensorflow")  # before it takes the whole card
tf.config.threading.set_intra_op_parallelism_threads(1)
print("tensorflow", tf.__version__)
print("keras", keras.__version__)

# %% tags=["nbval-ignore-output"] name="imports"
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from grader import agree, predict, reveal
from grader.pictures import data_plots, image_plots
from grader.pictures.data_measure import (
    SlowExamples, loaded_ahead, watched)

drawn = {}  # what the next picture shows
print("numpy", np.__version__)

# %% [markdown]
# ## 1. Who shuffles unasked?
#
# A **batch** is a few examples from which a network learns at once. An **epoch** is
# one pass over all examples. Something has to order the examples and cut them into
# batches: in PyTorch a `DataLoader`, in TensorFlow a `tf.data` pipeline, or Keras's
# `fit` if you give it arrays. <!-- shown: defaults `batches ==`, defaults `mixed.tolist()` -->
#
# Take ten examples, numbered from zero, and batches of four. On paper they are
# [0 1 2 3], [4 5 6 7] and [8 9]: for the last batch, only two examples are left. <!-- shown: defaults `batches ==` -->
#
# None of the next cells asks for a shuffle. *Which way to feed a model shuffles all
# the same?*

# %% tags=["torch"] pair="cut"
torch.manual_seed(0)
size = 4
loader = DataLoader(range(10), batch_size=size)
batches = [batch.tolist() for batch in loader]
print(batches)
drawn["DataLoader"] = batches

# %% tags=["tensorflow"] pair="cut"
keras.utils.set_random_seed(0)
size = 4
loader = tf.data.Dataset.range(10).batch(size)
batches = [batch.numpy().tolist() for batch in loader]
print(batches)
drawn["tf.data"] = batches

# %% tags=["tensorflow"] name="recorder"
seen = []

class Recorder(keras.Model):
    """Learns nothing, and notes what it is given."""
    def train_step(self, batch):
        values = np.ravel(batch).astype(int)
        seen.append(values.tolist())
        return {"loss": 0.0}

def fitted(data, **options):
    seen.clear()
    model = Recorder()
    model.compile(run_eagerly=True)
    model.fit(data, verbose=0, **options)
    return list(seen)

# %% tags=["tensorflow"] name="fit"
predict("data.unasked", ..., a="DataLoader",
        b="tf.data", c="fit, given arrays", d="none")
whole = fitted(np.arange(10), batch_size=4)
drawn["Keras's fit"] = whole
shuffled = whole != batches
reveal("data.unasked", "c" if shuffled else "d")

# %% tags=["nbval-ignore-output"]
data_plots.batches(drawn)
drawn = {}

# %% [markdown]
# Each row is a batch; the darker a field, the later the example is stored. Where
# nothing shuffles, the rows get darker downwards. The picture shows *one* epoch: a
# shuffle gives each epoch an order of its own.
#
# | | default batch size | default order | dropping a short last batch |
# |---|---|---|---|
# | PyTorch's `DataLoader` | 1 | as stored | `drop_last=True` <!-- shown: defaults `batch_size == 1`, defaults `drop_last` --> |
# | TensorFlow's `tf.data` | no batches | as stored | `drop_remainder=True` <!-- shown: defaults `shape == ()`, defaults `drop_remainder` --> |
# | Keras's `fit`, given arrays | 32 | shuffled | not offered <!-- shown: defaults `[32, 32, 6]` --> |
# | Keras's `fit`, given a dataset | the dataset's | the dataset's | the dataset's <!-- shown: defaults `kept == batches` --> |
#
# **How it breaks.** You move your data from arrays to a `tf.data` dataset, and
# Keras's `fit` no longer shuffles. <!-- shown: defaults `kept == batches` --> Keras has `shuffle=True` by default, ignores that
# for a dataset, and warns. <!-- shown: defaults `will be ignored` -->
#
# **You try:** cut the ten examples into batches of three. How long is the last? <!-- try: cut `size = 4` with `size = 3`; cut + `assert [len(batch) for batch in batches] == [3, 3, 3, 1]` -->
#
# <details><summary>Answer</summary>
#
# The four batches have 3, 3, 3 and 1 examples. Exercise: `data.batch_sizes`.
#
# </details>

# %% tags=["torch", "proof"] pair="defaults"
data = range(10)
assert DataLoader(data).batch_size == 1
batches = [b.tolist() for b in DataLoader(data, 4)]
assert batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
assert len(DataLoader(data, 4, drop_last=True)) == 2

# %% tags=["tensorflow", "proof"] pair="defaults"
data = tf.data.Dataset.range(10)
assert next(iter(data)).shape == ()  # no batch
batches = [b.numpy().tolist() for b in data.batch(4)]
assert batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
assert len(data.batch(4, drop_remainder=True)) == 2
mixed = np.concatenate(fitted(np.arange(10)))
assert mixed.tolist() != list(range(10))
sizes = [len(batch) for batch in fitted(np.arange(70))]
assert sizes == [32, 32, 6]
with warnings.catch_warnings(
        record=True, action="always") as caught:
    kept = fitted(data.batch(4))  # shuffle=True
assert kept == batches
assert "will be ignored" in str(caught[0].message)

# %% [markdown]
# ## 2. A shuffle buffer is no shuffle
#
# In [lesson 05](05_training_loops.ipynb), PyTorch shuffled all examples, and
# TensorFlow drew from a buffer. <!-- shown: orders `np.mean(present)` --> How much of a shuffle is that?
#
# A **shuffle buffer** holds a few examples. One of them is drawn and leaves, and the
# next example of the data takes its place. On paper, for a buffer of three and the
# examples 0 to 5:
#
# | buffer | place drawn | leaves | arrives |
# |---|---|---|---|
# | 0 1 2 | 1 | 1 | 3 <!-- no claim --> |
# | 0 3 2 | 2 | 2 | 4 <!-- no claim --> |
# | 0 3 4 | 1 | 3 | 5 <!-- no claim --> |
# | 0 5 4 | … | the rest, in a drawn order | nothing <!-- no claim --> |
#
# No example can leave before it has arrived, so it comes at most two places too
# early: one less than the buffer holds. It can come any number of places too late.
#
# A complete shuffle of $100$ examples moves one of them by
# $(100^2 - 1)/(3 \cdot 100) = 33.3$ places on average. *How many places is it with a
# buffer of 5, within 1?*
#
# Data are often stored class by class. So the second pair of cells has ten classes of
# 100 examples, sorted, with batches and a buffer of 50. <!-- no claim -->

# %% tags=["torch"] pair="moved"
loader = DataLoader(range(100), 100, shuffle=True)
orders = np.array([next(iter(loader)).numpy()
                   for epoch in range(200)])
complete = np.abs(orders - np.arange(100)).mean()
print(f"DataLoader: {complete:.1f} places")
agree(complete, 33.3, tolerance=0.02)

# %% tags=["tensorflow"] pair="moved"
predict("data.moved", ...)

def places_moved(size):
    data = tf.data.Dataset.range(100).shuffle(size)
    loader = data.batch(100).repeat(200)
    orders = np.array(list(loader))
    return np.abs(orders - np.arange(100)).mean()

moved, complete = places_moved(5), places_moved(100)
print(f"shuffle(5): {moved:.1f} places")
print(f"shuffle(100): {complete:.1f} places")
reveal("data.moved", moved, tolerance=1)

# %% tags=["torch"] pair="classes"
labels = torch.arange(10).repeat_interleave(100)
loader = DataLoader(labels, 50, shuffle=True)
table = [np.bincount(b, minlength=10) for b in loader]
drawn["DataLoader"] = np.array(table)

# %% tags=["tensorflow"] pair="classes"
size = 50
data = tf.data.Dataset.range(1000)
labels = data.map(lambda place: place // 100)
loader = labels.shuffle(size).batch(50)
table = [np.bincount(b, minlength=10) for b in loader]
drawn[f"shuffle({size})"] = np.array(table)

# %% tags=["nbval-ignore-output"]
data_plots.classes(drawn)
drawn = {}

# %% [markdown]
# With a buffer of 5, TensorFlow moves an example by 3.2 places on average. <!-- shown: orders `agree(moved` --> PyTorch's
# complete shuffle moves it ten times as far. <!-- shown: moved `agree(complete` --> In the picture, PyTorch's batches hold
# all ten classes. <!-- shown: orders `np.mean(present)` --> TensorFlow's hold about three, so that the network sees class 0
# first and class 9 last. <!-- shown: orders `np.mean(present)` --> The picture does not say what that costs.
#
# **How it breaks.** No error comes, since any size is allowed. Make the buffer as
# large as the data. If the examples do not fit into memory, shuffle their file names,
# and load the examples after that.
#
# **You try:** give TensorFlow a buffer of 1. How many classes does a batch hold? <!-- try: classes `size = 50` with `size = 1`; classes `drawn[f"shuffle({size})"] = np.array(table)` with `drawn[f"shuffle({size})"] = np.array(table); agree(np.count_nonzero(table, axis=1), [1] * 20)` -->
#
# <details><summary>Answer</summary>
#
# One, because a buffer of 1 leaves no choice. Exercise: `data.shuffle_buffer`.
#
# </details>

# %% tags=["torch", "proof"] pair="orders"
stored = torch.arange(10).repeat_interleave(100)
loader = DataLoader(stored, 50, shuffle=True)
present = [len(set(b.tolist())) for b in loader]
agree(np.mean(present), 10, tolerance=0.05)
blocks = torch.arange(9).split(3)
loader = DataLoader(blocks, None, shuffle=True)
assert [0, 1, 2] in [b.tolist() for b in loader]
loader = DataLoader([*range(5), *range(5)], 4)
mixed = [batch.tolist() for batch in loader]
assert mixed[1] == [4, 0, 1, 2]

# %% tags=["tensorflow", "proof"] pair="orders"
agree(complete, 33.3, tolerance=0.02)
agree(moved, 3.2, tolerance=0.05)
loader = labels.shuffle(50).batch(50)
present = [len(set(b.numpy())) for b in loader]
agree(np.mean(present), 3, tolerance=0.2)
loader = tf.data.Dataset.range(9).batch(3).shuffle(9)
late = [batch.numpy().tolist() for batch in loader]
assert [0, 1, 2] in late
loader = tf.data.Dataset.range(5).repeat(2).batch(4)
mixed = [batch.numpy().tolist() for batch in loader]
assert mixed[1] == [4, 0, 1, 2]

# %% [markdown]
# ## 3. The order of the steps
#
# In TensorFlow's `tf.data`, each step works on the result of the step before. <!-- shown: orders `mixed[1]` --> The
# same steps in another order can do something else without an error. <!-- shown: cache --> A PyTorch
# `DataLoader` has a fixed order: choose indices, load the examples, make a batch
# ([from the documentation](https://docs.pytorch.org/docs/stable/data.html)). Three
# orders are usually faults; a step before a PyTorch loader can cause them too. <!-- shown: orders `mixed[1]` -->
#
# - *Batch, then shuffle.* The same examples stay together in every epoch.
# - *Repeat, then batch.* A batch can hold the end of one epoch and the beginning of
#   the next.
# - *Random change, then cache.* A **cache** keeps the results of a step, so that the
#   step need not run again. Random numbers before it are drawn only once.
#
# *Which line below has the same noise in both epochs?*

# %% tags=["torch"] pair="steps"
blocks = torch.arange(9).split(3)  # batches already
loader = DataLoader(blocks, None, shuffle=True)
print("batch, shuffle:", [b.tolist() for b in loader])
two_epochs = [*range(5), *range(5)]
loader = DataLoader(two_epochs, batch_size=4)
print("repeat, batch: ", [b.tolist() for b in loader])

# %% tags=["tensorflow"] pair="steps"
data = tf.data.Dataset.range(9)
loader = data.batch(3).shuffle(9, seed=0)
print("batch, shuffle:", *loader.as_numpy_iterator())
data = tf.data.Dataset.range(5)
loader = data.repeat(2).batch(4)
print("repeat, batch: ", *loader.as_numpy_iterator())

# %% tags=["torch"] pair="cache"
class Noisy:
    """An example plus noise, drawn when served."""
    def __len__(self):
        return 3
    def __getitem__(self, index):
        return index + torch.rand(())

kept = torch.stack([Noisy()[i] for i in range(3)])
for data in kept, Noisy():
    first, second = [next(iter(DataLoader(data, 3)))
                     for epoch in range(2)]
    print(first.numpy(), second.numpy())
    assert torch.equal(first, second) == (data is kept)

# %% tags=["tensorflow"] pair="cache"
def noisy(x):
    x = tf.cast(x, tf.float32)
    return x + tf.random.uniform(())

data = tf.data.Dataset.range(3)
kept = data.map(noisy).cache()
fresh = data.cache().map(noisy)
for data in kept, fresh:
    first, second = data.repeat(2).batch(3)
    print(first.numpy(), second.numpy())
    same = bool(tf.reduce_all(first == second))
    assert same == (data is kept)

# %% [markdown]
# Each block of three stays together. In *repeat, batch*, the second batch holds
# example 4 of the first epoch beside 0, 1 and 2 of the second. <!-- shown: orders `mixed[1]` --> The first line of
# noise is the same in both epochs, because `kept` stores it: a model can learn it by
# heart. <!-- shown: cache --> So cache what is slow and fixed, and draw random numbers after it.
#
# **You try:** in TensorFlow, cut the five examples into batches *before* you repeat
# them. Which batches do you get? <!-- try: steps `loader = data.repeat(2).batch(4)` with `loader = data.batch(4).repeat(2); agree([len(b) for b in loader], [4, 1, 4, 1])` -->
#
# <details><summary>Answer</summary>
#
# [0 1 2 3], [4], [0 1 2 3], [4]: each epoch keeps its own short batch. Exercise:
# `data.stage_order`.
#
# </details>

# %% [markdown]
# ## 4. The last batch, and the mean of an epoch
#
# You report the mean of the batches' losses. Is it the mean loss of the examples?
#
# Ten examples have the losses 1, 1, 1, 1, 1, 1, 1, 1, 10 and 10. <!-- no claim --> On paper, their
# mean is $28/10 = 2.8$. In batches of four, the batches' means are 1, 1 and 10, and
# the mean of these is $12/3 = 4$. <!-- shown: epoch `agree(wrong` --> The last batch has half as many examples and
# counts as much as the others, so each of its examples counts twice.

# %% tags=["torch"] pair="epoch"
losses = torch.tensor([1.0] * 8 + [10.0] * 2)
size = 4
means, total = [], 0.0
for batch in DataLoader(losses, size):
    means.append(batch.mean())  # what a loss returns
    total += means[-1] * len(batch)
wrong, right = np.mean(means), total / len(losses)
print(f"mean of means {wrong:.1f}, mean {right:.1f}")
agree(right, 2.8)
if size == 4:
    agree(wrong, 4.0)

# %% tags=["tensorflow"] pair="epoch"
losses = tf.constant([[1.0]] * 8 + [[10.0]] * 2)
size = 4
data = tf.data.Dataset.from_tensor_slices(losses)
wrong = np.mean([tf.reduce_mean(batch)
                 for batch in data.batch(size)])
net = keras.Sequential(
    [keras.Input((1,)), layers.Identity()])
net.compile(loss=lambda target, output: output)
right = net.evaluate(losses, losses, size, verbose=0)
print(f"mean of means {wrong:.1f}, mean {right:.1f}")
agree(right, 2.8)
if size == 4:
    agree(wrong, 4.0)

# %% [markdown]
# The cure is to weight each mean by the number of its examples, as PyTorch's loop
# above does by hand, and Keras's `evaluate` by itself. <!-- shown: epoch `agree(right` -->
#
# **How it breaks.** A mean of means is right as long as all batches are full. Then
# someone changes the batch size, and the validation loss moves although the model is
# the same.
#
# The gradient has the same fault: two examples count like four. So you may drop the
# last batch in training if you shuffle, but not in evaluation.
#
# **You try:** cut the losses into batches of five. Are the two means equal? <!-- try: epoch `size = 4` with `size = 5`; epoch + `agree(wrong, right)` -->
#
# <details><summary>Answer</summary>
#
# Yes: both batches are full, and the mean of their means 1 and 4.6 is 2.8. Exercise:
# `data.epoch_mean`.
#
# </details>

# %% [markdown]
# ## 5. Random numbers in `map` and in workers
#
# Noise needs random numbers for each example. *If the function that
# TensorFlow maps over four examples calls `np.random.rand()`, how many different
# numbers do they get?*

# %% tags=["tensorflow"] name="traced"
predict("data.traced", ...)
draw = lambda index: np.random.rand()
data = tf.data.Dataset.range(4).map(draw)
numbers = [round(float(number), 3) for number in data]
print(numbers)
reveal("data.traced", len(set(numbers)))
assert len(set(numbers)) == 1

# %% [markdown]
# TensorFlow traces the function of `map` once, as [lesson 03](03_graphs.ipynb)
# explains, and NumPy runs only then. <!-- shown: traced --> All examples get the number of that moment. Use
# TensorFlow's random functions instead. <!-- shown: cache -->
#
# In PyTorch, `__getitem__` runs for each example, and so draws each time. <!-- shown: cache --> The trap
# is another one. A **worker** is a process of its own that loads batches while the
# main process trains. PyTorch starts as many as `num_workers` says. <!-- shown: streams `two[1] ==` --> They take turns,
# batch by batch, and each draws random numbers of its own. *Does one seed give the
# same numbers with 0, 1 and 2 workers?*
#
# On Windows and macOS a worker is a new Python, which imports the data set's class
# from a file. The next cell writes this file. <!-- no claim -->

# %% tags=["torch"] name="stream"
folder = tempfile.mkdtemp()
sys.path.insert(0, folder)
Path(folder, "stream.py").write_text('''
import torch
from torch.utils.data import get_worker_info

class Stream:
    def __len__(self):
        return 8
    def __getitem__(self, index):
        info = get_worker_info()  # None: no worker
        who = -1 if info is None else info.id
        return who, torch.rand(())
''')
from stream import Stream

# %% tags=["torch"] pair="streams"
def numbers(data, workers):
    torch.manual_seed(0)
    loader = DataLoader(data, 2, num_workers=workers,
                        timeout=60 if workers else 0)
    who, drawn = map(torch.cat, zip(*loader))
    print(who.tolist(), drawn.numpy().round(2))
    return drawn.tolist(), who.tolist()

predict("data.workers", ..., a="yes", b="no")
none, one, two = [numbers(Stream(), workers)
                  for workers in (0, 1, 2)]
same = none[0] == one[0] or one[0] == two[0]
reveal("data.workers", "a" if same else "b")
assert not same
assert two[1] == [0, 0, 1, 1, 0, 0, 1, 1]

# %% tags=["tensorflow"] pair="streams"
tf.random.set_seed(0)
data = tf.data.Dataset.range(4).map(
    lambda index: tf.random.uniform(()))
epochs = [[float(n) for n in data] for epoch in (1, 2)]
print(np.round(epochs, 2))
assert epochs[0] == epochs[1]

# %% [markdown]
# PyTorch's output shows each number's worker ($-1$: none). <!-- shown: streams `two[1] ==` --> The three lines differ,
# so PyTorch's draws cannot be repeated with another number of workers. <!-- shown: streams `not same` --> TensorFlow
# has a trap too: once a seed is set, each `for` loop over this dataset draws the same
# numbers (`repeat` in one loop goes on), and so would each epoch of a `fit`. <!-- shown: streams `epochs[0]` -->
#
# One cure helps against both traps. A draw is **stateless** if it computes its number
# from a key alone. Take as the key the seed (left out here), the epoch and the
# example's index. For each pass, change the epoch and make a new loader.

# %% tags=["torch"] pair="by_index"
Path(folder, "by_index.py").write_text('''
import numpy as np
from stream import Stream

class ByIndex(Stream):
    def __getitem__(self, index):
        key = [self.epoch, index]
        return -1, np.random.default_rng(key).random()
''')
from by_index import ByIndex
data = ByIndex()
data.epoch = 0
none, _ = numbers(data, workers=0)
two, _ = numbers(data, workers=2)
agree(none, two)

# %% tags=["tensorflow"] pair="by_index"
def keyed(epoch, calls):
    def draw(index):
        return tf.random.stateless_uniform(
            (), seed=[epoch, index])
    data = tf.data.Dataset.range(8)
    data = data.map(draw, num_parallel_calls=calls)
    drawn = np.array(list(data))
    print(drawn.round(2))
    return drawn

one, eight = keyed(0, calls=1), keyed(0, calls=8)
agree(one, eight)
assert (keyed(1, calls=8) != eight).all()

# %% tags=["torch"] name="spawned"
import pickle
import subprocess

class InCell(Stream):
    pass

# a new Python receives the data set, as a worker does
code = "import pickle; pickle.load(open(0, 'rb'))"
worker = subprocess.run(
    [sys.executable, "-c", code], capture_output=True,
    input=pickle.dumps(InCell()))
error = worker.stderr.decode().splitlines()[-1]
print(error)
assert "Can't get attribute 'InCell'" in error

# %% [markdown]
# Now the numbers depend neither on PyTorch's workers nor on TensorFlow's parallel
# calls. <!-- shown: by_index `agree(` -->
#
# **How it breaks.** The class of the last cell stands in the notebook. A new Python
# looks for it in its own main program, and a worker that does not find it dies. <!-- shown: spawned --> On
# Linux with Python 3.11 a worker is a copy of the running process (`fork`), which
# knows the class
# ([from the documentation](https://docs.python.org/3.11/library/multiprocessing.html#contexts-and-start-methods)).
# A class in a file works on all these systems.
#
# **You try:** in PyTorch, take epoch 1. Are the numbers still the same with and
# without workers? <!-- try: by_index `data.epoch = 0` with `data.epoch = 1`; by_index `agree(none, two)` with `agree(none, two, tolerance=0)` -->
#
# <details><summary>Answer</summary>
#
# Yes: they are other numbers, and the same in both lines. Exercises:
# `data.worker_noise`, `data.random_by_index`.
#
# </details>

# %% [markdown]
# ## 6. Loading while training (*second reading*)
#
# Each of six batches takes 40 milliseconds to load and 30 to train on. <!-- no claim --> One after the
# other, that is $6 \cdot (40 + 30) = 420$ milliseconds. **Prefetching** loads the
# next batch while the model trains on this one. Then only the longer time counts,
# except at the end: $6 \cdot 40 + 30 = 270$. With one loader, prefetching can at most
# halve the time.
#
# The next cells measure it, with pauses in place of a slow disk and of a step.

# %% tags=["torch", "nbval-ignore-output"] pair="times"
slow = SlowExamples(24)  # 10 ms for each example
loader = DataLoader(slow, 4, num_workers=1, timeout=60)
drawn["PyTorch alone"] = watched(DataLoader(slow, 4))
drawn["PyTorch, a worker"] = watched(loader)
assert loaded_ahead(drawn["PyTorch alone"]) == 0
assert loaded_ahead(drawn["PyTorch, a worker"]) > 0

# %% tags=["tensorflow", "nbval-ignore-output"] pair="times"
load = SlowExamples(24).__getitem__
data = tf.data.Dataset.range(24).map(
    lambda i: tf.numpy_function(load, [i], tf.float64))
plain = tf.data.Options()
tuning = plain.experimental_optimization
tuning.apply_default_optimizations = False
waiting = watched(data.batch(4).with_options(plain))
early = watched(data.batch(4).prefetch(1))
usual = watched(data.batch(4))
drawn |= {"tf.data, not optimized": waiting,
          "tf.data, prefetch(1)": early,
          "tf.data as it is": usual}
assert loaded_ahead(waiting) == 0
assert loaded_ahead(early) > 0
assert loaded_ahead(usual) > 0

# %% tags=["nbval-ignore-output"]
data_plots.timeline(drawn)
drawn = {}

# %% [markdown]
# Where nothing runs ahead, a batch begins to load when the step before it has ended;
# otherwise during that step. The times are those of one run: do not read the speed of
# a framework into them.
#
# PyTorch's `DataLoader` loads ahead only with workers. <!-- shown: times `PyTorch alone` --> TensorFlow has `prefetch`. <!-- shown: times `loaded_ahead(early)` -->
# In TensorFlow 2.21, `tf.data` also rewrites this pipeline of `map` and `batch` so
# that it loads ahead unasked. <!-- shown: times `loaded_ahead(usual)` --> It stops doing so if you switch TensorFlow's default
# optimizations off. <!-- shown: times `loaded_ahead(waiting)` -->
#
# **How it breaks.** Workers cost memory and time to start. For small examples that
# are in memory already, they can make a program slower.

# %% [markdown]
# ## 7. Layout, scale and dtype
#
# A photo comes from its file as an array of shape (height, width, channels), with
# uint8 pixels from 0 to 255. <!-- no claim --> With a batch axis in front, this is the default layout
# of Keras's convolutions; PyTorch's want the channels first, as
# [lesson 01](01_tensors.ipynb) explains. <!-- shown: forms `output.shape` --> *Does it matter whether you permute the
# axes or reshape the array? Both give the right shape.*
#
# Our photo has a digit in each channel.

# %% name="photo"
digits = load_digits()
images = (digits.images / 16 * 255).astype(np.uint8)
photo = np.stack([images[3], images[5], images[8]], axis=2)
print("photo:", photo.shape, photo.dtype,
      "from", photo.min(), "to", photo.max())

# %% tags=["torch"] pair="planes"
x = torch.tensor(photo)
permuted = x.permute(2, 0, 1)
reshaped = x.reshape(3, 8, 8)
layer = nn.Conv2d(3, 4, kernel_size=3)
output = layer(permuted[None] / 255)  # None: a batch
print(permuted.shape, "->", output.shape)

# %% tags=["tensorflow"] pair="planes"
x = tf.constant(photo)
permuted = tf.transpose(x, [2, 0, 1])
reshaped = tf.reshape(x, [3, 8, 8])
layer = layers.Conv2D(4, kernel_size=3)
output = layer(x[None] / 255)  # None: a batch
print(x.shape, "->", output.shape)

# %% tags=["nbval-ignore-output"]
image_plots.images({
    "axes permuted": np.asarray(permuted),
    "reshaped": np.asarray(reshaped)},
    what="The three channels of a photo of three digits.")

# %% [markdown]
# Permuted, each channel is a digit. In memory the three channels of a pixel are
# neighbours, and `reshape` keeps that order, so that each new channel mixes all three
# digits. <!-- shown: forms `in_memory.reshape` -->
#
# Two more faults are in the numbers. On paper, a pixel of 5 less a mean of 8 is $-3$,
# and a pixel of 255 divided by 255 is 1. <!-- no claim --> *What are they if the pixels are uint8, and
# if the program divides at two places?*

# %% tags=["torch"] pair="scale"
pixel = torch.tensor([5, 255], dtype=torch.uint8)
less = pixel - 8
scaled = pixel / 255
print(less, scaled, scaled / 255)

# %% tags=["tensorflow"] pair="scale"
pixel = tf.constant([5, 255], tf.uint8)
less = pixel - 8
scaled = layers.Rescaling(1 / 255)(pixel)
print(less, scaled, scaled / 255)

# %% tags=["torch", "raises-exception"] pair="wide"
nn.Linear(2, 1)(torch.tensor(np.ones((1, 2))))

# %% tags=["tensorflow"] pair="wide"
wide = np.ones((1, 2))
output = layers.Dense(1)(wide)
print(wide.dtype, "->", output.dtype)
assert wide.dtype == "float64"
assert output.dtype == "float32"

# %% [markdown]
# uint8 holds whole numbers from 0 to 255, and in both frameworks $-3$ becomes
# $256-3=253$. <!-- shown: forms `[253, 247]` --> So convert to float32 first. If the pipeline divides and the model has
# a `Rescaling` layer too, the network sees numbers below 0.004. <!-- shown: forms `0.00392` -->
#
# **How it breaks.** NumPy's floats are float64 by default, and a layer's weights are
# float32. PyTorch's `Linear` refuses such an input; Keras's `Dense` converts it
# silently. <!-- shown: wide `nn.Linear`, wide `output.dtype` -->
#
# To **standardise** is to subtract each channel's mean and divide by its standard
# deviation, both computed from the *training* images alone.
#
# **You try:** convert to a float before you subtract. <!-- try: scale `less = pixel - 8` with `less = pixel / 1 - 8; agree(less, [-3, 247])` -->
#
# <details><summary>Answer</summary>
#
# The differences are -3 and 247. Exercise: `data.to_model`.
#
# </details>

# %% [markdown]
# ## 8. Sequences of different lengths
#
# Sentences differ in length, but a batch is one array. *What do the loaders do with a
# sequence of two numbers and one of four?*

# %% tags=["torch", "raises-exception"] pair="uneven"
sequences = [[3.0, 1], [2.0, 5, 4, 1]]
data = [torch.tensor(s) for s in sequences]
next(iter(DataLoader(data, batch_size=2)))

# %% tags=["tensorflow", "raises-exception"] pair="uneven"
sequences = [[3.0, 1], [2.0, 5, 4, 1]]
data = tf.data.Dataset.from_generator(
    lambda: sequences,
    output_signature=tf.TensorSpec([None]))
next(iter(data.batch(2)))

# %% [markdown]
# Both refuse. <!-- shown: uneven --> The usual answer is **padding**: zeros are added until all sequences
# of a batch are equally long.
#
# But zeros count in a mean. On paper, the mean of 3 and 1 is 2; after padding it is
# $(3 + 1 + 0 + 0)/4 = 1$. <!-- shown: forms `batch.mean(1)` --> A **mask** repairs this: an array of the batch's shape,
# with ones where a number is real and zeros where it is padding. The masked mean
# divides by the sum of the mask: $(3 + 1)/2 = 2$.

# %% tags=["torch"] pair="padded"
tensors = [torch.tensor(s) for s in sequences]
batch = nn.utils.rnn.pad_sequence(tensors, True)
lengths = torch.tensor([[2], [4]])
mask = torch.arange(4) < lengths
right = (batch * mask).sum(1) / mask.sum(1)
print(batch, batch.mean(1), right)

# %% tags=["tensorflow"] pair="padded"
pad, side = keras.utils.pad_sequences, "pre"
batch = pad(sequences, dtype="float32", padding=side)
mask = pad([[1] * 2, [1] * 4], padding=side)
right = (batch * mask).sum(1) / mask.sum(1)
print(batch, batch.mean(1), right)

# %% [markdown]
# PyTorch's `pad_sequence` adds zeros on the right. <!-- shown: forms `[3, 1, 0, 0]` --> Keras's `pad_sequences` adds them
# on the left by default, and cuts there too if you set `maxlen`. <!-- shown: forms `[0, 0, 3, 1]`, forms `cut[1]` -->
#
# **How it breaks.** A mask computed as `batch != 0` is wrong as soon as zero is a
# real value. <!-- no claim --> For the numbers 3, 0, 0, 1 it gives $(3 + 1)/2 = 2$ in place of
# $4/4 = 1$. <!-- no claim --> Build the mask from the lengths instead.
#
# **You try:** let Keras pad on the right, with `"post"`. What changes? <!-- try: padded `"pre"` with `"post"`; padded `mask = pad([[1] * 2, [1] * 4], padding=side)` with `mask = pad([[1] * 2, [1] * 4], padding=side); agree(batch[0], [3, 1, 0, 0])` -->
#
# <details><summary>Answer</summary>
#
# The zeros of batch and mask move to the right, so both means stay.
# Exercises: `data.pad_batch`, `data.masked_mean`.
#
# </details>

# %% tags=["torch", "proof"] pair="forms"
x = torch.tensor(photo)
agree(x.permute(2, 0, 1)[0], images[3])
in_memory = photo.reshape(-1)[:64]  # a third
agree(x.reshape(3, 8, 8)[0], in_memory.reshape(8, 8))
layer = nn.Conv2d(3, 4, kernel_size=3)
output = layer(x.permute(2, 0, 1)[None] / 255)
assert output.shape == (1, 4, 6, 6)
pixel = torch.tensor([5, 255], dtype=torch.uint8)
assert (pixel - 8).tolist() == [253, 247]
agree(pixel[1] / 255 / 255, 0.00392, tolerance=1e-5)
tensors = [torch.tensor(s) for s in sequences]
batch = nn.utils.rnn.pad_sequence(tensors, True)
assert batch[0].tolist() == [3, 1, 0, 0]
agree(batch.mean(1), [1, 3])

# %% tags=["tensorflow", "proof"] pair="forms"
x = tf.constant(photo)
agree(tf.transpose(x, [2, 0, 1])[0], images[3])
in_memory = photo.reshape(-1)[:64]  # a third
first = tf.reshape(x, [3, 8, 8])[0]
agree(first, in_memory.reshape(8, 8))
output = layers.Conv2D(4, kernel_size=3)(x[None] / 255)
assert output.shape == (1, 6, 6, 4)
less = tf.constant([5, 255], tf.uint8) - 8
assert less.numpy().tolist() == [253, 247]
scaled = layers.Rescaling(1 / 255)(np.uint8([255]))
agree(scaled / 255, [0.00392], tolerance=1e-5)
batch, cut = pad(sequences), pad(sequences, maxlen=3)
assert batch[0].tolist() == [0, 0, 3, 1]
agree(batch.mean(1), [1, 3])
assert cut[1].tolist() == [5, 4, 1]

# %% [markdown]
# ## 9. Resizing and crops (*second reading*)
#
# *Two libraries shrink an image with the same method. Do they give the same numbers?*
#
# A row of nine pixels, 8 0 0 8 0 0 8 0 0, becomes a row of three. <!-- no claim --> Each new pixel
# covers three old ones, so $8/3 = 2.67$ would be fair.
#
# - *Nearest* takes one of the three: PyTorch the first, TensorFlow the one in the
#   middle. <!-- shown: shrink `nearest` -->
# - *Bilinear* takes a weighted mean of the old pixels beside the new pixel's centre.
#   Here the centre lies *on* an old pixel, so that the other two do not count.
# - With **antialiasing** the mean reaches over all old pixels that the new one
#   covers, and somewhat further. Fine stripes become grey.

# %% tags=["torch"] pair="shrink"
row = torch.tensor([8.0, 0, 0] * 3)
image = row.repeat(9, 1)[None, None]  # NCHW
resize = nn.functional.interpolate
for kind, antialias in (("nearest", False),
        ("bilinear", False), ("bilinear", True)):
    small = resize(image, (3, 3), mode=kind,
                   antialias=antialias)[0, 0]
    name = "antialiased" if antialias else kind
    drawn["PyTorch, " + name] = image[0, 0], small
    print(f"{name:12}", small[0].numpy().round(2))
nearest = drawn["PyTorch, nearest"][1][0]
if row[0] == 8:
    assert nearest.tolist() == [8, 8, 8]
    agree(small[0], [3, 2.6667, 2], tolerance=1e-4)

# %% tags=["tensorflow"] pair="shrink"
row = tf.constant([8.0, 0, 0] * 3)
image = tf.tile(row[None, :, None], [9, 1, 1])  # HWC
for kind, antialias in (("nearest", False),
        ("bilinear", False), ("bilinear", True)):
    small = tf.image.resize(image, (3, 3), kind,
        antialias=antialias)[..., 0]
    name = "antialiased" if antialias else kind
    drawn["TensorFlow, " + name] = image[..., 0], small
    print(f"{name:12}", small[0].numpy().round(2))
nearest = drawn["TensorFlow, nearest"][1][0].numpy()
if row[0] == 8:
    assert nearest.tolist() == [0, 0, 0]
    agree(small[0], [3, 2.6667, 2], tolerance=1e-4)

# %% tags=["nbval-ignore-output"]
image_plots.images(
    {name: [np.asarray(image) for image in pair]
     for name, pair in drawn.items()},
    what="Stripes, and what they become in 3 by 3 pixels.")
drawn = {}

# %% tags=["proof", "both"] name="apart"
noise = np.random.default_rng(0).random((16, 16))
one = torch.tensor(noise[None, None])
other = tf.constant(noise[..., None], tf.float32)
def gap(kind, **smooth):
    a = resize(one, (8, 8), mode=kind, **smooth)
    b = tf.image.resize(other, (8, 8), kind, **smooth)
    return np.abs(a[0, 0] - b[..., 0]).max().item()
assert 0.8 < gap("nearest") < 1
assert gap("bilinear") < 1e-6
assert gap("bicubic") > 0.01
assert gap("bilinear", antialias=True) < 1e-6
assert gap("bicubic", antialias=True) < 1e-6

# %% tags=["proof", "torch"] pair="crops"
board = torch.arange(64.0).reshape(1, 1, 8, 8)
copies = board.repeat(50, 1, 1, 1)
crop = K.RandomCrop((4, 4))
places = crop(copies)[:, 0, 0, 0].tolist()
assert len(set(places)) > 5
places = crop.eval()(copies)[:, 0, 0, 0].tolist()
assert len({*places}) > 5
middle = K.CenterCrop(5)(board)[0, 0]
agree(middle, board[0, 0, 1:6, 1:6])

# %% tags=["proof", "tensorflow"] pair="crops"
board = tf.reshape(tf.range(64.0), [1, 8, 8, 1])
copies = tf.tile(board, [50, 1, 1, 1])
crop = layers.RandomCrop(4, 4)
cut = crop(copies, training=True)
places = cut.numpy()[:, 0, 0, 0].tolist()
assert len(set(places)) == 1
whole = crop(copies, training=False)
assert whole.shape == (50, 8, 8, 1)
middle = layers.CenterCrop(5, 5)(board)[0]
agree(middle, board[0, 1:6, 1:6])

# %% [markdown]
# Left is the image, right what became of it. *Nearest* and *bilinear* see only
# stripes or only gaps; antialiased, both frameworks give the same greys.
#
# On 16 × 16 random pixels between black (0) and white (1), shrunk to half, *nearest*
# differs by up to 0.9 between the frameworks, and *bicubic* by more than 0.01. <!-- shown: apart `gap("nearest")`, apart `gap("bicubic") >` -->
# Antialiased, *bicubic* agrees to a millionth. <!-- shown: apart `gap("bicubic", antialias=True)` -->
#
# A **crop** cuts a part out. From the middle, kornia (for PyTorch) and Keras cut
# the same part. <!-- shown: crops `agree(middle` --> At random, kornia draws a place for each image, and Keras 3.15's
# `RandomCrop` one for the whole batch. <!-- shown: crops `set(places)` -->
#
# **How it breaks.** With `training=False`, Keras 3.15's `RandomCrop` leaves the image
# uncut. <!-- shown: crops `whole.shape` --> In PyTorch, kornia's cuts at random even after `eval()`. <!-- shown: crops `{*places}` -->
#
# **You try:** move the stripes by one pixel: 0 8 0 0 8 0 0 8 0. Which *nearest* sees
# them now? <!-- try: shrink `[8.0, 0, 0] * 3` with `[0.0, 8, 0] * 3`; shrink `if row[0] == 8:` with `if row[0] == 0:`; shrink `assert nearest.tolist() == [8, 8, 8]` with `assert nearest.tolist() == [0.0] * 3`; shrink `assert nearest.tolist() == [0, 0, 0]` with `assert nearest.tolist() == [8, 8, 8]`; shrink `    agree(small[0], [3, 2.6667, 2], tolerance=1e-4)` with `    agree(small[0, 1], 2.6667, tolerance=1e-4)` -->
#
# <details><summary>Answer</summary>
#
# TensorFlow's, which takes the pixel in the middle. Exercises: `data.resize`,
# `data.crop`.
#
# </details>

# %% [markdown]
# ## 10. Flips: one coin or many?
#
# **Augmentation** changes each training image a little, at random and anew in each
# epoch, in a way that should not change its class. A flip mirrors an image if a coin
# says so. *How many coins are thrown for a batch?* There may be one for each image or
# one for all, and one for each axis or one for both.
#
# We mark the pixel in the top left corner of an image, and flip many copies. The
# corner where the mark ends tells which flips there were. *In how many of the four
# corners do marks end with Keras's `RandomFlip()`?*

# %% name="corners"
def corners(name, batch):
    """Count the images by the corner that has the mark."""
    batch = np.asarray(batch)
    counts = [int(batch[:, row, column].sum())
              for row in (0, -1) for column in (0, -1)]
    print(f"{name:15} {counts}")
    return counts

marked = np.zeros((400, 8, 8), np.float32)
marked[:, 0, 0] = 1
eight = np.tile(images[7], (8, 1, 1)).astype(np.float32)
print("as it was, left-right, up-down, both:")

# %% tags=["torch"] pair="coins"
torch.manual_seed(0)
x = torch.tensor(marked)[:, None]  # NCHW
two_flips = K.AugmentationSequential(
    K.RandomHorizontalFlip(), K.RandomVerticalFlip())
four = corners("kornia", two_flips(x)[:, 0])
shared = K.RandomHorizontalFlip(same_on_batch=True)
alike = corners("same_on_batch", shared(x)[:, 0])
sevens = two_flips(torch.tensor(eight)[:, None])
drawn["kornia, two flips"] = sevens[:, 0]
agree(four, [100] * 4, tolerance=0.3)
assert max(alike) == 400

# %% tags=["tensorflow"] pair="coins"
predict("data.flip", ...)
x = tf.constant(marked)[..., None]  # NHWC
flip = layers.RandomFlip(seed=0)
two = corners("RandomFlip()", flip(x)[..., 0])
reveal("data.flip", np.count_nonzero(two))
seeds = 1, 2
flips = keras.Sequential([
    layers.RandomFlip("horizontal", seed=seeds[0]),
    layers.RandomFlip("vertical", seed=seeds[1])])
own = corners("a layer each", flips(x)[..., 0])
drawn["RandomFlip()"] = flip(eight[..., None])[..., 0]
agree(two, [200, 0, 0, 200], tolerance=0.2)
if seeds == (1, 2):
    agree(own, [100] * 4, tolerance=0.3)

# %% tags=["nbval-ignore-output"]
image_plots.images(
    {name: [np.asarray(image) for image in batch]
     for name, batch in drawn.items()},
    what="Eight copies of a seven after random flips.")
drawn = {}

# %% [markdown]
# In PyTorch, two flips of kornia, a library of image operations, give all four
# outcomes, a quarter each. <!-- shown: coins `agree(four` --> Keras 3.15's `RandomFlip()` has the mode
# `"horizontal_and_vertical"`, yet it throws *one* coin for both axes of an image: the
# image stays, or turns by half a turn. <!-- shown: coins `agree(two` --> With a layer for each axis, Keras too gives
# all four. <!-- shown: coins `agree(own` -->
#
# These coins are thrown for each image. In PyTorch with `same_on_batch=True`, kornia
# throws one for the batch, and all images are alike. <!-- shown: coins `max(alike)` -->
#
# **You try:** give both Keras layers the same seed. Which outcomes are left? <!-- try: coins `seeds = 1, 2` with `seeds = 1, 1`; coins `if seeds == (1, 2):` with `if seeds == (1, 1):`; coins `    agree(own, [100] * 4, tolerance=0.3)` with `    agree(own, [200, 0, 0, 200], tolerance=0.2)` -->
#
# <details><summary>Answer</summary>
#
# Only none and both, as with `RandomFlip()`, because the layers throw equal coins.
# Exercise: `data.flip`.
#
# </details>
#
# ## 11. What a flip does to the accuracy
#
# When a model is evaluated, the images should stay as they are. *Do they?*

# %% tags=["torch"] pair="judged"
judge = K.RandomHorizontalFlip().eval()
x = torch.tensor(marked)[:, None]
still = corners("after eval()", judge(x)[:, 0])
assert still[1] > 100

# %% tags=["tensorflow"] pair="judged"
judge = keras.Sequential([
    keras.Input((8, 8, 1)), layers.RandomFlip()])
x = tf.constant(marked)[..., None]
said = judge.predict(x, verbose=0)
calm = corners("predict", said[..., 0])
still = corners("model(x)", judge(x)[..., 0])

# %% tags=["tensorflow"] name="own"
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.flip = layers.RandomFlip()
    def call(self, x):
        return self.flip(x)

said_own = Own().predict(x, verbose=0)[..., 0]
assert corners("own, predict", said_own)[3] > 100
assert calm == [400, 0, 0, 0]
assert still[3] > 100
agree(judge(x, training=False), said)

# %% [markdown]
# In PyTorch, kornia flips even after `eval()`: apply it only in the training loop. <!-- shown: judged `still[1]` -->
# Keras's layer does not flip in `predict`, or with `training=False`. <!-- shown: own `calm ==`, own `training=False` --> But its default
# in Keras 3.15 is `training=True`, so a direct call `model(x)` flips. <!-- shown: own `still[3]` --> If your own
# `call` has no argument `training`, even Keras's `predict` takes that default. <!-- shown: own `said_own` -->
#
# Now train a small network on 1000 digits from five seeds, without flips and with
# flips along both axes. <!-- no claim --> *How does the accuracy on 797 other digits change, none of
# them flipped?*

# %% name="split"
predict("data.accuracy", ..., a="it rises", b="it falls",
        c="it stays within a point")
order = np.random.default_rng(0).permutation(1797)
few, rest = order[:1000], order[1000:]
X, Y = (images / 255).astype(np.float32), digits.target
left_right = np.flip(X[rest], axis=2)
tests = {"as they are": X[rest],
         "mirrored left-right": left_right,
         "turned by half a turn": np.flip(left_right, 1)}
results = {}

def share_right(scores):
    best = np.argmax(np.asarray(scores), axis=1)
    return np.mean(best == Y[rest])

# %% tags=["torch"] pair="train"
few_data = TensorDataset(torch.tensor(X[few]),
                         torch.tensor(Y[few]))
def train_torch(seed, change):
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(64, 32),
        nn.ReLU(), nn.Linear(32, 10))
    sgd = torch.optim.SGD(net.parameters(), lr=0.3)
    loss = nn.CrossEntropyLoss()
    for epoch in range(10):
        for x, y in DataLoader(few_data, 50, True):
            sgd.zero_grad()
            loss(net(change(x[:, None])), y).backward()
            sgd.step()
    return net.requires_grad_(False)

# %% tags=["tensorflow"] pair="train"
def train_tf(seed, *change):
    keras.utils.set_random_seed(seed)
    net = keras.Sequential([
        keras.Input((8, 8, 1)), *change,
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True)
    net.compile(keras.optimizers.SGD(0.3), loss)
    net.fit(X[few, ..., None], Y[few], batch_size=50,
            epochs=10, verbose=0)
    return net

# %% tags=["torch"] pair="runs"
def judge_torch(name, change):
    nets = [train_torch(seed, change)
            for seed in range(5)]
    results[name] = {
        test: [share_right(net(torch.tensor(x.copy())))
               for net in nets]
        for test, x in tests.items()}
    shares = results[name].values()
    return [np.mean(share) for share in shares]

plain = judge_torch("no flips, PyTorch", nn.Identity())
flipped = judge_torch("two flips, kornia", two_flips)
agree(plain, [0.95, 0.4, 0.42], tolerance=0.05)
agree(flipped, [0.71, 0.71, 0.71], tolerance=0.06)

# %% tags=["tensorflow"] pair="runs"
def judge_tf(name, *change):
    nets = [train_tf(seed, *change)
            for seed in range(5)]
    results[name] = {
        test: [share_right(
                   net(x[..., None], training=False))
               for net in nets]
        for test, x in tests.items()}
    shares = results[name].values()
    return [np.mean(share) for share in shares]

plain = judge_tf("no flips, Keras")
flipped = judge_tf("RandomFlip()", layers.RandomFlip())
agree(plain, [0.95, 0.4, 0.42], tolerance=0.05)
agree(flipped, [0.86, 0.45, 0.86], tolerance=0.06)

# %% tags=["nbval-ignore-output"] name="accuracies"
image_plots.accuracies(results)
runs = {name: np.array(on["as they are"])
        for name, on in results.items()}
for before, after in (
        ("no flips, PyTorch", "two flips, kornia"),
        ("no flips, Keras", "RandomFlip()")):
    if after in runs:
        change = 100 * (runs[after] - runs[before])
        error = np.std(change, ddof=1) / np.sqrt(5)
        print(f"{after}: {change.mean():.1f} ± {error:.1f}")
        assert change.mean() < -4 * error
reveal("data.accuracy", "b" if change.mean() < -1 else "c")

# %% [markdown]
# A mark is a run, a bar the mean of five. Below are the changes on images as they
# are, in percentage points: about $-9$ with Keras's `RandomFlip()`, about $-24$ with
# kornia's two flips in PyTorch. <!-- shown: runs `agree(flipped` --> After ± stands the *standard error*, the standard
# deviation of the five changes divided by $\sqrt 5$: with other seeds, the mean would
# vary by about that much. It says nothing about other digits or networks.
#
# Flips harm here: a six turned by half a turn is a nine, and the network must learn
# more shapes in as many steps. They help where the test images vary in the same way.
# On turned images, Keras's network has 86% right with `RandomFlip()`, and 42%
# without. <!-- shown: runs `agree(flipped`, runs `agree(plain` --> On mirrored images, that layer gives only 45%, since it never flips one axis
# alone. <!-- shown: runs `agree(flipped` --> In PyTorch, kornia's flips give about 71% on all three. <!-- shown: runs `agree(flipped` -->
#
# Count the coins before you compare.
#
# **You try:** `data.find_the_bug` hides three faults of this lesson. <!-- try: nothing -->
#
# ## What to remember
#
# | | PyTorch | TensorFlow and Keras |
# |---|---|---|
# | order, if you say nothing | as stored | `fit` shuffles arrays <!-- shown: defaults `batches ==`, defaults `mixed.tolist()` --> |
# | a shuffle | of all examples | of a buffer <!-- shown: orders `np.mean(present)` --> |
# | random numbers | change with the number of workers | repeat in each pass, once seeded <!-- shown: streams `not same`, streams `epochs[0]` --> |
#
# **Next:** the quiz, then the exercises.

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer.
#
# **1.** How many steps does an optimizer take in five epochs over ten examples, with
# batches of four and `drop_last=True`?
#
# - **A** 10
# - **B** 12
# - **C** 15
#
# <details><summary>Answer</summary>
#
# **A.** Each epoch has two full batches. <!-- shown: defaults `drop_last`, defaults `drop_remainder` --> B would be one long row of all epochs, in
# which batches mix them. C keeps the short last batch.
#
# </details>
#
# **2.** What does the first batch of 32 hold after `tf.data`'s `shuffle(1000)`, if
# 50,000 images are stored class by class, 5000 in each?
#
# - **A** about three images of each class
# - **B** images of one class
# - **C** images of two classes
#
# <details><summary>Answer</summary>
#
# **B.** TensorFlow draws from the first 1000 examples, and from a few that have
# arrived since: all are of the first class. <!-- shown: orders `np.mean(present)` --> A needs a buffer as large as the data. C
# can happen only near the border of two classes.
#
# </details>
#
# **3.** You change the batch size of the evaluation alone, and the reported loss
# changes. The model has neither dropout nor batch norm. What is the likely cause?
#
# - **A** rounding
# - **B** another order of the examples
# - **C** a mean of batch means
#
# <details><summary>Answer</summary>
#
# **C.** The short last batch counts too much, and its size depends on the batch
# size. <!-- shown: epoch `agree(wrong` --> A changes the last digits only. B is not it: the order stayed.
#
# </details>
#
# **4.** What does a model see in the second epoch, if the pipeline is
# `data.map(random_flip).cache().shuffle(n).batch(32)`?
#
# - **A** new flips
# - **B** the flips of the first epoch
# - **C** no flips
#
# <details><summary>Answer</summary>
#
# **B.** The cache keeps the flipped images. <!-- shown: cache --> For A, put `cache()` before `map`. <!-- shown: cache --> C
# would need a pipeline that never flips.
#
# </details>
#
# **5.** Which images does a network no longer see, if you replace kornia's horizontal
# and vertical flips by Keras 3.15's `RandomFlip()`?
#
# - **A** those flipped along one axis only
# - **B** those turned by half a turn
# - **C** those that are not flipped
#
# <details><summary>Answer</summary>
#
# **A.** Keras's layer throws one coin for both axes. <!-- shown: coins `agree(two` --> So B and C each make up one
# half.
#
# </details>
#
# **6.** Why does the accuracy of a Keras 3.15 model that begins with `RandomFlip()`
# change from run to run, if your evaluation loop calls `model(x)`?
#
# - **A** the images are flipped at random
# - **B** the weights change
# - **C** the order of the images changes
#
# <details><summary>Answer</summary>
#
# **A.** In a direct call without `training=False`, Keras 3.15 flips. <!-- shown: own `still[3]` --> B needs a step
# of an optimizer. C does not change an accuracy.
#
# </details>
#
# **7.** *Asked in interviews:* all seeds are set, and yet a run gives other results
# on a machine with more cores. Where do you look?
#
# <details><summary>A model answer</summary>
#
# At the random numbers of the data first. In PyTorch each worker has a random state
# of its own, so another `num_workers` gives an example other numbers. <!-- shown: streams `not same` --> In TensorFlow,
# parallel calls of `map` may draw in another order
# ([from the documentation](https://www.tensorflow.org/api_docs/python/tf/data/Dataset#map)).
# The cure is a stateless draw, whose key is the seed, the epoch and the index. <!-- shown: by_index `agree(` --> After
# that I would compare the batches themselves, and then look at the order in which
# several threads add up numbers.
#
# </details>
