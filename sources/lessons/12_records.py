# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Records: what was run, and can it run again
#
# Nobody can repeat a number without a record, or say why the next one differs. You need
# [lesson 05](05_training_loops.ipynb) and [lesson 07](07_hidden_defaults.ipynb).
# Afterwards you can
#
# - keep a log of runs in SQL that finds the cause of two accuracies,
# - read the settings in force from the live objects of both frameworks,
# - pin, lock and verify what is installed, and pack it into an image,
# - check data against a schema, and build a recommender as one graph,
# - answer "which framework first?", and ten interview questions.
#
# | Section | Minutes |
# |---|---|
# | 1. Two accuracies, and no record | 2 |
# | 2. A table made right | 6 |
# | 3. Settings, read from the live objects | 3 |
# | 4. Explicit or default | 3 |
# | 5. What differs? | 6 |
# | 6. The same SQL on a server | 4 |
# | 7. MLflow | 3 |
# | 8. The same data, the same code | 4 |
# | 9. Pins, locks and hashes | 3 |
# | 10. One CUDA or two | 3 |
# | 11. Does the data fit the schema? | 3 |
# | 12. A recommender as one graph | 5 |
# | 13. Which first, and which for what | 2 |
# | 14. Common mistakes | 2 |
# | Quiz | 16 |
#
# Exercises are in
# [12_records_exercises](../exercises/12_records/12_records_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import torch
from torch import nn
from grader.production.records import (
    read_torch, train_torch)
torch.set_num_threads(1)  # small nets: faster
print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
import keras
from grader import device
from grader.production.records import (
    read_keras, train_keras)

device("tensorflow")  # before it takes the whole card
print("tensorflow", tf.__version__)

# %% name="tools"
import sqlite3
import numpy as np
from grader import agree, predict, reveal
from grader.pictures.records import (
    log_plots, recommend_plots, wheel_plots)
from grader.pictures.records.stored import stored
from grader.production.records.digits import digits
from grader.production.records.store import (
    Store, schema, stored_run)
from grader.production.records.values import (
    at, fingerprint, last)

# %% [markdown]
# ## 1. Two accuracies, and no record
#
# Last month a colleague trained a small network on pictures of digits, in the other
# framework. <!-- no claim --> Today you train the same layers on the same pictures, in the
# same order, for the same number of steps. Neither of you has set anything: all settings
# are defaults.
#
# `train` is the loop of [lesson 07](07_hidden_defaults.ipynb). <!-- no claim --> It gets no arguments here. Your colleague's run is
# stored with the course. <!-- no claim -->

# %% tags=["torch", "nbval-ignore-output"] pair="own"
theirs = stored("runs").result["tensorflow"]["metrics"]
mine_torch = train_torch.train(seed=0, written={})
log_plots.curves({"yours": mine_torch.metrics,
                  "your colleague's": theirs})
base_torch = last(mine_torch.metrics, "accuracy")
assert base_torch > 60 > last(theirs, "accuracy")

# %% tags=["tensorflow", "nbval-ignore-output"] pair="own"
theirs = stored("runs").result["torch"]["metrics"]
mine_keras = train_keras.train(seed=0, written={})
log_plots.curves({"yours": mine_keras.metrics,
                  "your colleague's": theirs})
base_keras = last(mine_keras.metrics, "accuracy")
assert base_keras < 60 < last(theirs, "accuracy")

# %% [markdown]
# The losses are alike, and the accuracies on held-out pictures are far apart: PyTorch's
# is above 60 %, and Keras's below. <!-- shown: own --> Do not read from the picture which
# of them is right. Both programs did what their settings say. But which settings were
# those? With other seeds the gap is smaller or larger.
#
# ## 2. A table made right
#
# *Which columns must a table of runs have?*
#
# An obvious try is one row for each run, with columns for the learning rate, Adam's ε and
# the initializer. <!-- no claim --> Then the setting that mattered has no column, because
# nobody had thought of it. So settings must be *rows*, not columns: any number of them,
# whatever their names.

# %% name="tables"
log_plots.tables(schema())
tables = schema().split("\n\n")
print(tables[1], tables[2], sep="\n")

# %% [markdown]
# The log has three tables: what was run; each setting that was in force; each metric with
# its step. **SQLite** is a database that lives in one file or in memory, and Python brings
# it along: there is no server to install. <!-- shown: by_hand -->

# %% name="by_hand"
log = sqlite3.connect(":memory:")
log.executescript(schema())
log.execute("""INSERT INTO runs
    (run, framework, version, code, data, seed) VALUES
    ('one', 'torch', '2.13.0', 'a1b2c3', 'd4e5', 0)""")
log.execute("""INSERT INTO settings VALUES ('one',
    'optimizer', 'epsilon', '1e-08', 1e-8, FALSE)""")
row = log.execute("SELECT * FROM settings").fetchone()
print(row)
assert row[4] == float(row[3])

# %% [markdown]
# Each setting has a place, such as `optimizer` or the name of a layer, and a name. <!-- no claim -->
# Its value is kept as text, and once more as a number where it is one, so that SQL can
# compare. <!-- shown: by_hand --> The last number, 0, is `FALSE`. <!-- no claim -->
#
# **How it breaks.** The schema says that each setting and each metric belongs to a run, by
# the word `REFERENCES`. <!-- no claim --> But SQLite checks it only if you ask, for each
# connection, and while no transaction is open, which is why `refused` begins with
# `rollback`. <!-- shown: orphan, refused -->

# %% name="orphan"
metric = """INSERT INTO metrics VALUES
    ('nobody', 1, 'loss', 0.5)"""
log.execute(metric)
found = log.execute("SELECT * FROM metrics").fetchone()
print(found)
assert found[0] == "nobody"

# %% tags=["raises-exception"] name="refused"
log.rollback()
log.execute("PRAGMA foreign_keys = ON")
log.execute(metric)

# %% [markdown]
# `Store`, which the lesson uses from here on, asks for this check, and
# adds a run whole or not at all. <!-- no claim -->
#
# **You try:** `framework` may only be `torch` or `tensorflow`. <!-- shown: by_hand --> Write
# another one into `by_hand`'s first row. Who refuses it, Python or the database? <!-- try: by_hand `'torch'` with `'numpy'` raises -->
#
# <details><summary>Answer</summary>
#
# The database: its `CHECK` fails, whichever program writes. So a rule belongs in the
# schema, where no program can forget it.
#
# </details>
#
# ## 3. Settings, read from the live objects
#
# You wrote `Adam(model.parameters())`, and your colleague wrote
# `Adam()`. <!-- no claim --> Whoever writes no settings has them all the same:

# %% tags=["torch"] pair="in_force"
optimizer = mine_torch.optimizer
(group,) = optimizer.param_groups
names = [name for name in group if name != "params"]
print(len(names), "settings:", *names)
assert len(names) > 10

# %% tags=["tensorflow"] pair="in_force"
optimizer = mine_keras.optimizer
config = optimizer.get_config()
names = [name for name in config if name != "name"]
print(len(names), "settings:", *names)
assert len(names) > 10

# %% [markdown]
# There are more than ten in either framework. <!-- shown: in_force --> Three rules make a record of them useful.
#
# **One name for one thing.** PyTorch's `eps` and Keras's `epsilon` go by one
# name. <!-- shown: norm_rows `norm["kept"]` --> For batch norm's momentum it is not enough to
# rename: PyTorch's is the share of the batch, and Keras's the share of the old
# value. <!-- shown: norm_rows `norm["kept"]` --> So the log has `kept`:
# $1 - 0.1 = 0.9$ in PyTorch, and 0.99 in Keras. <!-- shown: norm_rows `norm["kept"]` -->
#
# **Say what can't be read.** Keras's layers keep their initializers. <!-- shown: norm_rows `starts` -->
# PyTorch's layers draw their weights and forget how. <!-- shown: norm_rows `starts` --> There you can
# record the standard deviation of the weights at the start, as a metric of step 0. <!-- no claim -->

# %% tags=["torch"] pair="norm_rows"
made = mine_torch.model, mine_torch.optimizer
norm = at(read_torch.settings(*made, {}), "norm1")
layer = vars(mine_torch.model.norm1)
starts = [name for name in layer if "init" in name]
print(norm)
print("kept of the start:", starts)
assert (norm["kept"], norm["epsilon"]) == (0.9, 1e-5)
assert len(starts) == 0

# %% tags=["tensorflow"] pair="norm_rows"
made = mine_keras.model, mine_keras.optimizer
norm = at(read_keras.settings(*made, {}), "norm1")
layer = vars(mine_keras.model.get_layer("norm1"))
starts = [name for name in layer if "init" in name]
print(norm)
print("kept of the start:", starts)
assert (norm["kept"], norm["epsilon"]) == (0.99, 1e-3)
assert len(starts) == 4

# %% [markdown]
# **Read what acts.** A schedule has changed the learning rate since the optimizer was
# made. PyTorch's `defaults` still has the old rate, and `param_groups` has the one that
# the next step uses. <!-- shown: now --> In Keras, `get_config` describes the schedule, and the
# attribute has the rate. <!-- shown: now -->

# %% tags=["torch"] pair="now"
weights_torch = [nn.Parameter(torch.ones(1))]
scheduled = torch.optim.SGD(weights_torch, lr=0.1)
schedulers = torch.optim.lr_scheduler
halve = schedulers.StepLR(scheduled, 1, 0.5)
scheduled.step()
halve.step()
rate = scheduled.param_groups[0]["lr"]
print(scheduled.defaults["lr"], rate)
assert (scheduled.defaults["lr"], rate) == (0.1, 0.05)

# %% tags=["tensorflow"] pair="now"
halve = keras.optimizers.schedules.ExponentialDecay(
    0.1, decay_steps=1, decay_rate=0.5)
scheduled = keras.optimizers.SGD(halve)
weights = [keras.Variable([1.0])]
scheduled.apply([tf.zeros(1)], weights)
config = scheduled.get_config()["learning_rate"]
rate = float(scheduled.learning_rate)
print(config["class_name"], f"{rate:.3f}")
agree(rate, 0.05)

# %% [markdown]
# Practise this in `records.optimizer_settings`. <!-- no claim -->
#
# ## 4. Explicit or default
#
# *Did somebody choose 0.001, or did it just happen?* <!-- no claim -->
#
# A setting is **explicit** if somebody wrote it, even if it equals the default. The
# difference matters when a default changes with a new version: an explicit setting stays.
# `torch.load`, for example, loads only weights by default since PyTorch
# 2.6 ([from the documentation](https://docs.pytorch.org/docs/stable/notes/serialization.html)).
#
# A live optimizer can't tell: `Adam` with its default rate written out equals `Adam`
# without. <!-- shown: alike -->

# %% tags=["torch"] pair="alike"
plain = torch.optim.Adam(weights_torch)
told = torch.optim.Adam(weights_torch, lr=0.001)
print(plain.defaults == told.defaults)
assert plain.defaults == told.defaults

# %% tags=["tensorflow"] pair="alike"
plain = keras.optimizers.Adam(name="adam")
told = keras.optimizers.Adam(0.001, name="adam")
print(plain.get_config() == told.get_config())
assert plain.get_config() == told.get_config()

# %% [markdown]
# So whoever *makes* an object must keep what was written. The cure is to write arguments
# into a dictionary first, to pass that dictionary, and to record its
# keys: <!-- no claim -->

# %% tags=["torch"] pair="explicit"
written = {"optimizer": {"lr": 0.001}}
net, given = nn.Linear(1, 1), written["optimizer"]
opt = torch.optim.Adam(net.parameters(), **given)
rows = read_torch.settings(net, opt, written)
print(*rows[:2])
assert [r.explicit for r in rows[:2]] == [True, False]

# %% tags=["tensorflow"] pair="explicit"
written = {"optimizer": {"learning_rate": 0.001}}
opt = keras.optimizers.Adam(**written["optimizer"])
rows = read_keras.settings(
    keras.Sequential(), opt, written)
print(*rows[:2])
assert [r.explicit for r in rows[:2]] == [True, False]

# %% [markdown]
# Practise this in `records.explicit`. <!-- no claim -->
#
# **You try:** write the rate 0.002, and read the rows again. What changes in the first
# row? <!-- try: explicit `0.001` with `0.002`; explicit + `assert rows[0].explicit` -->
#
# <details><summary>Answer</summary>
#
# The value alone. The setting was explicit before.
#
# </details>
#
# ## 5. What differs?
#
# Now both runs go into one log. *Predict:* Keras keeps its rate as 0.0010000000474974513, in float32. <!-- no claim --> Will the log say that the learning rates
# differ?

# %% name="ask_rate"
predict("records.rate", ..., a="yes", b="no")
log = Store.sqlite()
for run in stored("runs").result.values():
    log.add(*stored_run(run))

# %% tags=["torch"] pair="record"
train_torch.record(log, "my-torch", mine_torch)
found = log.differences("my-torch", "stored-keras")
both = [row for row in found if None not in row]
print(len(found), "differences; known on both sides:")
print(*both, sep="\n")
assert len(found) > 100 > 10 > len(both)

# %% tags=["tensorflow"] pair="record"
train_keras.record(log, "my-keras", mine_keras)
found = log.differences("my-keras", "stored-torch")
both = [row for row in found if None not in row]
print(len(found), "differences; known on both sides:")
print(*both, sep="\n")
assert len(found) > 100 > 10 > len(both)

# %% name="rate"
names = [row[1] for row in both]
reveal("records.rate", "b")
assert "learning_rate" not in names
assert "kept" in names

# %% [markdown]
# A **view** is a question in SQL that is asked like a table. In the view `differences`, two numbers $a$ and $b$ are equal if $|a - b| \le 10^{-6}\,(|a| + |b|)$, so that rounding to float32 is no
# difference. <!-- shown: rate `not in names` --> Other values are compared as text. A setting that
# only one run has is a difference, too, and there are more than 100 of
# these, because each framework has its own. <!-- shown: record --> Fewer than ten are known on
# both sides, and two of them say the same in other words: the padding of the
# pools. <!-- shown: record -->
#
# Suspects are these few, and what one side alone records, such as the
# initializers ([lesson 07](07_hidden_defaults.ipynb#4.-One-cause-at-a-time)). *Predict:* give your net the other's value. Which changes the accuracy most?

# %% name="ask_cause"
predict("records.cause", ..., a="Adam's epsilon",
        b="batch norm's epsilon",
        c="what batch norm keeps")

# %% tags=["torch", "nbval-ignore-output"] pair="suspects"
def both_norms(**one):
    return {"norm1": one, "norm2": one}

suspects = {
    "Adam's epsilon": {"optimizer": {"eps": 1e-7}},
    "batch norm's epsilon": both_norms(eps=1e-3),
    "what batch norm keeps":
        both_norms(momentum=0.01)}
points = {}
for name, written in suspects.items():
    changed_torch = train_torch.train(0, written)
    points[name] = last(
        changed_torch.metrics, "accuracy") - base_torch
log_plots.changes(points)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="suspects"
def both_norms(**one):
    return {"norm1": one, "norm2": one}

suspects = {
    "Adam's epsilon": {"optimizer": {"epsilon": 1e-8}},
    "batch norm's epsilon": both_norms(epsilon=1e-5),
    "what batch norm keeps":
        both_norms(momentum=0.9)}
points = {}
for name, written in suspects.items():
    changed_keras = train_keras.train(0, written)
    points[name] = last(
        changed_keras.metrics, "accuracy") - base_keras
log_plots.changes(points)

# %% name="cause"
reveal("records.cause", "c")
sizes = {name: abs(p) for name, p in points.items()}
assert sizes["what batch norm keeps"] > 15
assert sizes["Adam's epsilon"] < 15
assert sizes["batch norm's epsilon"] < 15

# %% [markdown]
# What batch norm keeps moves the accuracy by more than 15 points. <!-- shown: cause `> 15` -->
# Each epsilon moves it by less. <!-- shown: cause `["Adam's`, cause `["batch norm's` --> Batch norm's
# reason: with $0.99$, $0.99^{80} \approx 0.45$ of the running statistics' start is still left after all
# steps ([lesson 07](07_hidden_defaults.ipynb#5.-Statistics-that-lag-behind)). One run for each is
# too few to read other sizes. Nor is it the whole story: with the other's
# value, PyTorch stays more than 15 points above Keras, while Keras comes nearer to
# PyTorch. <!-- shown: found `rest > 15`, found `rest < 15` -->
#
# With the changed run in the log, the view shows what we changed, and nothing else: <!-- shown: found `found ==` -->

# %% tags=["torch"] pair="found"
train_torch.record(log, "new-torch", changed_torch)
found = log.differences("my-torch", "new-torch")
print(*found, sep="\n")
rest = last(changed_torch.metrics, "accuracy") - last(
    stored("runs").result["tensorflow"]["metrics"],
    "accuracy")
assert found == [("norm1", "kept", "0.9", "0.99"),
                 ("norm2", "kept", "0.9", "0.99")]
assert rest > 15

# %% tags=["tensorflow"] pair="found"
train_keras.record(log, "new-keras", changed_keras)
found = log.differences("my-keras", "new-keras")
print(*found, sep="\n")
rest = last(stored("runs").result["torch"]["metrics"],
            "accuracy") - last(
    changed_keras.metrics, "accuracy")
assert found == [("norm1", "kept", "0.99", "0.9"),
                 ("norm2", "kept", "0.99", "0.9")]
assert rest < 15

# %% [markdown]
# You write the comparison yourself in `records.differences`. <!-- no claim -->
#
# ## 6. The same SQL on a server
#
# When several machines write at once, the log belongs
# on a server, such as **PostgreSQL**, a database that many programs use over the network.
# The file of SQL stays the same. We put the two stored
# runs in, and asked for their differences: <!-- no claim -->

# %% name="server"
server = stored("postgresql")
print(server.provenance)
here = log.differences("stored-torch", "stored-keras")
there = [tuple(r) for r in server.result["differences"]]
print(len(here), "here,", len(there), "there")
assert here == there

# %% [markdown]
# The rows are the same. <!-- shown: server --> A popular example names its table by three parts. <!-- no claim --> *Predict:* which of our two databases, neither called `lab`, accepts
# the table `lab.records.runs`?

# %% name="ask_parts"
predict("records.parts", ..., a="both",
        b="PostgreSQL alone", c="neither")

# %% tags=["raises-exception"] name="three_parts"
log.connection.execute(
    "INSERT INTO lab.records.runs (run) VALUES ('one')")

# %% name="parts"
reveal("records.parts", "c")
refused = server.result["refused"]
print("PostgreSQL:", refused["three parts"])
print("PostgreSQL:", refused["no number"])
log.connection.execute("UPDATE runs SET seed = 'seven'")
((seed,), *_) = log.query("SELECT seed FROM runs")
log.connection.rollback()
print("SQLite keeps", repr(seed))
assert seed == "seven"
assert "cross-database" in refused["three parts"]
assert "invalid input" in refused["no number"]

# %% [markdown]
# SQLite knows at most two parts, an attached file and a table, so that the second dot is
# an error of syntax. <!-- shown: three_parts --> In PostgreSQL, three parts are database,
# schema and table, and one connection reaches one
# database. <!-- shown: parts `cross-database` --> The first part must be its name. The cure is a
# plain name.
#
# **How it breaks.** Equal SQL does not mean equal rules. SQLite stores a text in a column
# of whole numbers, unless the table is `STRICT`. <!-- shown: parts `== "seven"` --> PostgreSQL refuses
# it. <!-- shown: parts `invalid input` -->
#
# ## 7. MLflow
#
# **MLflow** is a widely used log of runs in a database. Its *autolog* promises to notice settings by itself, so we
# trained with it. *Predict:* for Keras's `fit`, which of these does it note: Adam's ε, the
# initializers, or what batch norm keeps?

# %% name="mlflow"
predict("records.autolog", ..., a="all three",
        b="the epsilon alone", c="none")
tracked = stored("mlflow")
print(tracked.provenance)
for framework, runs in tracked.result.items():
    for way, run in runs.items():
        count = len(run["params"])
        print(f"{framework}, {way}: {count} parameters",
              run["error"] or "")
without = tracked.result["without TensorBoard"]
error = without["fit, tensorflow.autolog"]["error"]
assert error.startswith("TBNotInstalledError")
assert without["fit, autolog"]["error"] is None

# %% name="autolog"
reveal("records.autolog", "b")
noted = tracked.result["tensorflow"]["fit, autolog"]
loops = [tracked.result[half]["loop, autolog"]
         for half in ("torch", "tensorflow")]
names = noted["params"]
print(*names)
assert names["optimizer_epsilon"] == "1e-07"
layers = [n for n in names
          if "initializer" in n or "batch_norm" in n]
assert len(layers) == 0
assert [len(run["params"]) for run in loops] == [0, 0]

# %% [markdown]
# Among autolog's parameters for `fit` is Adam's ε. <!-- shown: autolog `optimizer_epsilon` --> None is an
# initializer, or of batch norm, which made the difference
# here. <!-- shown: autolog `layers` --> Of a loop written by hand it notes nothing, in
# either framework. <!-- shown: autolog `[0, 0]` --> For PyTorch, it knows Lightning's
# trainer ([from the documentation](https://mlflow.org/docs/latest/ml/deep-learning/pytorch/)).
# We used `mlflow.keras.autolog`, the one for Keras
# 3 ([from the documentation](https://mlflow.org/docs/latest/python_api/mlflow.keras.html)). It saved
# no model. The older `mlflow.tensorflow.autolog` ends `fit` with an error
# where TensorBoard is missing. <!-- shown: mlflow `startswith` -->
#
# The cure is one line with the rows that we read ourselves: <!-- no claim -->
#
# ```python
# mlflow.log_params({f"{s.place}.{s.name}": s.value
#                    for s in settings})
# ```
#
# To run it, install the extra `tracking` and call
# `python -m grader.production.records.with_mlflow`. <!-- no claim -->
#
# ## 8. The same data, the same code
#
# *The settings are equal. Is the data?*
#
# A **fingerprint** is a short number computed from all bytes, so that other bytes practically
# always give another one. Ours is SHA-256 of an array's dtype, its shape and its
# numbers. <!-- no claim --> The log's column `data` has that of images and
# labels together. <!-- no claim --> *Predict:* which of these three copies has the fingerprint of
# the original?

# %% name="ask_fingerprint"
predict("records.fingerprint", ..., a="in float64",
        b="columns first in memory", c="two rows swapped")

# %% name="fingerprints"
data = digits(seed=0).images[:, 0]  # (2560, 8)
swapped = np.concatenate([data[1::-1], data[2:]])
copies = {"float64": data.astype(np.float64),
          "columns first": np.asfortranarray(data),
          "rows swapped": swapped}
same = [name for name, copy in copies.items()
        if fingerprint(copy) == fingerprint(data)]
print(fingerprint(data)[:16], same)
reveal("records.fingerprint", "b")
assert same == ["columns first"]

# %% [markdown]
# Where numbers lie in memory is no property of the data. <!-- shown: fingerprints --> The order of rows *is* one, because it decides the batches.
#
# A set of settings gets a fingerprint by its text, if the text is always the same: keys
# sorted, no spaces, UTF-8. <!-- no claim --> You compute it in `records.fingerprint`. <!-- no claim --> It is stricter than the view: float32's 0.001 has another fingerprint. <!-- no claim -->

# %% name="canonical"
import hashlib, json

def canonical(settings):
    return json.dumps(settings, sort_keys=True,
                      separators=(",", ":"),
                      ensure_ascii=False)

text = canonical({"rate": 0.001, "epsilon": 1e-07})
digest = hashlib.sha256(text.encode("utf-8")).digest()
print(text, list(digest[:8]))
swapped = {"epsilon": 1e-07, "rate": 0.001}
assert text == canonical(swapped)

# %% [markdown]
# With the data, the seed and the settings, the run can be repeated. On this CPU and in these
# versions (in PyTorch with one thread), all losses are equal to the last
# digit: <!-- shown: again -->

# %% tags=["torch"] pair="again"
one, other = [train_torch.train(0, {}).metrics
              for _ in range(2)]
print(one == other)
assert one == other

# %% tags=["tensorflow"] pair="again"
with tf.device("CPU"):
    one, other = [train_keras.train(0, {}).metrics
                  for _ in range(2)]
print(one == other)
assert one == other

# %% [markdown]
# On another processor or in another version they need not
# be ([from the documentation](https://docs.pytorch.org/docs/stable/notes/randomness.html)).
# The last part is the code: record the commit, and refuse to run while files differ from
# it. `git describe --always --dirty` tells both, but overlooks new files: `git status` lists them. <!-- no claim -->
#
# ## 9. Pins, locks and hashes
#
# *You ask for PyTorch from this version on: which one do you get next year?*
#
# A *range* says which versions may be installed, and the newest wins. A **pin** names one
# version. A **lock** pins every package, those included that others bring
# along. <!-- no claim -->

# %% name="ranges"
from packaging.requirements import Requirement

fitting = {}
for text in "torch>=2.13,<3", "torch==2.13.0":
    asked = Requirement(text).specifier
    fitting[text] = [v for v in ("2.12.1", "2.13.0",
                     "2.13.1", "2.14.1", "3.0.0")
                     if v in asked]
    print(text, "->", fitting[text])
assert len(fitting["torch>=2.13,<3"]) == 3
assert fitting["torch==2.13.0"] == ["2.13.0"]

# %% [markdown]
# The range admits three of these versions, and the pin one. <!-- shown: ranges `== 3`, ranges `["2.13.0"]` -->
# A pin alone does not fix the *bytes*: another index may offer another file of the same
# version. So a good lock has the file's hash, and pip refuses any other file
# (`--require-hashes`). <!-- no claim --> Each wheel brings a list of its files with their hashes
# along, so that you can verify what is installed: <!-- no claim -->

# %% name="hashes"
import base64
from importlib.metadata import files

def hashed(content):
    digest = hashlib.sha256(content).digest()
    text = base64.urlsafe_b64encode(digest).decode()
    return text.rstrip("=")

file = next(f for f in files("packaging")
            if f.name == "version.py")
content = file.read_binary()
print(hashed(content) == file.hash.value)
print(hashed(content + b"#") == file.hash.value)
assert hashed(content) == file.hash.value
assert hashed(content + b"#") != file.hash.value

# %% [markdown]
# A single sign more is noticed. <!-- shown: hashes `!=` --> This finds accidents, and no attacker: an attacker changes both. <!-- no claim --> Practise this in `records.lock_check`. <!-- no claim -->
#
# **You try:** which versions does `torch~=2.13.0` admit? <!-- try: ranges `"torch==2.13.0":` with `"torch==2.13.0", "torch~=2.13.0":`; ranges + `assert fitting["torch~=2.13.0"] == ["2.13.0", "2.13.1"]` -->
#
# <details><summary>Answer</summary>
#
# Two of these: 2.13.0 and 2.13.1. The last part alone may grow.
#
# </details>
#
# ## 10. One CUDA or two
#
# *May both frameworks share an image?*
#
# You often read that they may not. <!-- no claim --> Their wheels say what they ask for: <!-- no claim -->

# %% name="wheels"
wheels = stored("wheels")
print(wheels.provenance)
for framework, asked in wheels.result["asked"].items():
    cudnn = next(a for a in asked if "cudnn" in a)
    print(framework, "->", cudnn)
assert 'extra == "and-cuda"' in cudnn
shared = wheels.result["shared"]
wheel_plots.shared(shared)
cudnn = shared["cuDNN"]
assert cudnn["both"] == cudnn["differ"] != []
assert cudnn["only"][1] == 0
assert all(path.startswith("nvidia/cudnn/")
           for path in cudnn["both"])
assert "cu13" in cudnn["wheels"][1]

# %% [markdown]
# **cuDNN** is NVIDIA's library of layers. PyTorch's wheel on PyPI for Linux asks for the one of
# CUDA 13. <!-- shown: wheels `cu13` --> TensorFlow's asks for the one of CUDA 12 if you install
# `tensorflow[and-cuda]`, and for none otherwise. <!-- shown: wheels `"and-cuda"` --> For pip they are two packages, but their files lie in one folder, `nvidia/cudnn`. <!-- shown: wheels `all` -->
# Every file of CUDA 13's is also in CUDA 12's, with other
# contents. <!-- shown: wheels `differ`, wheels `[1] == 0` --> pip does not look at that: the wheel installed last wins, and one framework loads another CUDA's cuDNN. The second bar is NCCL,
# NVIDIA's library for several GPUs. The picture does not show that
# something must crash, but that you can't know.
#
# So the rule is: one CUDA for each environment. For CPUs there is no CUDA, and both live in
# one image. For GPUs, take one image for each framework, or both from conda-forge, which builds them against one
# CUDA ([from the documentation](https://conda-forge.org/docs/user/cuda/)).
#
# The driver is no part of an image, because it belongs to the host's kernel. CUDA 12 needs
# a driver of at least version 525 on Linux, CUDA 13 one of at least 580, and a newer
# driver runs older CUDAs
# ([from the documentation](https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/index.html)).
#
# A **Containerfile** lists the steps that build an image; `Dockerfile` is its older name. <!-- no claim -->

# %% name="containerfile"
from grader.production.images.build import containerfile

text = containerfile("torch-cpu")
print(text)
assert "-c /build/constraints.txt" in text
assert "pip check" in text

# %% [markdown]
# It installs the tested set's pins, though without hashes, and runs `pip check`, which fails
# if two packages contradict one another. <!-- shown: containerfile `constraints`, containerfile `check` -->
# `make image IMAGE=torch-cpu` builds it, once `PIP_EXTRA_INDEX_URL` says where PyTorch's CPU builds are. <!-- no claim --> `tensorflow-cpu` and `both-cpu` are built alike; the three
# for GPUs have never been built here. <!-- no claim --> The base is a tag, whose image may change.
#
# ## 11. Does the data fit the schema?
#
# *The pixels went from 0 to 1 yesterday, and go from 0 to 16 today: who notices?*
#
# Neither framework does, and [lesson 06](06_data.ipynb#7.-Layout,-scale-and-dtype) shows what
# it costs. <!-- no claim --> A **schema** of data says for each column which dtype and which
# values it may have, and whether a value may be missing. By hand:

# %% name="check_by_hand"
from grader.production.records import check_digits

table = check_digits.rows()
ink = table["ink"]
print(ink, table["label"])
broken = {"missing": np.flatnonzero(np.isnan(ink)),
          "range": np.flatnonzero((ink < 0) | (ink > 1))}
print({rule: rows.tolist()
       for rule, rows in broken.items()})
assert broken["missing"].tolist() == [3]
assert broken["range"].tolist() == [2]

# %% [markdown]
# One value is missing and one is out of range. <!-- shown: check_by_hand `[3]`, check_by_hand `[2]` -->
# A missing value is *not* out of range, because each comparison with NaN is
# false. <!-- shown: check_by_hand `[2]` --> So both rules are needed. The library **pandera** keeps
# such rules as one object, here by a line for each column:
#
# ```python
# "ink": Column("float32", Check.in_range(0, 1)),
# ```
#
# Asked with `lazy=True`, it names every row that breaks a rule: <!-- no claim -->

# %% name="pandera"
checked = stored("schema")
print(checked.provenance)
for column, rule, row, value in checked.result:
    print(f"{column}: row {row} has {value}, rule {rule}")
assert ["ink", "not_nullable", 3, "nan"] in checked.result
assert len(checked.result) == 3

# %% [markdown]
# It finds the label that is too large, too. <!-- shown: pandera `== 3` --> To run it, use
# `pip install "tandem-course[schemas]"`, and call `python -m grader.production.records.check_digits`. <!-- no claim -->
# Practise this in `records.check_rows`. <!-- no claim -->
#
# **TFX** is TensorFlow's own pipeline: its part for data, TFDV, draws up a schema from
# examples and checks new ones. <!-- no claim --> In November 2026 its last version is 1.21,
# which pins TensorFlow 2.21
# ([from the documentation](https://pypi.org/project/tfx/)).
#
# ## 12. A recommender as one graph
#
# *A shop shows you three of a million things. How are they found?*
#
# In three stages. **Retrieval** finds some candidates by a product of vectors, which is
# fast. *Scoring* rates each candidate with a larger model. *Re-ranking* looks at the list
# as a whole: here, each item that is shown costs the others of its category four points.
#
# By hand, vectors have two numbers. The model for scoring sees four of each candidate: its vector,
# and the vector's products with the user's. It has two dense layers, with ReLU between. A shop
# would train it; our weights are for paper: <!-- no claim -->

# %% name="shop"
items = np.array([[3, 0], [2, .5], [0, 3], [-1, 2],
                  [4, 1], [-2, -2]], np.float32)
category = np.array([0, 0, 1, 1, 0, 2])
user = np.array([2, 1], np.float32)
scores = items @ user
near = np.argsort(-scores, kind="stable")[:4]
print("scores:", scores, "retrieved:", near)
assert near.tolist() == [4, 0, 1, 2]

# %% name="score_by_hand"
found = items[near]
pairs = np.concatenate([found, user * found], axis=1)
first = np.float32([[0, -1], [0, 0], [1, 0], [-3, 1]])
second = np.float32([[1], [1]])
rated = (np.maximum(pairs @ first, 0) @ second)[:, 0]
best_first = near[np.argsort(-rated)]
print("rated:", rated, "best first:", best_first)
assert best_first.tolist() == [0, 4, 2, 1]

# %% tags=["torch"] pair="scorer"
scorer = nn.Sequential(
    nn.Linear(4, 2, bias=False), nn.ReLU(),
    nn.Linear(2, 1, bias=False))
scorer[0].weight = nn.Parameter(torch.tensor(first.T))
scorer[2].weight = nn.Parameter(torch.tensor(second.T))
agree(scorer(torch.tensor(pairs))[:, 0], rated)

# %% tags=["tensorflow"] pair="scorer"
scorer_tf = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(2, "relu", use_bias=False),
    keras.layers.Dense(1, use_bias=False)])
scorer_tf.set_weights([first, second])
agree(scorer_tf(pairs)[:, 0], rated)

# %% name="rerank_by_hand"
penalty = 4.0
rating, shown = rated, []
for place in range(3):
    best = np.argmax(rating)
    shown.append(int(near[best]))
    alike = category[near] == category[near[best]]
    rating = rating - penalty * alike
    rating[best] = -np.inf
recommend_plots.recommended(user, items, category,
                            near, shown)
if penalty == 4:
    assert shown == [0, 2, 4]

# %% [markdown]
# Grey marks are retrieved. The number inside is the item's, and the shape its
# category. <!-- no claim --> Scoring has put item 0 before item 4, which retrieval had
# first. <!-- shown: score_by_hand --> Item 4 has the second best rating and is shown last, because an item of
# its category is shown already. <!-- shown: rerank_by_hand -->
# Do not judge by distance: a product of vectors also grows with length.
#
# **You try:** set `penalty` to 0. <!-- try: rerank_by_hand `penalty = 4.0` with `penalty = 0.0`; rerank_by_hand + `assert shown == best_first[:3].tolist()` -->
#
# <details><summary>Answer</summary>
#
# The candidates appear in the order of their ratings: 0, 4, 2.
#
# </details>
#
# All stages fit into *one* graph, which takes a user and returns what to show:

# %% tags=["torch"] pair="rerank"
def rerank_torch(rating, kinds, near):
    shown = []
    for place in range(3):
        best = rating.argmax()
        shown.append(near[best])
        rating = rating - 4.0 * (kinds == kinds[best])
        taken = torch.arange(4) == best
        rating = rating.masked_fill(taken, -torch.inf)
    return torch.stack(shown)

# %% tags=["tensorflow"] pair="rerank"
def rerank_tf(rating, kinds, near):
    shown = []
    for place in range(3):
        best = tf.argmax(rating)
        shown.append(near[best])
        alike = tf.cast(kinds == kinds[best],
                        tf.float32)
        taken = tf.range(4, dtype=best.dtype) == best
        rating = tf.where(taken, -np.inf,
                          rating - 4.0 * alike)
    return tf.stack(shown)

# %% tags=["torch"] pair="shown"
table = torch.tensor(items)
kinds = torch.tensor(category)
class Shop(nn.Module):
    def forward(self, user):
        near = (table @ user).topk(4).indices
        found = table[near]
        pairs = torch.cat([found, user * found], dim=1)
        rating = self.scorer(pairs)[:, 0]
        return rerank_torch(rating, kinds[near], near)
asking, shop = torch.tensor(user), Shop()
shop.scorer = scorer
program = torch.export.export(shop, (asking,))
answer = program.module()(asking)
print(len(program.graph.nodes), "nodes:", answer)
agree(answer, [0, 2, 4])

# %% tags=["tensorflow"] pair="shown"
@tf.function
def shop(user):
    scores = tf.linalg.matvec(items, user)
    near = tf.math.top_k(scores, 4).indices
    found = tf.gather(items, near)
    pairs = tf.concat([found, user * found], axis=1)
    rating = scorer_tf(pairs)[:, 0]
    kinds = tf.gather(category, near)
    return rerank_tf(rating, kinds, near)

asking = tf.constant(user)
graph = shop.get_concrete_function(asking).graph
answer = shop(asking)
print(len(graph.get_operations()), "nodes:", answer)
agree(answer, [0, 2, 4])

# %% [markdown]
# Both graphs show the items that were found by hand. <!-- shown: shown --> What a real shop adds
# is size: tables of vectors that fit on no single machine. TorchRec spreads them over many
# GPUs, and many of Meta's recommenders are built with
# it ([from the documentation](https://github.com/meta-pytorch/torchrec)).
# TensorFlow's addition for such tables, TFRA, needs TensorFlow 2.16 or
# older in its last version, 0.8.1 of 2024 ([from the documentation](https://pypi.org/project/tensorflow-recommenders-addons/)).
#
# Of equal scores, `tf.math.top_k` takes the lower index
# first ([from the documentation](https://www.tensorflow.org/api_docs/python/tf/math/top_k)). `torch.topk`
# promises no order ([from the documentation](https://docs.pytorch.org/docs/stable/generated/torch.topk.html)).
# Practise in `records.retrieval` and `records.rerank`. <!-- no claim -->
#
# ## 13. Which first, and which for what
#
# *Which framework should you learn first?* The one that your course, your team or your
# project uses. That, like every other answer, is an opinion.
# [Lesson 00](00_start_here.ipynb#1.-Which-framework-first?) has more. Which fits
# a *task* can be measured or looked up. Documents are of November 2026. <!-- no claim -->
#
# | Task | What is so | How we know |
# |---|---|---|
# | stop inside of a model | both run step by step; in compiled code they differ <!-- no claim --> | measured, [lesson 09](09_debugging.ipynb#2.-A-breakpoint-in-compiled-code) |
# | many small operations | PyTorch's cost less; compilers help both <!-- no claim --> | measured, [lesson 03](03_graphs.ipynb#9.-What-a-compiler-gains) |
# | a certain accuracy | either, once the defaults are aligned <!-- no claim --> | measured, [lesson 07](07_hidden_defaults.ipynb#6.-Everything-aligned) |
# | a loop of your own, or `fit` | loops in both; `fit` in Keras, and in PyTorch by add-ons <!-- no claim --> | measured, [lesson 05](05_training_loops.ipynb#12.-fit,-and-real-data) |
# | layers that run on either | Keras, with PyTorch below <!-- no claim --> | measured, [lesson 08](08_porting.ipynb#14.-One-file,-two-frameworks) |
# | a language model that is trained already | Transformers 5 has PyTorch alone | [from the documentation](https://github.com/huggingface/transformers/pull/40760) |
# | Keras's own trained models | KerasHub, which replaced KerasNLP | [from the documentation](https://keras.io/keras_hub/) |
# | a phone | LiteRT, from Keras, and from PyTorch in an environment of its own <!-- no claim --> | measured, lesson 10: [LiteRT](10_export.ipynb#11.-LiteRT), [PyTorch](10_export.ipynb#12.-Delegates,-and-PyTorch-on-a-phone) |
# | a browser, or Java | ONNX Runtime takes both <!-- no claim --> | measured, lesson 10: [browser](10_export.ipynb#13.-In-the-browser), [Java](10_export.ipynb#14.-In-Java) |
# | many requests | batching matters in both <!-- no claim --> | measured, [lesson 11](11_serving.ipynb#6.-Dynamic-batching) |
# | a server that is kept up | TensorFlow Serving; TorchServe is archived | [from the documentation](https://github.com/pytorch/serve), and [lesson 11](11_serving.ipynb#11.-The-real-thing) |
# | pipelines with schemas | TFX for TensorFlow; pandera for either | [from the documentation](https://pypi.org/project/tfx/), and [section 11](#11.-Does-the-data-fit-the-schema?) |
# | very large recommenders | TorchRec | [from the documentation](https://github.com/meta-pytorch/torchrec), and [section 12](#12.-A-recommender-as-one-graph) |
# | TPUs | both through XLA; we had none to measure | [from the documentation](https://docs.pytorch.org/xla/master) |
# | jobs, papers, history | counts age fast, and none is about you <!-- no claim --> | opinion |
#
# ## 14. Common mistakes
# 1. Columns for the settings that one thinks of: [settings are rows](#2.-A-table-made-right). <!-- no claim -->
# 2. A record of what was meant: [read what acts](#3.-Settings,-read-from-the-live-objects). <!-- no claim -->
# 3. A range where a pin is needed: [pins and hashes](#9.-Pins,-locks-and-hashes). <!-- no claim -->
# 4. Two CUDAs in one environment: [one CUDA](#10.-One-CUDA-or-two). <!-- no claim -->
# 5. The other framework's momentum: [statistics that lag](07_hidden_defaults.ipynb#5.-Statistics-that-lag-behind). <!-- no claim -->
# 6. Probabilities where logits are expected: [what the loss expects](05_training_loops.ipynb#2.-What-the-loss-expects). <!-- no claim -->
# 7. Gradients that are never cleared: [summed or fresh](02_autograd.ipynb#4.-Summed-or-fresh). <!-- no claim -->
# 8. A gradient that is `None`: [four roads](02_autograd.ipynb#7.-Four-roads-to-None). <!-- no claim -->
# 9. A `print` that runs once: [how often Python runs](03_graphs.ipynb#2.-How-often-does-Python-run?). <!-- no claim -->
# 10. A new trace for each call: [traced again](03_graphs.ipynb#3.-When-is-it-traced-again?). <!-- no claim -->
# 11. The default start in a deep network: [fifty layers](04_initialization.ipynb#1.-Fifty-layers,-by-default). <!-- no claim -->
# 12. A small shuffle buffer: [no shuffle](06_data.ipynb#2.-A-shuffle-buffer-is-no-shuffle). <!-- no claim -->
# 13. Pixels on another scale: [layout, scale and dtype](06_data.ipynb#7.-Layout,-scale-and-dtype). <!-- no claim -->
# 14. Weights copied across a flatten: [its order](08_porting.ipynb#4.-The-dense-layer-after-a-flatten). <!-- no claim -->
# 15. Accuracy as the proof of a port: [what it misses](08_porting.ipynb#13.-What-accuracy-misses). <!-- no claim -->
# 16. `total += loss`: [what keeps memory alive](09_debugging.ipynb#7.-What-keeps-memory-alive). <!-- no claim -->
# 17. A dropout that `eval()` does not reach: [other answers](09_debugging.ipynb#11.-eval(),-and-yet-other-answers). <!-- no claim -->
# 18. An export in training mode: [what is frozen](10_export.ipynb#2.-What-is-frozen). <!-- no claim -->
# 19. Parity of shapes in place of values: [ONNX](10_export.ipynb#4.-ONNX). <!-- no claim -->
# 20. A calibration on the wrong data: [LiteRT](10_export.ipynb#11.-LiteRT). <!-- no claim -->
# 21. A mean where a percentile is asked: [latency](11_serving.ipynb#4.-Latency,-throughput,-percentiles). <!-- no claim -->

# %% [markdown]
# ## Quiz
#
# Ten questions that are asked in interviews. Answer aloud before you open an answer.
#
# **1.** What are vanishing gradients, and what does initialization have to do with it?
#
# <details><summary>A model answer</summary>
#
# On the way back, each layer multiplies the gradient by its weights and by the slope of
# its activation. If the factor is below one on average, the product shrinks with each
# layer, and the first layers hardly learn. Initialization sets that factor: He's rule fits
# ReLU, Glorot's fits tanh, and neither saves a deep stack of sigmoids. PyTorch's default for
# dense layers is *not* He's, although it calls a function of that name. <!-- no claim --> It and Keras's, Glorot's,
# are too small for deep ReLU networks ([lesson 04](04_initialization.ipynb#6.-What-you-get-by-default)). <!-- no claim -->
# Residual connections and normalization help, too.
#
# </details>
#
# **2.** Static and dynamic graphs: what is the difference, and which saves memory?
#
# <details><summary>A model answer</summary>
#
# A dynamic graph is built anew while each call runs. A static graph is traced once and
# kept for calls of its kind. Both frameworks run dynamically by default and trace when
# asked. What fills memory are the values kept for the way back, and tracing alone saves few
# of them. A compiler that sees a whole graph *may* fuse operations or compute again,
# which saves memory for long chains of elementwise operations and hardly any for matrix
# products. Neither kind waits for Python's garbage collector: a tensor is freed when its
# last reference goes ([lesson 03](03_graphs.ipynb#9.-What-a-compiler-gains)). <!-- no claim -->
#
# </details>
#
# **3.** Your model has to run on a phone. What do you do?
#
# <details><summary>A model answer</summary>
#
# I convert it to LiteRT, formerly TFLite, which takes Keras's models and, through
# litert-torch, PyTorch's, or to ExecuTorch. <!-- no claim --> Then I compare outputs by value
# on real inputs. If size or speed does not suffice, I quantize to whole numbers of eight
# bits with representative data, and measure the accuracy again, because a calibration on
# the wrong data can ruin it silently. The training framework does not decide
# it ([lesson 10](10_export.ipynb#11.-LiteRT)). <!-- no claim -->
#
# </details>
#
# **4.** What is the difference between a delegate and a ScriptModule?
#
# <details><summary>A model answer</summary>
#
# They answer different questions. A delegate is a plugin of LiteRT's at run time: it takes
# over parts of a graph and runs them on a GPU or with faster kernels, and the file stays as
# it is. <!-- no claim --> A ScriptModule is a *model*, as a program in TorchScript,
# which runs without Python. <!-- no claim --> It is deprecated; `torch.export` is its
# successor ([lesson 10](10_export.ipynb#12.-Delegates,-and-PyTorch-on-a-phone)). <!-- no claim -->
#
# </details>
#
# **5.** `GradientTape` against autograd: what differs?
#
# <details><summary>A model answer</summary>
#
# Both record operations and walk back over them. The tape records only inside of its
# `with`, watches trainable variables by itself and other tensors when asked, returns the
# gradients fresh, and can be used once unless it is persistent. <!-- no claim --> PyTorch
# records wherever a tensor requires a gradient, and *adds* to `.grad`, so that the loop
# has to clear it. <!-- no claim --> There, too, the record is freed after one
# `backward` ([lesson 02](02_autograd.ipynb#4.-Summed-or-fresh)). <!-- no claim -->
#
# </details>
#
# **6.** Two runs of "the same" model differ in accuracy. How do you find out why?
#
# <details><summary>A model answer</summary>
#
# I compare what was in force, read from the live objects, with the defaults included. Each
# difference is a suspect. I test one at a time, with several seeds and paired
# differences, and I look at data, code and versions in the same way. If nothing was
# recorded, I give both models equal weights, and compare their outputs on ten inputs.
#
# </details>
#
# **7.** How do you make a training run repeatable, and how far does that go?
#
# <details><summary>A model answer</summary>
#
# I record seed, settings, the data's fingerprint, the commit and a lock with hashes, and
# ship an image. On the same machine the run can then be equal to the last bit, if the
# operations are deterministic. On other hardware sums are added in another order. There
# I promise equal accuracy within the spread of seeds, and not equal bits.
#
# </details>
#
# **8.** The loss is NaN after a thousand steps. What do you do?
#
# <details><summary>A model answer</summary>
#
# I find the *first* bad operation, not the first bad loss: with checks on the numbers of
# each operation, or with anomaly mode if it arises on the way back. I save the batch and
# the weights of the step before, so that I can repeat it. Usual causes are a logarithm or
# root of something not positive, an overflow in half precision, a division by an empty
# mask, and a rate that is too high ([lesson 09](09_debugging.ipynb#4.-The-first-NaN)).
#
# </details>
#
# **9.** The model is fast in your notebook and slow behind the server. Why?
#
# <details><summary>A model answer</summary>
#
# I measure percentiles, not means, and separate waiting from computing. Usual causes are
# requests that are computed one by one, new shapes that are traced again, several thread
# pools on the same cores, and a cold start. Dynamic batching raises throughput, and a
# single client pays for it with the time that a batch waits ([lesson 11](11_serving.ipynb#6.-Dynamic-batching)).
#
# </details>
#
# **10.** May PyTorch and TensorFlow share an image?
#
# <details><summary>A model answer</summary>
#
# On CPUs, yes. For GPUs the question is whether they share one CUDA. PyPI's wheels, TensorFlow's
# with `and-cuda`, bring two, and their cuDNNs overwrite each other in one folder. <!-- shown: wheels `all` --> Then I
# take two images, or builds against one CUDA from conda-forge. The driver is the host's, and
# must be new enough for the newest CUDA in use.
#
# </details>
