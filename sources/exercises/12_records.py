# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: records
#
# They follow the lesson [12_records](../../notebooks/12_records.ipynb).
# Each exercise is one function. Six of them need no framework: they work on
# what was written down. Exercise 3 reads a live optimizer, and exercise 7
# computes with embeddings; both are written once in PyTorch and once in
# TensorFlow. Do one half of them or both: the points count for each.
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
#    `hint("records.differences", 2)` shows the second.
#
# **What your functions get.** In an exercise without a framework, arrays
# arrive as NumPy arrays of dtype float32. In exercises 3 and 7 they arrive
# as float32 tensors of the framework. Whole numbers arrive as `int`, other
# numbers as `float`, truth values as `bool`, and texts as `str`.
#
# **What they leave alone.** A function that changes one of its arguments in
# place is not correct, so work on a copy.
#
# **What they return.** Arrays, tensors, plain numbers, or lists of numbers;
# several values as a tuple, in the order that the exercise names. Where a
# report would have a word, a number stands for it. The dtype does not count.
#
# Grading uses fresh inputs. Run the next cells first.

# %% tags=["torch"] pair="setup"
import torch

# %% tags=["tensorflow"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import tensorflow as tf

# %%
import numpy as np

from grader import check, hint

# %% [markdown]
# ## 1. What differs between two runs (2 points)
#
# Two runs gave two accuracies. Their settings are rows: a name, the value as a text, and
# the value as a number. The number is NaN if the value is none, such as `"relu"` or
# `"True"`. Which settings differ?
#
# Two settings are **equal** by this rule:
#
# - If both numbers $a$ and $b$ are there (not NaN), the settings are equal if
#   $|a - b| \le 10^{-6}\,(|a| + |b|)$. The texts don't matter: `"0.001"` and `"1e-3"`
#   are equal.
# - If at least one number is NaN, they are equal if the texts are the same, letter by
#   letter.
#
# Write `differences(left_names, left_texts, left_numbers, right_names, right_texts,
# right_numbers)`.
#
# | argument | what | type |
# |---|---|---|
# | `left_names`, `right_names` | names of the settings of each run, in no order | lists of texts |
# | `left_texts`, `right_texts` | their values as texts, in the same order | lists of texts |
# | `left_numbers`, `right_numbers` | their values as numbers, in the same order | arrays, one number for each name |
#
# **Return** one code for each name that the left run, the right run or both have. The
# names are in the order of Python's `sorted`:
#
# | code | the setting |
# |---|---|
# | 0 | is equal in both runs |
# | 1 | is in both runs, and differs |
# | 2 | is in the left run alone |
# | 3 | is in the right run alone |
#
# *Lesson: section 5.*

# %%
def differences(left_names, left_texts, left_numbers,
                right_names, right_texts, right_numbers):
    """A code for each name of either run, sorted."""
    ### BEGIN SOLUTION
    left = dict(zip(
        left_names, zip(left_texts, left_numbers)))
    right = dict(zip(
        right_names, zip(right_texts, right_numbers)))
    codes = dict.fromkeys(left, 2) | dict.fromkeys(right, 3)
    for name in left.keys() & right.keys():
        (text, a), (other, b) = left[name], right[name]
        same = text == other
        if not np.isnan(a) and not np.isnan(b):
            same = abs(a - b) <= 1e-6 * (abs(a) + abs(b))
        codes[name] = 0 if same else 1
    return [codes[name] for name in sorted(codes)]
    ### END SOLUTION

# %%
check("records.differences", differences)

# %% [markdown]
# ## 2. Written down or default (1 point)
#
# A call such as `make(0.1, epsilon=1e-8)` writes some settings by position and some by
# name. The others have their defaults. A record should tell the two apart: what was
# written stays when the library changes its defaults, and the others don't. So a setting
# is **explicit** if the caller wrote it, *even if with the default's value*.
#
# Write `explicit(parameters, defaults, positional, names, values)`.
#
# | argument | what | type |
# |---|---|---|
# | `parameters` | all parameters, in the order of the signature | list of texts |
# | `defaults` | the default of each | `(parameters,)` |
# | `positional` | the values written by position: for the first parameters, in order | `(k,)` |
# | `names` | the parameters written by name, in the caller's order | list of texts |
# | `values` | their values, in the order of `names` | one for each name |
#
# No parameter is written twice. A value may be 0.
#
# **Return** `(in_force, explicit)`, both of shape `(parameters,)`: the value that each
# parameter has, and 1 if it is explicit, else 0 (truth values will do as
# well). *Lesson: section 4.*

# %%
def explicit(
    parameters, defaults, positional, names, values):
    """The value of each parameter, and 1 if written."""
    ### BEGIN SOLUTION
    in_force = defaults.copy()
    written = np.zeros(len(parameters))
    in_force[:len(positional)] = positional
    written[:len(positional)] = 1
    for name, value in zip(names, values):
        place = parameters.index(name)
        in_force[place], written[place] = value, 1
    return in_force, written
    ### END SOLUTION

# %%
check("records.explicit", explicit)

# %% [markdown]
# ## 3. What the optimizer will really do (2 points)
#
# Somebody made an optimizer, gave it a schedule and trained for some steps. The call that
# made it is far away. Read from the *live* optimizer what its next step will use.
#
# The functions `make` and `prepared` below make such an optimizer. You may read how, but
# take all seven settings from what `prepared` returns. Write
# `optimizer_settings(kind, numbers, steps)`, which begins by calling
# `prepared(kind, numbers, steps)`.
#
# | argument | what | type |
# |---|---|---|
# | `kind` | `"adamw"`, `"rmsprop"` or `"sgd"` | str |
# | `numbers` | numbers for `prepared`; how many there are depends on `kind` | list of floats |
# | `steps` | steps taken since | int |
#
# **Return** seven numbers, in this order:
#
# | place | setting | PyTorch's name | Keras's name |
# |---|---|---|---|
# | 0 | learning rate of the next step | `lr` | `learning_rate` |
# | 1 | momentum | `momentum` | `momentum` |
# | 2, 3 | beta 1 and beta 2 | `betas` | `beta_1`, `beta_2` |
# | 4 | rho: the share that RMSprop's mean of squares keeps | `alpha` | `rho` |
# | 5 | epsilon | `eps` | `epsilon` |
# | 6 | weight decay | `weight_decay` | `weight_decay` |
#
# A setting that the optimizer does **not have** is -1: AdamW has no momentum, for
# example. Each of the three *has* weight decay; where it isn't used, it is 0 (PyTorch
# holds 0 then, and Keras None). The numbers are larger than usual, so that a mistake
# shows. *Lesson: section 3.*

# %% tags=["torch"] pair="make"
def make(kind, numbers):
    rate, *rest = numbers
    group = {"params": [torch.zeros(2)], "lr": rate}
    if kind == "adamw":
        *betas, eps, decay = rest
        return torch.optim.AdamW(
            [group], betas=tuple(betas), eps=eps,
            weight_decay=decay)
    if kind == "rmsprop":
        momentum, rho, eps = rest
        return torch.optim.RMSprop(
            [group], alpha=rho, eps=eps,
            momentum=momentum)
    return torch.optim.SGD([group], momentum=rest[0])

# %% tags=["torch"] pair="prepared"
def prepared(kind, numbers, steps):
    made = make(kind, numbers)
    schedule = torch.optim.lr_scheduler.ExponentialLR(
        made, 0.5)
    for _ in range(steps):
        made.step()
        schedule.step()
    return made

# %% tags=["torch"] pair="optimizer_settings"
def optimizer_settings(kind, numbers, steps):
    """Seven settings that the next step will use."""
    ### BEGIN SOLUTION
    optimizer = prepared(kind, numbers, steps)
    group = optimizer.param_groups[0]
    return [group["lr"], group.get("momentum", -1),
            *group.get("betas", (-1, -1)),
            group.get("alpha", -1),
            group.get("eps", -1),
            group["weight_decay"]]
    ### END SOLUTION

# %% tags=["torch"] pair="optimizer_settings_check"
check(
    "records.optimizer_settings",
    optimizer_settings, "torch")

# %% tags=["tensorflow"] pair="make"
def make(kind, numbers):
    optim = keras.optimizers
    rate, *rest = numbers
    rate = optim.schedules.ExponentialDecay(
        rate, decay_steps=1, decay_rate=0.5)
    if kind == "adamw":
        beta_1, beta_2, eps, decay = rest
        return optim.AdamW(
            rate, decay, beta_1, beta_2, eps)
    if kind == "rmsprop":
        momentum, rho, eps = rest
        return optim.RMSprop(rate, rho, momentum, eps)
    return optim.SGD(rate, rest[0])

# %% tags=["tensorflow"] pair="prepared"
def prepared(kind, numbers, steps):
    made = make(kind, numbers)
    weight = keras.Variable([1.0])
    for _ in range(steps):
        made.apply([tf.zeros(1)], [weight])
    return made

# %% tags=["tensorflow"] pair="optimizer_settings"
def optimizer_settings(kind, numbers, steps):
    """Seven settings that the next step will use."""
    ### BEGIN SOLUTION
    optimizer = prepared(kind, numbers, steps)
    names = ("momentum", "beta_1", "beta_2",
             "rho", "epsilon")
    held = [getattr(optimizer, name, -1)
            for name in names]
    return [float(optimizer.learning_rate), *held,
            optimizer.weight_decay or 0]
    ### END SOLUTION

# %% tags=["tensorflow"] pair="optimizer_settings_check"
check(
    "records.optimizer_settings",
    optimizer_settings, "tensorflow")

# %% [markdown]
# ## 4. A fingerprint of the settings (1 point)
#
# A short fingerprint tells whether two runs had the same settings. It must not depend on
# the order in which they were written, or on the machine. So the settings are first
# written as one **canonical** text, and its bytes are hashed.
#
# The text is JSON: one object, with the keys sorted, `,` and `:` without any spaces,
# letters such as ö as they are, and floats as Python's `repr` writes them. The settings
# seed = 3, rate = 1.0 and city = "Köln" give
#
#     {"city":"Köln","rate":1.0,"seed":3}
#
# Write `fingerprint(names, values)`.
#
# | argument | what | type |
# |---|---|---|
# | `names` | names of the settings, in no order; no two are equal | list of texts |
# | `values` | their values, in the same order | list of `bool`, `int`, `float` and `str` |
#
# **Return** the first 8 bytes of the SHA-256 of this text in UTF-8, as 8 whole numbers
# from 0 to 255, of shape `(8,)`. For the example they are 7, 46, 6, 31, 254, 209, 133,
# 35. *Lesson: section 8.*

# %%
import hashlib
import json

def fingerprint(names, values):
    """The first 8 bytes of the settings' SHA-256."""
    ### BEGIN SOLUTION
    text = json.dumps(
        dict(zip(names, values)), sort_keys=True,
        separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return list(digest[:8])
    ### END SOLUTION

# %%
check("records.fingerprint", fingerprint)

# %% [markdown]
# ## 5. Is the lock a lock? (2 points)
#
# A project names what it requires, such as `numpy` or `keras>=3.1`. Its lock should pin
# each of these to one version, and have hashes of the files: for example
# `keras==3.15.1 --hash=sha256:1f0c2a`. (Real hashes have 64 digits.) Does it?
#
# Two functions are given below. `parsed` cuts a line into name, sign, version and
# number of hashes, and `normal` brings a name into the form in which pip compares names:
# capitals don't count, and `-`, `_` and `.` are equal. Write
# `lock_check(requirements, lock)`.
#
# | argument | what | type |
# |---|---|---|
# | `requirements` | lines with a name, or with a name, `>=` and a version | list of texts |
# | `lock` | lines of the lock, in no order; each package has one line at most | list of texts |
#
# **Return** one code for each requirement: the first of these that holds, in this order.
#
# | code | the requirement |
# |---|---|
# | 1 | is missing: the lock has no line with its name |
# | 2 | is not pinned: what follows the name in the lock is not `==` and one version. `>=2.0`, `==4.*` or nothing are no pins. |
# | 3 | is pinned below the version that is required |
# | 4 | has no hash |
# | 0 | is fine |
#
# **Versions** that are compared consist of one to three numbers between dots. They are
# compared number by number, from the left: 2.10 is above 2.9. A number that is not there
# counts as 0, so that 3 equals 3.0.
#
# A lock also pins what others bring along. Those lines are there too; only the
# requirements get a code. *Lesson: section 9.*

# %%
import re

def parsed(line):
    """Name, sign, version and number of hashes."""
    first, *hashes = line.split()
    name, sign, version = re.fullmatch(
        "([^=<>]+)([=<>]*)(.*)", first).groups()
    return name, sign, version, len(hashes)

def normal(name):
    return re.sub("[-_.]+", "-", name).lower()

print(parsed("keras==3.15.1 --hash=sha256:1f0c2a"))
print(parsed("keras>=3.1"), parsed("numpy"))
print(normal("Typing_Extensions"))

# %%
def lock_check(requirements, lock):
    """A code for each requirement."""
    ### BEGIN SOLUTION
    def numbers(version):
        return [*map(int, version.split(".")), 0, 0][:3]
    locked = {normal(name): rest
              for name, *rest in map(parsed, lock)}
    codes, none = [], (None, None, 0)
    for name, _, least, _ in map(parsed, requirements):
        sign, pin, hashes = locked.get(normal(name), none)
        codes.append(
            1 if sign is None else
            2 if sign != "==" or "*" in pin else
            3 if numbers(pin) < numbers(least or "0") else
            0 if hashes else 4)
    return codes
    ### END SOLUTION

# %%
check("records.lock_check", lock_check)

# %% [markdown]
# ## 6. Rows against a schema (2 points)
#
# A table arrives as texts, as a CSV file gives it. The schema says what each column may
# hold. Write `check_rows(rows, kinds, low, high, seen, most)`.
#
# | argument | what | type |
# |---|---|---|
# | `rows` | the table: one list for each row, with one text for each column | list of lists of texts |
# | `kinds` | kind of each column: `"float"`, `"int"` or `"category"` | list of texts |
# | `low`, `high` | lowest and highest number allowed in each column, both included; not used for categories | `(columns,)` |
# | `seen` | categories of each column that were seen in training; empty for a column of numbers | list of lists of texts |
# | `most` | share of nulls that each column may have at most | `(columns,)` |
#
# Each text is exactly one of these; take the first that holds:
#
# 1. **null**: the text is empty.
# 2. **unseen**: in a column of categories, the text is none of its categories, letter by
#    letter.
# 3. **wrong type**: in a column of numbers, Python's `float(text)` or, for `"int"`,
#    `int(text)` can't read it. So `"3.0"` is no int. The texts `nan` and `inf` don't occur. The function `number` below tries it.
# 4. **out of range**: the number is below the lowest or above the highest one allowed.
# 5. fine.
#
# A column **passes** if it has no text that is of a wrong type, out of range or unseen,
# and its share of nulls (their number divided by that of the rows) is at most the one in
# `most`.
#
# **Return** `(counts, passed)`: `counts` of shape `(columns, 4)` has for each column the
# number of texts of a wrong type, out of range, unseen and null, **in this order**;
# `passed` of shape `(columns,)` has 1 for each column that passes, else 0 (truth values
# will do as well). *Lesson: section 11.*

# %%
def number(text, kind):
    """The number in a text; None if it can't be read."""
    try:
        return int(text) if kind == "int" else float(text)
    except ValueError:
        return None

# %%
def check_rows(rows, kinds, low, high, seen, most):
    ### BEGIN SOLUTION
    counts = np.zeros((len(kinds), 5))
    for row in rows:
        for c, text in enumerate(row):
            value = number(text, kinds[c])
            rule = (
                3 if text == "" else
                4 if text in seen[c] else
                2 if kinds[c] == "category" else
                0 if value is None else
                4 if low[c] <= value <= high[c] else 1)
            counts[c, rule] += 1
    nulls = counts[:, 3] / len(rows)
    good = (counts[:, :3] == 0).all(axis=1)
    return counts[:, :4], good & (nulls <= most)
    ### END SOLUTION

# %%
check("records.check_rows", check_rows)

# %% [markdown]
# ## 7. The best items that a user has not seen (3 points)
#
# The first stage of a recommender gives every user the items whose vectors fit best. An
# item's **score** for a user is the dot product of both vectors. What a user has seen
# is not offered again.
#
# Write `retrieval(users, items, seen, k)` in your framework.
#
# | argument | what | shape |
# |---|---|---|
# | `users` | one vector for each user | `(users, d)` |
# | `items` | one vector for each item | `(items, d)` |
# | `seen` | 1 where the user has seen the item, else 0 | `(users, items)` |
# | `k` | how many items each user gets, at most as many as there are | int |
#
# Each user gets the `k` unseen items with the largest scores, the largest first. Of
# items with equal scores, the one with the **smaller index** comes first. `torch.topk`
# promises no order of equal values, and `tf.math.top_k` does. A score may be
# negative. If a user has fewer than `k` unseen items left, the last places have the
# index -1 and the score 0.
#
# **Return** `(indices, scores)`, both of shape `(users, k)`. *Lesson: section 12.*

# %% tags=["torch"] pair="retrieval"
def retrieval(users, items, seen, k):
    """Indices and scores of the best, (users, k)."""
    ### BEGIN SOLUTION
    scores = users @ items.T
    scores = scores.masked_fill(seen > 0, -torch.inf)
    scores, order = torch.sort(
        scores, dim=1, descending=True, stable=True)
    scores, order = scores[:, :k], order[:, :k]
    gone = torch.isinf(scores)
    return (order.masked_fill(gone, -1),
            scores.masked_fill(gone, 0))
    ### END SOLUTION

# %% tags=["torch"] pair="retrieval_check"
check("records.retrieval", retrieval, "torch")

# %% tags=["tensorflow"] pair="retrieval"
def retrieval(users, items, seen, k):
    """Indices and scores of the best, (users, k)."""
    ### BEGIN SOLUTION
    scores = tf.matmul(users, items, transpose_b=True)
    scores = tf.where(seen > 0, -np.inf, scores)
    scores, order = tf.math.top_k(scores, k)
    gone = tf.math.is_inf(scores)
    return (tf.where(gone, -1, order),
            tf.where(gone, 0.0, scores))
    ### END SOLUTION

# %% tags=["tensorflow"] pair="retrieval_check"
check("records.retrieval", retrieval, "tensorflow")

# %% [markdown]
# ## 8. Re-rank for variety (2 points)
#
# A list of the best items is often a list of one kind of item. The last stage of a
# recommender fills its places one after the other, and each item that is chosen makes
# others of its category less attractive.
#
# Write `rerank(scores, categories, penalty, k)`.
#
# | argument | what | type |
# |---|---|---|
# | `scores` | score of each candidate, in no order | `(items,)` |
# | `categories` | category of each candidate | list of ints |
# | `penalty` | what each chosen item of a category costs the others | float |
# | `k` | how many items are chosen, at most as many as there are | int |
#
# For each of the `k` places, in turn, the **adjusted score** of each candidate that is not
# chosen yet is `score - penalty * (number of items chosen so far of its category)`. The
# candidate with the largest adjusted score gets the place. Of several with equal ones,
# it is the one with the smaller index.
#
# **Return** `(chosen, adjusted)`, both of shape `(k,)`: the indices of the candidates in
# the order in which they were chosen, and the adjusted score with which each got its
# place. *Lesson: section 12.*

# %%
def rerank(scores, categories, penalty, k):
    """The k chosen, and the scores they won with."""
    ### BEGIN SOLUTION
    kinds, left = np.array(categories), scores.copy()
    chosen, adjusted = [], []
    for _ in range(k):
        best = np.argmax(left)  # the first of equal ones
        chosen.append(best)
        adjusted.append(left[best])
        left[kinds == kinds[best]] -= penalty
        left[best] = -np.inf
    return chosen, adjusted
    ### END SOLUTION

# %%
check("records.rerank", rerank)
