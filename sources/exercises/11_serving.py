# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: serving
#
# They follow the lesson [11_serving](../../notebooks/11_serving.ipynb).
# Each exercise is one function. Seven of them need no framework: they are
# what a server decides around its model. Exercise 4 runs a model, and is
# written once in PyTorch and once in TensorFlow. Do one half of it or both:
# the points count for each.
#
# **How to work**
#
# 1. Replace `raise NotImplementedError` by your own lines. Keep the
#    function's name and its arguments.
# 2. Run the cell, then the `check` below it. It calls your function with
#    three sets of inputs and says what it found. When an answer is wrong,
#    it shows where, and names the mistake if it can.
# 3. Stuck? Three hints open one after the other below the message: the
#    idea, the functions to use, a skeleton. In a new cell,
#    `hint("serving.canary", 2)` shows the second.
#
# **What your functions get.** In an exercise without a framework, arrays
# arrive as NumPy arrays of dtype float32. In exercise 4 they arrive as
# float32 tensors of the framework. Whole numbers arrive as `int`, other
# numbers as `float`, and texts as `str`.
#
# **What they leave alone.** A function that changes one of its arguments in
# place is not correct, so work on a copy.
#
# **What they return.** Arrays, tensors, plain numbers, or lists of numbers;
# several values as a tuple, in the order that the exercise names. Where a
# server would answer with a word, a number stands for it: 404, for example.
# The dtype does not count.
#
# Grading uses fresh inputs. Run the next cells first.

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
# ## 1. Simulate dynamic batching (3 points)
#
# One worker runs a model. Each request has one row, and the worker runs one batch at a
# time. A batch of $n$ rows takes `fixed + per_row * n`. When does each client have its
# answer?
#
# Write `simulate_batching(arrivals, most, wait, fixed, per_row)`.
#
# | argument | what | type |
# |---|---|---|
# | `arrivals` | when each request arrives, ascending; several may arrive at once | `(n,)` |
# | `most` | the largest batch | int |
# | `wait` | how long the oldest request of a batch waits for company, at most | float |
# | `fixed`, `per_row` | what a batch costs | float |
#
# All times are milliseconds. Requests are taken in the order of their arrival:
#
# - A batch **starts** at the first moment at which the worker is free, *and* its oldest
#   request has waited for `wait` or `most` requests are waiting. The wait counts
#   **from the arrival** of the oldest request, also while the worker is busy. So a batch
#   whose wait is over by then starts at once when the worker gets free. At the
#   beginning the worker is free.
# - In the batch are the oldest waiting requests, `most` of them at most. A request that
#   arrives exactly at the start is among those waiting.
# - All members of a batch have their answers when the batch is finished.
#
# **Return** `(latencies, sizes)`, both of shape `(n,)`: for each request the time
# between its arrival and its answer, and the size of the batch in which it
# ran. *Lesson: section 6.*

# %%
def simulate_batching(
    arrivals, most, wait, fixed, per_row):
    """Latency of each request, and its batch's size."""
    ### BEGIN SOLUTION
    first, free, latencies, sizes = 0, -np.inf, [], []
    when = [*arrivals, *[np.inf] * most]
    while first < len(arrivals):
        full = when[first + most - 1]
        start = max(free, min(when[first] + wait, full))
        batch = arrivals[first:first + most]
        batch = batch[batch <= start]
        free = start + fixed + per_row * len(batch)
        latencies.extend(free - batch)
        sizes += [len(batch)] * len(batch)
        first += len(batch)
    return latencies, sizes
    ### END SOLUTION

# %%
check("serving.simulate_batching", simulate_batching)

# %% [markdown]
# ## 2. Throughput and a percentile (2 points)
#
# A load test has noted when each request arrived and when its answer was sent. Some
# requests never got an answer. The first requests were slow, because the server was
# cold, and are left out.
#
# Write `load_report(arrivals, finishes, warmup, percent)`.
#
# | argument | what | type |
# |---|---|---|
# | `arrivals` | when each request arrived, in seconds, in **no order**; no two are equal | `(n,)` |
# | `finishes` | when its answer was sent; NaN if there was none | `(n,)` |
# | `warmup` | so many requests, those that arrived first, are left out | int |
# | `percent` | for example 95 | int |
#
# Without the warm-up:
#
# - The **throughput** is the number of answers, divided by the time between the first
#   arrival and the last answer.
# - The **percentile** is that of the *nearest rank*: the smallest latency that at least
#   `percent` % of the latencies don't exceed. With $m$ latencies in ascending order it
#   has the rank $\lceil \mathrm{percent}\cdot m / 100 \rceil$, counted from 1. Compute the
#   rank in whole numbers, because `28 / 100 * 25` is more than 7. A request without an
#   answer has an infinite latency: `np.inf`.
#
# **Return** `(throughput, latency)`: answers per second, and the percentile in seconds.
# *Lesson: section 4.*

# %%
def load_report(arrivals, finishes, warmup, percent):
    """Answers per second, and a percentile."""
    ### BEGIN SOLUTION
    order = np.argsort(arrivals)[warmup:]
    arrived, finished = arrivals[order], finishes[order]
    lost = np.isnan(finished)
    latencies = np.sort(
        np.where(lost, np.inf, finished - arrived))
    rank = -(-percent * len(latencies) // 100)  # up
    seconds = np.nanmax(finished) - arrived[0]
    return (~lost).sum() / seconds, latencies[rank - 1]
    ### END SOLUTION

# %%
check("serving.load_report", load_report)

# %% [markdown]
# ## 3. Which batch size keeps up (2 points)
#
# You have measured how long a batch of 1, 2, 3, … rows takes. Requests of one row arrive
# at a certain rate. Does the worker keep up, if it always runs full batches of one size?
#
# Write `queue_load(rate, times, latency)`.
#
# | argument | what | type |
# |---|---|---|
# | `rate` | requests that arrive per second, on average | float |
# | `times` | seconds that a batch takes: `times[b - 1]` belongs to a batch of `b` rows | `(sizes,)` |
# | `latency` | mean latency in seconds, measured with the smallest batch size that keeps up | float |
#
# The **utilisation** with batches of `b` rows is the share of the time in which the
# worker must be busy, `rate * times[b - 1] / b`. The worker keeps up, or is *stable*,
# if it is **less than 1**; with exactly 1, a queue that has once formed never gets shorter.
# A larger batch need not be better, because each size was measured by itself.
#
# **Return** `(utilisation, smallest, in_system)`:
#
# - `utilisation` with each batch size, of shape `(sizes,)`; it may be larger than 1
# - `smallest`: the smallest batch size that is stable, or -1 if none is
# - `in_system`: the mean number of requests that wait or are being worked on, by Little's
#   law. If no size is stable it grows without end: return `np.inf`.
#
# *Lesson: section 5.*

# %%
def queue_load(rate, times, latency):
    """Utilisation, smallest stable size, Little's L."""
    ### BEGIN SOLUTION
    sizes = np.arange(1, len(times) + 1)
    utilisation = rate * times / sizes
    stable = utilisation < 1
    if not stable.any():
        return utilisation, -1, np.inf
    smallest = sizes[np.argmax(stable)]
    return utilisation, smallest, rate * latency
    ### END SOLUTION

# %%
check("serving.queue_load", queue_load)

# %% [markdown]
# ## 4. Pad to allowed sizes (3 points)
#
# Each new batch size costs a new trace, or is refused by an exported model. So a server
# runs its model only in a few allowed sizes, and pads what does not fit. Its clients must
# not notice.
#
# The function `model` below computes each row by itself, so that rows of zeros in the
# batch don't change the answers to the others. Write `pad_to_sizes(x, weight, sizes)`.
#
# | argument | what | type |
# |---|---|---|
# | `x` | the rows of a batch, 1 or more | `(n, features)` |
# | `weight` | what `model` takes as its second argument | `(features, classes)` |
# | `sizes` | the allowed sizes, ascending | list of ints |
#
# - A batch of at most as many rows as the largest size is padded **at its end** with
#   rows of zeros, to the smallest allowed size that is not smaller than the batch. Then
#   it runs once, and the answers to the padding are cut off.
# - A larger batch is first cut, from its beginning, into chunks of the largest size. If
#   rows are left over, they are padded as above. If none are left over, nothing more runs.
#
# **Return** `(outputs, runs)`: the answers to all rows in their order, of shape
# `(n, classes)`, and the number of rows that `model` got in each run, padding included,
# of shape `(runs,)`. *Lesson: section 7.*

# %% tags=["torch"] pair="model"
def model(x, weight):
    return torch.softmax(x @ weight, dim=1)

# %% tags=["torch"] pair="pad_to_sizes"
def pad_to_sizes(x, weight, sizes):
    """The answers to all rows, and the sizes run."""
    ### BEGIN SOLUTION
    outputs, runs = [], []
    for chunk in x.split(sizes[-1]):
        size = min(s for s in sizes if s >= len(chunk))
        missing = size - len(chunk)
        padded = torch.nn.functional.pad(
            chunk, (0, 0, 0, missing))
        output = model(padded, weight)
        outputs.append(output[:len(chunk)])
        runs.append(size)
    return torch.cat(outputs), runs
    ### END SOLUTION

# %% tags=["torch"] pair="pad_to_sizes_check"
check("serving.pad_to_sizes", pad_to_sizes, "torch")

# %% tags=["tensorflow"] pair="model"
def model(x, weight):
    return tf.nn.softmax(x @ weight, axis=1)

# %% tags=["tensorflow"] pair="pad_to_sizes"
def pad_to_sizes(x, weight, sizes):
    """The answers to all rows, and the sizes run."""
    ### BEGIN SOLUTION
    outputs, runs = [], []
    for first in range(0, len(x), sizes[-1]):
        chunk = x[first:first + sizes[-1]]
        size = min(s for s in sizes if s >= len(chunk))
        missing = size - len(chunk)
        padded = tf.pad(chunk, [[0, missing], [0, 0]])
        output = model(padded, weight)
        outputs.append(output[:len(chunk)])
        runs.append(size)
    return tf.concat(outputs, axis=0), runs
    ### END SOLUTION

# %% tags=["tensorflow"] pair="pad_to_sizes_check"
check(
    "serving.pad_to_sizes",
    pad_to_sizes, "tensorflow")

# %% [markdown]
# ## 5. Which version answers (2 points)
#
# A server finds its model's versions as folders, and serves some of them. The rules are
# those of TensorFlow Serving, in short:
#
# - **Versions** are the folders whose names are whole numbers larger than 0, written in
#   digits without a leading zero. Other folders are ignored.
# - **Served** are the versions in `specific` that have a folder, if `specific` is not
#   empty, and `latest` is then ignored. If it is empty, the `latest` largest versions
#   are served. They are compared as numbers: 10 is newer than 9.
# - A **request** asks for a version (`"versions/7"`), for a label (`"labels/stable"`) or
#   for neither (`""`). A label stands for the version that belongs to it. A request
#   for neither means the largest version that is *served*.
# - If the version that a request means is served, the status is 200. In all other cases it
#   is 404: a version that isn't served, although it has a folder; an unknown label, or one
#   whose version isn't served; and `""` if nothing is served.
#
# Write `pick_version(folders, latest, specific, labels, numbers, asked)`.
#
# | argument | what | type |
# |---|---|---|
# | `folders` | names of the folders, in no order | list of texts |
# | `latest` | how many of the largest versions are served | int |
# | `specific` | versions to serve, in no order; may be empty | list of ints |
# | `labels`, `numbers` | the labels, and the version that each stands for | lists of texts and of ints |
# | `asked` | the requests | list of texts |
#
# **Return** `(statuses, versions)`, both of shape `(requests,)`: 200 or 404, and the
# version that answers, or -1 where the status is 404. *Lesson: sections 2 and 11.*

# %%
def pick_version(
    folders, latest, specific, labels, numbers, asked):
    """Status and version for each request."""
    ### BEGIN SOLUTION
    served = sorted(int(name) for name in folders
                    if name.isdecimal() and name[0] != "0")
    wanted = specific or served[-latest:]
    served = [v for v in served if v in wanted]
    meant = {"": max(served, default=-1)}
    meant |= {f"versions/{v}": v for v in served}
    meant |= {f"labels/{name}": v for name, v
              in zip(labels, numbers) if v in served}
    versions = [meant.get(one, -1) for one in asked]
    statuses = [200 if v > 0 else 404 for v in versions]
    return statuses, versions
    ### END SOLUTION

# %%
check("serving.pick_version", pick_version)

# %% [markdown]
# ## 6. A canary that keeps its clients (1 point)
#
# A share of the clients gets a new version. Each client should stay on its side from
# request to request and from server to server, and when the share grows, no one should
# change back. So the side depends on nothing but the client's key and the share.
#
# Write `canary(keys, share)`.
#
# | argument | what | type |
# |---|---|---|
# | `keys` | the clients' keys; they may hold letters such as é | list of texts |
# | `share` | whole percent, 0 to 100 | int |
#
# The **bucket** of a key is `zlib.crc32` of its bytes in UTF-8, modulo 100. The client
# gets the canary if its bucket is *smaller than* the share. (Python's `hash` won't do,
# because it gives texts other numbers in each process.)
#
# **Return** `(buckets, chosen)`, both of shape `(keys,)`: the buckets, 0 to 99, and 1 for
# each client that gets the canary, 0 for each other one. Truth values will do as
# well. *Lesson: section 10.*

# %%
import zlib

def canary(keys, share):
    """Each key's bucket, and 1 if it gets the canary."""
    ### BEGIN SOLUTION
    buckets = np.array([
        zlib.crc32(key.encode("utf-8")) % 100
        for key in keys])
    return buckets, buckets < share
    ### END SOLUTION

# %%
check("serving.canary", canary)

# %% [markdown]
# ## 7. A gate before the rollout (3 points)
#
# A trained model was exported several times, with different settings. Before one of the
# candidates serves, its outputs are compared with those of the trained model, on the
# same stored rows.
#
# Write `parity_gate(old, candidates, tolerance, most_flips)`.
#
# | argument | what | type |
# |---|---|---|
# | `old` | logits of the trained model; all are finite | `(rows, classes)` |
# | `candidates` | logits of each candidate | `(candidates, rows, classes)` |
# | `tolerance` | how large the difference may be at most | float |
# | `most_flips` | how many flips there may be at most | int |
#
# For each candidate:
#
# - A row is **broken** if any of the candidate's logits in it is NaN or infinite. The
#   other rows are *whole*. There is always at least one.
# - The **difference** is the largest $|\,\text{candidate} - \text{old}\,|$, divided by the
#   largest $|\,\text{old}\,|$, both taken over all logits of the **whole** rows.
# - A **flip** is a whole row in which another class has the largest logit.
# - The candidate **passes** if no row is broken, the difference is at most `tolerance` and
#   there are at most `most_flips` flips.
#
# **Return** `(differences, broken, flips, passed)`, each of shape `(candidates,)`: the
# difference, the number of broken rows, the number of flips, and 1 if the candidate
# passes, else 0 (truth values will do as well). *Lesson: section 9.*

# %%
def parity_gate(old, candidates, tolerance, most_flips):
    """Differences, broken rows, flips and verdicts."""
    ### BEGIN SOLUTION
    verdicts = []
    for new in candidates:
        whole = np.isfinite(new).all(axis=1)
        right, made = old[whole], new[whole]
        scale = np.abs(right).max()
        gap = np.abs(made - right).max() / scale
        broken = (~whole).sum()
        flips = (right.argmax(1) != made.argmax(1)).sum()
        passed = (broken == 0 and gap <= tolerance
                  and flips <= most_flips)
        verdicts.append((gap, broken, flips, passed))
    return tuple(np.array(verdicts).T)
    ### END SOLUTION

# %%
check("serving.parity_gate", parity_gate)

# %% [markdown]
# ## 8. From requests to a batch (3 points)
#
# The bodies of several requests arrive as texts. Each gets a status, and the rows of
# those that are right go to the model as one batch.
#
# Write `parse_requests(bodies, width, most)`.
#
# | argument | what | type |
# |---|---|---|
# | `bodies` | the bodies, such as `'{"instances": [[0.5, 1], [2, 3]]}'` for a width of 2 | list of texts |
# | `width` | how many numbers a row has | int |
# | `most` | how many rows a request may have at most | int |
#
# Go through these questions in this order; the first that is answered with *no* gives
# the status:
#
# 1. Is the body JSON, an object (a `dict`), with a *list* under `"instances"`? Else 400.
#    The function `instances` below answers this one for you.
# 2. Does this list have at most `most` entries? Else 413, whatever the entries are.
# 3. Does it have at least one entry, and is each entry a list of exactly `width` numbers?
#    Else 400. A *number* is an `int` or a `float` whose absolute value is at most the
#    largest float32, which is given as `LARGEST`. So `true`, `null`, texts, NaN and
#    infinity are no numbers, although `json.loads` reads `NaN` and `Infinity`.
#
# Otherwise the status is 200.
#
# **Return** `(statuses, batch)`: the statuses, of shape `(bodies,)`, and all rows of the
# bodies whose status is 200, in their order, of shape `(rows, width)`. At least one body
# is right. *Lesson: section 3.*

# %%
import json

LARGEST = float(np.finfo(np.float32).max)

def instances(body):
    """The list of instances; None if there is none."""
    try:
        found = json.loads(body)["instances"]
    except (ValueError, TypeError, KeyError):
        return None
    return found if isinstance(found, list) else None

# %%
def parse_requests(bodies, width, most):
    """A status for each body, and the batch."""
    ### BEGIN SOLUTION
    def good(row):
        fits = isinstance(row, list) and len(row) == width
        return fits and all(
            type(value) in (int, float)
            and abs(value) <= LARGEST for value in row)
    statuses, batch = [], []
    for rows in map(instances, bodies):
        large = rows and len(rows) > most
        fine = rows and all(map(good, rows))
        status = 413 if large else 200 if fine else 400
        statuses.append(status)
        batch += rows if status == 200 else []
    return statuses, batch
    ### END SOLUTION

# %%
check("serving.parse_requests", parse_requests)
