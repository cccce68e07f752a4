# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Serving: many ask at once
#
# A model that is **served** runs in a program of its own, which answers requests over the
# network. You need [Graphs](03_graphs.ipynb) and [Porting](08_porting.ipynb). Afterwards
# you can
#
# - start a server for a model of either framework, and load it with clients,
# - say what batches gain, and which client pays for them,
# - read a percentile, and tell when a queue will grow,
# - find out why serving is slow,
# - bring a new version to users without losing a request.
#
# | Section | Minutes |
# |---|---|
# | 1. One row, many rows | 7 |
# | 2. A server of your own | 7 |
# | 3. Requests that are wrong | 4 |
# | 4. Latency, throughput, percentiles | 6 |
# | 5. Queues and Little's law | 6 |
# | 6. Dynamic batching | 8 |
# | 7. Slow serving, diagnosed | 9 |
# | 8. Hot swap | 4 |
# | 9. The gate: parity before traffic | 4 |
# | 10. Shadow and canary | 6 |
# | 11. The real thing | 4 |
# | Quiz | 8 |
#
# Exercises are in
# [11_serving_exercises](../exercises/11_serving/11_serving_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import torch
from torch import nn

torch.set_num_threads(1)  # see section 7
torch.set_float32_matmul_precision("highest")
print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
import keras
from grader import device
tf.get_logger().setLevel("ERROR")

device("tensorflow")  # before it takes the whole card
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
config = tf.config.experimental
config.enable_tensor_float_32_execution(False)
print("keras", keras.__version__)

# %% name="imports"
import inspect, json, tempfile, time
from pathlib import Path
import numpy as np
from IPython.display import Markdown
from grader import agree, predict, reveal
from grader.pictures.serving import digits_net
from grader.pictures.serving import load_plots, queue_plots
from grader.pictures.serving.measured import stored
from grader.pictures.serving.showing import (
    seconds, show_source)

base = Path(tempfile.mkdtemp())
folder = base / "digits"  # the model, with its versions
served = {}  # framework -> its version

# %% [markdown]
# ## 1. One row, many rows
#
# *Your model classifies many digits, one call for each. Your colleague puts them into one
# batch. How much faster is the batch?*
#
# The model of this lesson has three dense layers, and takes the 64 pixels of a digit as
# one row. <!-- no claim --> scikit-learn trains it, so that both frameworks get the same
# weights. <!-- no claim --> NumPy's outputs, in float64, are what both have to
# give. <!-- shown: same -->
#
# *Predict:* for an exported PyTorch program on one thread, how many times longer do 256 calls
# of one row take than one call of 256 rows? The answer is from a stored run.

# %% name="net"
predict("serving.batch", ..., a="about as long",
        b="2 to 5 times", c="more than 5 times")
images, labels = digits_net.digits()
arrays = digits_net.train(epochs=5)
right = digits_net.logits(arrays, images)
print("weights:", [w.shape for w, _ in arrays])

# %% tags=["torch"] pair="build"
def build_torch(arrays):
    module = nn.Sequential(
        nn.Linear(64, 512), nn.ReLU(),
        nn.Linear(512, 512), nn.ReLU(),
        nn.Linear(512, 10))
    layers = module[0], module[2], module[4]
    with torch.no_grad():
        for layer, (w, b) in zip(layers, arrays):
            layer.weight.copy_(torch.tensor(w.T))
            layer.bias.copy_(torch.tensor(b))
    return module.eval()

# %% tags=["torch"] pair="same"
module = build_torch(arrays)
outputs = module(torch.tensor(images[:4])).detach()
agree(outputs, right[:4], tolerance=2e-3)

# %% tags=["tensorflow"] pair="build"
def build_keras(arrays):
    model = keras.Sequential([
        keras.Input((64,), name="pixels"),
        keras.layers.Dense(512, "relu"),
        keras.layers.Dense(512, "relu"),
        keras.layers.Dense(10)])
    flat = []
    for weight, bias in arrays:
        flat += [weight, bias]
    model.set_weights(flat)
    return model

# %% tags=["tensorflow"] pair="same"
model = build_keras(arrays)
outputs = model(images[:4])
agree(outputs, right[:4], tolerance=2e-3)

# %% tags=["torch", "nbval-ignore-output"] pair="timed"
x = torch.tensor(images[:256])
rows = x.split(1)
with torch.inference_mode():
    single = seconds(lambda: [module(r) for r in rows])
    batch = seconds(lambda: module(x))
    parts = torch.cat([module(r) for r in rows])
print(f"256 calls: {single / batch:.0f} times longer")
agree(parts, right[:256], tolerance=2e-3)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="timed"
x = tf.constant(images[:256])
rows, graph = tf.split(x, 256), tf.function(model)
single = seconds(lambda: [graph(r) for r in rows])
batch = seconds(lambda: graph(x))
many = seconds(
    lambda: model.predict(images[:1], verbose=0))
parts = tf.concat([graph(r) for r in rows], axis=0)
print(f"256 calls: {single / batch:.0f} times longer")
print(f"predict: {256 * many / single:.0f} times")
agree(parts, right[:256], tolerance=2e-3)

# %% tags=["nbval-ignore-output"] name="rows_alone"
runs = stored()
print(runs.provenance)
load_plots.rows_alone(runs)
times = runs.content["microseconds for a row"]
ratio = times["PyTorch"]["1"] / times["PyTorch"]["256"]
reveal("serving.batch", "c" if ratio > 5 else "b")
single = times["TensorFlow"]["1"] / times["PyTorch"]["1"]
large = times["TensorFlow"]["1024"] / times["PyTorch"]["1024"]
print(f"TensorFlow / PyTorch: {single:.2f}, {large:.2f}")
assert ratio > 5
assert abs(np.log(single / large)) > np.log(1.5)

# %% [markdown]
# By hand: let a call cost $200$ µs whatever it holds, and $10$ µs for each row. One row
# takes $200 + 10 = 210$ µs. A batch of $32$ takes $200 + 32\cdot 10 = 520$ µs, which is
# about $16$ µs for a row. The fixed part is what Python and the framework do before the first
# multiplication, and the reading of the weights from memory.
#
# The picture shows the same bend. For one row, the two frameworks differ by another
# factor than for 1024. <!-- shown: rows_alone `np.log` --> So no single sentence such as
# "both serve equally fast" is true for all sizes.
#
# TensorFlow's cell also prints how long `model.predict` takes for one row, as a
# multiple of the graph's call. <!-- no claim --> It is made for many rows, so for few
# inputs the model itself should be called
# ([from the documentation](https://keras.io/api/models/model_training_apis/)).
#
# ## 2. A server of your own
#
# *Which program calls the model when the request comes from a browser, a telephone or a
# program in Java?*
#
# A server listens at a port for requests in HTTP. Ours runs on Tornado, which Jupyter
# brings along. <!-- no claim --> Its paths are those of TensorFlow Serving, Google's server
# for SavedModels ([from the documentation](https://www.tensorflow.org/tfx/serving/api_rest)).
#
# The model is a folder, and each version of it is a folder in it whose name is a number.
# PyTorch's version is a file that `torch.export.save` writes, and
# TensorFlow's a SavedModel from Keras's `model.export`. <!-- shown: publish -->
# `publish` moves a version into its place. <!-- no claim -->

# %% tags=["torch"] pair="write"
from grader.production.serving.numbered import publish

def write_torch(module, made):
    batch = torch.export.Dim("batch")  # any number
    program = torch.export.export(
        module, (torch.zeros(2, 64),),
        dynamic_shapes=({0: batch},))
    made.mkdir()
    torch.export.save(program, made / "model.pt2")

# %% tags=["torch"] pair="publish"
write_torch(module, base / "made")
print(publish(base / "made", folder, 1).name)
served["PyTorch"] = 1
assert (folder / "1" / "model.pt2").is_file()

# %% tags=["tensorflow"] pair="write"
from grader.production.serving.numbered import publish

def write_keras(model, made):
    model.export(str(made), verbose=False)

# %% tags=["tensorflow"] pair="publish"
write_keras(model, base / "made")
print(publish(base / "made", folder, 2).name)
served["TensorFlow"] = 2
assert (folder / "2" / "saved_model.pb").is_file()

# %% tags=["tensorflow"] name="signature"
try:
    model.save(str(base / "old"), save_format="tf")
except ValueError as error:
    refused = str(error)
print(refused[:54])
assert "save_format" in refused

# %% tags=["tensorflow"] name="takes"
saved = tf.saved_model.load(str(folder / "2"))
serve = saved.signatures["serving_default"]
given = serve.structured_input_signature[1]["pixels"]
print(given.shape, given.dtype.name)
assert given.shape.as_list() == [None, 64]

# %% tags=["nbval-ignore-output"] name="start"
from grader.production.serving.running import Server

server = Server(folder)  # in a process of its own
server.wait_for(set(served.values()))
print(f"port {server.port}, path {server.path}")
print(f"ready after {server.seconds:.1f} s")

# %% tags=["nbval-ignore-output"] name="asked"
for framework, number in served.items():
    answer = server.predict(images[:4],
                            f"/versions/{number}")
    predictions = answer.content["predictions"]
    agree(predictions, right[:4], tolerance=1e-4)
    print(framework, answer.status, answer.version)

# %% tags=["nbval-ignore-output"] name="status"
status = server.call("GET", server.path)
health = server.call("GET", "/healthz")
for one in status.content["model_version_status"]:
    print(one["version"], one["state"])
print(health.status, health.content)
assert health.status == 200

# %% tags=["nbval-ignore-output"] name="newest"
newest = server.predict(images[:1]).version
print("without a version in the path:", newest)
lost = server.predict(images[:1], "/versions/7")
print(lost.status, lost.content["error"])
assert newest == max(served.values())
assert lost.status == 404

# %% name="source"
from grader.production.serving import server as core

lines = inspect.getsource(core.Predict).splitlines()
paths = inspect.getsource(core.application).splitlines()
assert len(lines) + len(paths) < 60
show_source(core.Predict.post, core.application)

# %% [markdown]
# The request has `{"instances": [row, ...]}` as its body, and the answer
# `{"predictions": [row, ...]}`. <!-- shown: asked `agree` --> The same weights give the same
# answers behind the server, to 1e-4. <!-- shown: asked `1e-4` --> Without a version in the
# path, the newest answers. <!-- shown: newest `max` --> A **health check** is a request
# that only asks whether the server can answer; whatever sends traffic to it polls that
# path. Here it gives status 200 once a version is loaded. <!-- shown: status -->
#
# The class and the table of paths have fewer than 60 lines
# together. <!-- shown: source `< 60` --> What they call lies in the same folder,
# `grader/production/serving`. <!-- no claim -->
#
# Two claims of older texts no longer hold. In Keras 3, `model.save` with `save_format="tf"`
# raises. <!-- shown: signature --> And the SavedModel of `model.export` takes
# a tensor of 64 numbers for each row, and no serialized
# `tf.train.Example`. <!-- shown: takes -->
#
# ## 3. Requests that are wrong
#
# *A client sends a row of the wrong length, or a NaN. What should happen?*
#
# A server can't trust its clients. It checks each body before a batch is made, so that one
# client's mistake does not reach the others' rows. <!-- no claim --> A status that
# begins with 4 says that the client was wrong, and one with 5 that the server was
# ([from the documentation](https://www.rfc-editor.org/rfc/rfc9110#section-15)).

# %% name="refusals"
row = [0.0] * 64
text = json.dumps({"instances": [row]})
wrong = {
    "no JSON": b"{",
    "63 numbers": {"instances": [row[:63]]},
    "NaN": text.replace("0.0", "NaN", 1).encode(),
    "true": text.replace("0.0", "true", 1).encode(),
    "1025 rows": {"instances": [row] * 1025}}

# %% name="answers"
path, statuses = f"{server.path}:predict", {}
for name, body in wrong.items():
    answer = server.call("POST", path, body)
    statuses[name] = answer.status
    print(name, answer.status, answer.content["error"])
assert list(statuses.values()) == [400] * 4 + [413]

# %% [markdown]
# Four of the bodies get 400. <!-- shown: answers `[400] * 4` --> Too many rows get 413,
# "content too large". <!-- shown: answers `[413]` --> A version that is not served gets 404,
# "not found". <!-- shown: newest `lost` --> Each answer has a sentence that says what is wrong.
#
# **How it breaks.** `np.asarray` would have turned `true` into 1, without a
# word. <!-- shown: silently `made[0]` --> Python's `json` reads `NaN`, though JSON has no such
# number. <!-- shown: silently `isnan` --> A NaN in one row gives a NaN as its answer.

# %% name="silently"
made = np.asarray([True, 0.5], np.float32)
read = json.loads("[NaN]")
print(made, read)
assert made[0] == 1
assert np.isnan(read[0])

# %% [markdown]
# **You try:** send an empty list of instances. Which status do you expect? <!-- try: answers + `assert server.predict([]).status == 400` -->
#
# <details><summary>Answer</summary>
#
# 400, because a request without rows has no answer. Exercise `serving.parse_requests` lets
# you write the checks.
#
# </details>
#
# ## 4. Latency, throughput, percentiles
#
# *A service is said to be fast on average. Will you be content?*
#
# The **latency** of a request is the time from its sending to its answer. The
# **throughput** is the number of answered requests in a second. An average hides the slow
# requests, so people look at percentiles. The **95th percentile**, or p95, is the smallest
# latency that at least $95$ % of the requests do not exceed.
#
# By hand: of ten requests, nine take $2$ ms and one takes $50$. Sorted, the p95 is the entry
# number $\lceil 0.95\cdot 10\rceil = 10$, counted from one. This rule is called **nearest
# rank**.
#
# NumPy's `percentile` goes to place $0.95\cdot 9 = 8.55$, counted from zero, on a straight
# line from entry $8$ to entry $9$. <!-- no claim --> *Predict* what it gives, in ms, to within $1$.

# %% name="percentiles"
predict("serving.percentile", ...)
latencies = np.array([2.0] * 9 + [50.0])
rank = int(np.ceil(95 * 10 / 100))
p95 = np.sort(latencies)[rank - 1]
usual = np.percentile(latencies, 95)
ranked = np.percentile(latencies, 95,
                       method="inverted_cdf")

# %% name="compared"
mean = latencies.mean()
print(f"mean {mean:.1f}, p95 {p95}, NumPy {usual:.1f}")
reveal("serving.percentile", usual, tolerance=1)
assert abs(mean - 6.8) < 1e-9
assert p95 == ranked == 50
assert abs(usual - 28.4) < 1e-9
eighth = np.percentile(np.arange(1, 26), 28,
                       method="inverted_cdf")
assert eighth == 8

# %% tags=["nbval-ignore-output"] name="load"
from grader.production.serving.load import ask

report = ask(server.port, path, images,
             requests=400, clients=8)
print(f"{report.throughput:.0f} requests a second")
load_plots.latencies(report.latencies)
assert (report.statuses == 200).all()
assert np.array_equal(report.answers.argmax(axis=1),
                      right[:400].argmax(axis=1))

# %% [markdown]
# The mean is 6.8 ms, a latency that no request had. <!-- shown: compared `6.8` --> NumPy's
# default gives 28.4 ms, which no request had
# either. <!-- shown: compared `28.4` --> Its method `inverted_cdf` gives the nearest rank
# here. <!-- shown: compared `ranked` --> For 28 % of 25 values it gives the 8th instead of the
# 7th, because it computes in floating point. <!-- shown: compared `eighth == 8` -->
#
# The last cell is a **load generator**: eight clients, each of which sends its next
# request when it has its answer. Such a load is called a *closed loop*. Every one of 400
# requests is answered, with the right class. <!-- shown: load `right[:400]` -->
#
# The picture shows your own machine, clients and server together. Its first requests also pay
# for the connections, and may make the p99. So a report leaves them out, as *warm-up*.
#
# **You try:** ask with 32 clients. What happens to the p50? <!-- try: load `clients=8` with `clients=32` -->
#
# <details><summary>Answer</summary>
#
# It grows, because more requests wait at the same time. The throughput grows by less.
#
# </details>
#
# ## 5. Queues and Little's law
#
# *A server needs $1$ ms for a request, and $950$ requests come in a second, at random
# times. It is busy $95$ % of the time. How long does a request wait?*
#
# The **utilisation** is the share of time in which the server is busy: arrivals in a
# second times seconds for each. At random times, some requests come close together, and the
# later ones wait. By hand, with a service of $2$ ms, for arrivals at $0$, $1$ and $5$
# ms: the second starts at $2$, when the first is done, and waits $1$ ms. The third starts at once.
#
# *Predict* the mean waiting time at $95$ %, in ms, to within $3$.

# %% name="queue"
predict("serving.queue", ...)

def mean_wait(utilisation, n=400_000, service=1.0):
    rng = np.random.default_rng(0)
    gaps = rng.exponential(service / utilisation, n)
    wait = total = 0.0
    for gap in gaps:
        wait = max(0.0, wait + service - gap)
        total += wait
    return total / n

# %% name="bend"
busy = [0.3, 0.5, 0.7, 0.9, 0.95]
waits = [mean_wait(share) for share in busy]
queue_plots.waiting(busy, waits)
reveal("serving.queue", waits[-1], tolerance=3)
agree(waits[1], 0.5, tolerance=0.02)
agree(waits[-1], 9.5, tolerance=0.1)

# %% name="little"
for one in runs.loads(mode="one by one"):
    product = one["throughput"] * one["mean"] / 1e3
    ratio = product / one["clients"]
    print(one["framework"], one["clients"],
          f"{product:.1f} {one['busy']:.2f}")
    assert 0.85 < ratio < 1.02

# %% [markdown]
# At 50 % a request waits half a service time, and at 95 % nearly
# ten. <!-- shown: bend `waits[1]`, bend `waits[-1]` --> For random arrivals and a constant
# service, the mean is $u/(2(1-u))$ service times, with the utilisation $u$. At $100$ % it has
# no bound: the queue grows for as long as the load lasts. So a server refuses requests when
# too many wait, with status 503. <!-- no claim -->
#
# **Little's law** holds for any server whose queue does not keep growing: the mean number of
# requests in it is the throughput times the mean latency. By hand, $100$ requests in a second that take $0.2$ s each are
# $100\cdot 0.2 = 20$ at a time. In a closed loop, that number is the number of clients.
#
# The last cell checks it on stored runs. The columns are clients, throughput times
# latency, and utilisation. The product is the number of clients to within
# 15 %, since a run also has a beginning and an end. <!-- shown: little --> Once the server is busy all of the time, more clients
# bring no more throughput, so that the latency has to grow with their number.
#
# **You try:** at which utilisation does a request wait two service times? Add it to
# `busy`. <!-- try: bend `0.7, 0.9` with `0.7, 0.8, 0.9`; bend + `assert abs(waits[3] - 2) < 0.1` -->
#
# <details><summary>Answer</summary>
#
# At 80 %: $0.8 / (2\cdot 0.2) = 2$.
#
# </details>
#
# ## 6. Dynamic batching
#
# *Clients send one row each. Can the server still run batches?*
#
# In **dynamic batching**, the server collects rows of several requests and runs them
# together. A batch starts when the worker is free *and* either it is full or its first
# request has waited for a given time. It takes what has arrived until then:
#
# $$\text{start} = \max(\text{free},\; \min(\text{first} + \text{wait},\; \text{arrival of the one that fills it}))$$
#
# By hand: at most four rows, a wait of $5$ ms, and a batch of $n$ takes $10 + n$ ms. Three
# requests arrive at $0$, $1$ and $2$ ms, four at $8$, $9$, $10$ and $11$, and one at
# $50$.
#
# *Predict* the latency of the last request, which comes alone, in ms. <!-- no claim -->

# %% name="by_hand"
predict("serving.lone", ...)
wait, infinity = 5, np.inf
first = max(-infinity, min(0 + wait, infinity))
first_end = first + 10 + 3
second = max(first_end, min(8 + wait, 11))
second_end = second + 10 + 4
third = max(second_end, min(50 + wait, infinity))
third_end = third + 10 + 1

# %% name="lone"
print(first, second, third)
reveal("serving.lone", third_end - 50)
if wait == 5:
    assert (first, second, third) == (5, 18, 55)
    assert third_end - 50 == 16

# %% name="batches"
arrivals = [0, 1, 2, 8, 9, 10, 11, 50]
starts = [first] * 3 + [second] * 4 + [third]
ends = [first_end] * 3 + [second_end] * 4 + [third_end]
queue_plots.batches(arrivals, starts, ends)

# %% name="batcher"
from grader.production.serving.batching import Batcher

show_source(Batcher._fill)

# %% name="modes"
modes = ("one by one", "batches, no wait",
         "batches, wait of 5 ms")
framework = "PyTorch"
load_plots.under_load(runs, framework, modes)

# %% name="gains"
for framework in "PyTorch", "TensorFlow":
    alone, free, late = [
        runs.loads(framework=framework, mode=mode)
        for mode in modes]
    gain = free[-1]["throughput"]
    gain /= alone[-1]["throughput"]
    price = late[0]["p50"] - free[0]["p50"]
    print(f"{framework}: 64 clients {gain:.1f} times, "
          f"1 client {price:+.1f} ms")
    assert gain > 1.5
    assert price > 4

# %% [markdown]
# The first batch waits for a fourth row that does not come. The second waits only for the
# worker, which is free at 18 ms. <!-- shown: lone `(5, 18, 55)` --> The last request waits
# for company, and nobody comes, so that it takes 16 ms. <!-- shown: lone `== 16` -->
#
# The stored runs, the best of three on a busy machine, show the same. With 64 clients, batches answer more
# than 1.5 times as many requests. <!-- shown: gains `gain` --> The lone client pays the wait
# of 5 ms: its median grows by more than 4 ms. <!-- shown: gains `price` -->
#
# With a wait of zero, a batch takes what has come *while the worker was
# busy*. The lone client pays nothing, and under load the batches fill. So begin
# with zero, and wait only if measurements show a gain.
#
# **How it breaks.** The throughput of the picture includes JSON and HTTP, which no batch makes
# cheaper. The clients run on the same machine and take time from the server. With one client,
# the first two modes do the same work, so that their difference is noise.
#
# **You try:** set `wait` to 0 in the by-hand cell. When does each batch start? <!-- try: by_hand `5, np.inf` with `0, np.inf`; lone + `assert (first, second, third) == (0, 13, 50)` -->
#
# <details><summary>Answer</summary>
#
# At 0, 13 and 50, if the first batch still held three rows. It would in truth hold only the
# first one, since the others had not come. Exercise `serving.simulate_batching` does it for
# any arrivals.
#
# </details>
#
# ## 7. Slow serving, diagnosed
#
# *The model takes a millisecond, and the request takes half a second. Where is the rest?*
#
# **A trace for each size.** Dynamic batches have any number of rows, and a compiled
# model may be traced anew for each, as in [Graphs](03_graphs.ipynb). *Predict:* a batch
# has one row, then two, three and four. One framework makes more traces than the other: how many? (With
# one framework: how many does yours make?)

# %% name="sizes"
predict("serving.traces", ...)
allowed, counts = (1, 4), {}
def padded(x):
    size = min(s for s in allowed if s >= len(x))
    zeros = np.zeros((size - len(x), 64), np.float32)
    return np.concatenate([x, zeros])

# %% tags=["torch"] pair="retrace"
def traces_torch(prepare):
    graphs = []
    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward
    torch.compiler.reset()
    compiled = torch.compile(module, backend=backend)
    for n in range(1, 5):
        x = torch.tensor(prepare(images[:n]))
        found = compiled(x).detach().numpy()[:n]
        assert np.abs(found - right[:n]).max() < 2e-3
    return len(graphs)

# %% tags=["torch"] pair="both_ways"
each = traces_torch(np.copy)
counts["PyTorch"] = each, traces_torch(padded)
assert counts["PyTorch"] == (2, 2)

# %% tags=["tensorflow"] pair="retrace"
def traces_keras(prepare):
    graph = tf.function(model.call)
    for n in range(1, 5):
        x = tf.constant(prepare(images[:n]))
        found = graph(x).numpy()[:n]
        assert np.abs(found - right[:n]).max() < 2e-3
    return graph.experimental_get_tracing_count()

# %% tags=["tensorflow"] pair="both_ways"
each = traces_keras(np.copy)
counts["TensorFlow"] = each, traces_keras(padded)
assert counts["TensorFlow"] == (4, 2)

# %% tags=["nbval-ignore-output"] name="counted"
for framework, (each, few) in counts.items():
    print(framework, "traces:", each, "padded:", few)
most = max(each for each, _ in counts.values())
reveal("serving.traces", most)
assert max(few for _, few in counts.values()) == 2

# %% tags=["torch"] pair="unseen"
fixed = torch.export.export(
    module, (torch.zeros(4, 64),)).module()
try:
    fixed(torch.tensor(images[:3]))
    told = ""
except Exception as error:
    told = str(error)
print(told.splitlines()[0][:54])
assert told
opened = torch.export.load(folder / "1" / "model.pt2")
assert isinstance(opened.module(), nn.Module)

# %% tags=["tensorflow"] pair="unseen"
try:
    saved.serve(tf.constant(images[:3, :63]))
except TypeError as error:
    told = str(error)
print(told[:41])
assert "Binding inputs to tf.function failed" in told

# %% [markdown]
# For four sizes, `tf.function` makes four traces. <!-- shown: both_ways `(4, 2)` -->
# `torch.compile` makes two, because after the second size it treats the batch as
# dynamic. <!-- shown: both_ways `(2, 2)` --> Padded to 1 or 4 rows, both make
# two. <!-- shown: counted --> **Padding to allowed sizes** adds rows of zeros and cuts their
# answers off. If the model computes each row by itself, the others change by rounding at most. <!-- no claim --> A signature with an
# open batch, as in our SavedModel, needs one trace alone. <!-- no claim -->
#
# **A saved graph does not retrace.** Advice to give signatures "against retracing in each
# request" is wrong for TensorFlow's SavedModel: it has no Python left to trace, and raises for
# a shape that it does not know. <!-- shown: unseen `Binding` --> In PyTorch, a program that was exported for
# four rows refuses three. <!-- shown: unseen `told` -->

# %% tags=["nbval-ignore-output"] name="fights"
alone = stored("processes").content
own = alone["fights"]["own threads"]
single = alone["fights"]["one thread each"]
for name, times in ("own", own), ("single", single):
    print(f"{name:6} {times[0]:.2f} to {times[-1]:.2f} s")
assert own[1] > single[1]

# %% tags=["nbval-ignore-output"] name="cold"
for framework, marks in alone["cold"].items():
    print(framework)
    for what, long in marks.items():
        print(f"  {what:21} {1e3 * long:8.1f} ms")
    later = marks["one request later"]
    assert marks["load and first batch"] > 10 * later

# %% tags=["nbval-ignore-output"] name="share"
from grader.production.serving.instances import parse

body = json.dumps({"instances": images[:32].tolist()})
one = json.dumps({"instances": images[:1].tolist()})
for n, text in (1, one.encode()), (32, body.encode()):
    read = seconds(lambda: parse(text, 64, 1024))
    written = seconds(lambda: json.dumps(right[:n].tolist()))
    whole = seconds(lambda: server.call("POST", path, text))
    print(f"{n:2} rows: {1e3 * read:.2f} ms read, "
          f"{1e3 * written:.2f} written, "
          f"{1e3 * whole:.2f} whole")
agree(parse(one.encode(), 64, 1024), images[:1])

# %% tags=["torch", "nbval-ignore-output"] pair="empty"
x = torch.tensor(1.0)
cost = seconds(lambda: [x + x for _ in range(1000)])
print(f"an addition: {1e3 * cost:.1f} µs")
agree(x + x, 2)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="empty"
x, empty = tf.constant(1.0), tf.function(lambda x: x)
cost = seconds(lambda: [x + x for _ in range(1000)])
call = seconds(lambda: [empty(x) for _ in range(1000)])
print(f"an addition: {1e3 * cost:.1f} µs")
print(f"an empty graph's call: {1e3 * call:.1f} µs")
agree(empty(x) + x, 2)

# %% [markdown]
# **Threads that fight.** By default, each framework brings its own threads on the CPU, as many as
# there are cores. If there are more threads than free cores, an operation waits for its last thread. The stored
# run multiplies in both frameworks by turns, on two busy cores. The median of three
# processes was longer with the frameworks' own numbers of threads than with one thread
# each. <!-- shown: fights --> On an idle machine, the difference may vanish. So set the
# number of threads, and measure. <!-- no claim -->
#
# **Cold start.** In a fresh process, the import takes seconds. Loading and the first batch
# take more than 10 times as long as a later request. <!-- shown: cold --> So our server runs one batch before it calls a version
# available. <!-- no claim -->
#
# **Python's share.** The cell shows how long JSON takes to read and to write, beside
# the whole request. The part that is left is HTTP, the way between two processes, and the
# model. A graph does not abolish Python: even an empty `tf.function` is called from
# it, as the last cell shows. <!-- no claim --> And an exported PyTorch program that is loaded in Python is still
# a module, which Python runs. <!-- shown: unseen `isinstance` --> Only a runtime without Python is rid of
# it, as in [Export](10_export.ipynb).
#
# ## 8. Hot swap
#
# *You have a better model. Must the server stop?*
#
# In a **hot swap**, the server loads the new version beside the old one. When the new one
# has run a batch, new requests go to it. The old one answers what it has begun. Our server keeps
# the two newest versions. A version is written under another name and then renamed, so that the
# server never sees half of it.

# %% name="better"
better = digits_net.train(epochs=20)
right_of = {3: digits_net.logits(better, images)}
for number in served.values():
    right_of[number] = right
for logits in right, right_of[3]:
    hits = logits[1200:].argmax(axis=1) == labels[1200:]
    print(f"accuracy {100 * hits.mean():.1f} %")

# %% tags=["torch"] pair="third"
write_torch(build_torch(better), base / "third_torch")
third = base / "third_torch"
assert third.is_dir()

# %% tags=["tensorflow"] pair="third"
write_keras(build_keras(better), base / "third_keras")
third = base / "third_keras"
assert third.is_dir()

# %% tags=["nbval-ignore-output"] name="swap"
from concurrent.futures import ThreadPoolExecutor
from threading import Event

stop, newest = Event(), {max(served.values()), 3}
with ThreadPoolExecutor(1) as pool:
    asked = pool.submit(ask, server.port, path, images,
                        requests=50_000, clients=4, stop=stop)
    publish(third, folder, 3)
    server.wait_for(newest)  # the two newest stay
    time.sleep(0.5)
    stop.set()
    report = asked.result()
load_plots.swap(report.sent, report.latencies,
                report.versions)

# %% name="nothing_lost"
lost = int((report.statuses != 200).sum())
assert lost == 0
assert set(report.versions) == newest
wrong = 0
for i, version in enumerate(report.versions):
    expected = right_of[version][i % len(images)]
    error = np.abs(report.answers[i] - expected).max()
    wrong += error > 1e-3
print(f"lost: {lost}, wrong: {wrong}")
assert wrong == 0

# %% [markdown]
# No request was lost. <!-- shown: nothing_lost `lost == 0` --> Before and after, different versions
# answered. <!-- shown: nothing_lost `set(report` --> Each answer is that of the version
# that its header names. <!-- shown: nothing_lost `wrong == 0` --> The picture also shows the price:
# while the new version is loaded, requests may take much longer, because loading runs in a
# thread of the server's process, and shares its processor and Python's lock.
#
# **How it breaks.** Versions are numbers. A server that sorts their names as text puts the
# tenth before the ninth, and never serves it.
#
# **You try:** which version should answer, if a colleague deletes the newest folder?
# Exercise `serving.pick_version` has the rules. <!-- try: nothing -->
#
# <details><summary>Answer</summary>
#
# The newest of those that are left. So a *rollback* can be done by deleting a folder, if
# the older version is still there.
#
# </details>
#
# ## 9. The gate: parity before traffic
#
# *The exported file has the right shapes, and loads without an error. Is it the model
# that you trained?*
#
# A **gate** is a test that a version has to pass before it gets any traffic. It runs the
# very *file* that will be served, on stored rows, and compares its outputs with those of the
# model that was trained. As in [Porting](08_porting.ipynb), it compares values, because
# neither shapes nor accuracy would do. The difference is the largest one, relative to the
# largest output.
#
# Here a colleague exports the model, and forgets to transpose the second weight. Its shape
# is square, so nothing raises.

# %% name="gate"
from grader.production.serving.loaded import load

def gate(version, expected, tolerance=5e-3):
    found = load(version).predict(images[:100])
    broken = int((~np.isfinite(found)).any(1).sum())
    off = np.abs(found - expected[:100]).max()
    off /= np.abs(expected[:100]).max()
    passed = broken == 0 and off <= tolerance
    print(f"difference {off:.0e}, broken rows {broken}:",
          "passed" if passed else "refused")
    return bool(passed)

wrong = [(w.copy(), b) for w, b in better]
wrong[1] = wrong[1][0].T.copy(), wrong[1][1]

# %% tags=["torch", "nbval-ignore-output"] pair="gated"
write_torch(build_torch(wrong), base / "wrong_torch")
verdicts = (gate(folder / "3", right_of[3]),
            gate(base / "wrong_torch", right_of[3]))
assert verdicts == (True, False)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="gated"
write_keras(build_keras(wrong), base / "wrong_keras")
verdicts = (gate(folder / "3", right_of[3]),
            gate(base / "wrong_keras", right_of[3]))
assert verdicts == (True, False)

# %% tags=["both"] name="twin_gate"
from twin import Twin

pair = Twin(build_torch(better), build_keras(better),
            images[:10])
compared = pair.compare(images[:10])
print(compared)
assert compared.equal

# %% [markdown]
# The gate lets the right version through. <!-- shown: gated --> It refuses the other one, which a
# server would have loaded without a word. <!-- shown: gated --> If both frameworks are to
# serve one model, `twin` compares them layer by layer before anything is exported. <!-- shown: twin_gate -->
# For an ONNX file, the comparison of values in [Export](10_export.ipynb#4.-ONNX) is the gate.
#
# A model that was trained again has other outputs by right. So its gate compares the file
# with the model of *its own* training, and never with the version before.
#
# ## 10. Shadow and canary
#
# *The file is the model that you trained. Is the model better for your users?*
#
# Nobody knows that before they use it. In a **shadow** run, the new version gets a copy of each
# request, and its answers are compared and thrown away. A **canary** is a version that a
# small share of the users gets. So that each user keeps a side, a hash of the user's name decides: the remainder of
# `zlib.crc32` by $100$ is the user's *bucket*. <!-- no claim --> A user is in the canary if
# the bucket is below the percentage.
#
# *Predict:* with a share of $10$ %, some users have the new version. You raise the share
# to $50$ %. How many of them get the old version back?

# %% tags=["nbval-ignore-output"] name="shadow"
predict("serving.canary", ...)
trial = f"{server.path}/canary"
server.call("PUT", trial, {"version": 3, "percent": 0})
seen = server.predict(images[1200:])
copy = server.predict(images[1200:], "/labels/canary")
classes = [np.argmax(answer.content["predictions"], 1)
           for answer in (seen, copy)]
changed = classes[0] != classes[1]
print("versions:", seen.version, copy.version)
print("other classes:", int(changed.sum()), "of 597")
assert (seen.version, copy.version) == (min(newest), 3)
assert 0 < changed.sum() < 60

# %% name="canary"
users = [f"user-{i}" for i in range(300)]

def those_with_new(percent):
    settings = {"version": 3, "percent": percent}
    server.call("PUT", trial, settings)
    report = ask(server.port, path, images,
                 requests=300, users=users)
    assert (report.statuses == 200).all()
    return set(np.flatnonzero(report.versions == 3))

# %% name="shares"
ten, again, half = map(those_with_new, (10, 10, 50))
print(len(ten), "and", len(half), "of 300 users")
reveal("serving.canary", len(ten - half))
assert ten == again and ten < half
assert 15 < len(ten) < 45

# %% name="ends"
back = those_with_new(percent=0)
server.call("DELETE", trial)
everybody = server.predict(images[:1]).version
print("rolled back:", len(back), "then:", everybody)
assert not back
assert everybody == 3

# %% [markdown]
# In the shadow run, the users see the old version alone. <!-- shown: shadow `seen.version` --> Some classes
# differ, and a person should look at these rows. <!-- shown: shadow `changed.sum` --> At 10 %, the same users get
# version 3 each time. <!-- shown: shares `ten == again` --> All of them keep it at
# 50 %. <!-- shown: shares `ten < half` --> At 0 % nobody has it. <!-- shown: ends `not back` --> Without a trial, the
# newest version is everybody's. <!-- shown: ends `everybody` -->
#
# **How it breaks.** Python's own `hash` of a text differs in each process, unless
# `PYTHONHASHSEED` is
# set ([from the documentation](https://docs.python.org/3/reference/datamodel.html#object.__hash__)).
# With two servers, a user would change sides at random.
#
# **You try:** a canary of 10 % shows no error among 20 requests. Is that enough? Exercise
# `serving.canary` deals users. <!-- try: nothing -->
#
# <details><summary>Answer</summary>
#
# No. If one request in twenty failed, twenty requests would show no failure with a
# probability of $0.95^{20} = 36$ %. Decide before you start how many requests you need.
#
# </details>
#
# ## 11. The real thing
#
# *Would you run our server for a thousand users?*
#
# No: it knows neither encryption nor logins, and runs in one process. Take a server that many
# people maintain. **BentoML** is one that runs both frameworks. Its file for our model is
# short, because the package provides paths, batches and
# checks. <!-- no claim --> After
# `pip install "tandem-course[serve]"`, the command at the top of the file starts
# it. <!-- no claim -->

# %% name="bento_file"
from grader.production import serving
file = Path(serving.__file__).with_name("bento.py")
text = file.read_text(encoding="utf-8")
begin = text.index("@bentoml.service")
Markdown(f"```python\n{text[begin:]}```")

# %% tags=["nbval-ignore-output"] name="bento"
bento = stored("bento")
print(bento.provenance)
load_plots.servers(bento)
for framework in "PyTorch", "TensorFlow":
    single, batched = [
        bento.loads(server="BentoML", clients=32,
                    framework=framework, mode=mode)[0]
        for mode in ("one by one", "batches")]
    gain = batched["throughput"] / single["throughput"]
    print(f"{framework}: batches {gain:.1f} times")
assert gain < 1.2  # TensorFlow's, which came last

# %% name="stop"
server.stop()
try:
    server.call("GET", "/healthz")
    state = "answers"
except Exception as error:
    state = str(error).partition(":")[0]
print(state)
assert state == "the server does not answer"

# %% [markdown]
# The stored run shows both servers under the same load. It must not be read as a ranking,
# because their duties differ. For TensorFlow, BentoML's batches gained less than 20 %, and we
# have not found out why. <!-- shown: bento -->
#
# What others give, from their documentation, read in November 2026:
#
# - TensorFlow Serving watches a folder of versions, loads and unloads them by a policy, and
#   gives them labels such as *canary*
#   ([from the documentation](https://www.tensorflow.org/tfx/serving/serving_config)).
#   It batches by the rule of section 6, with allowed sizes
#   ([from the documentation](https://github.com/tensorflow/serving/blob/master/tensorflow_serving/batching/README.md)).
#   It answers gRPC as well as REST
#   ([from the documentation](https://www.tensorflow.org/tfx/serving/api_rest)). Which
#   share of the users gets a canary is decided before it.
# - TorchServe is history. Its repository was archived on 7 August 2025, and no updates, bug
#   fixes or security patches are planned
#   ([from the documentation](https://github.com/pytorch/serve)).
#
# The rules of a rollout, in order:
#
# 1. [The gate](#9.-The-gate:-parity-before-traffic): the file gives the trained model's values.
# 2. [Shadow](#10.-Shadow-and-canary): real requests, and nobody sees the answers.
# 3. [Canary](#10.-Shadow-and-canary): few users, then more; each keeps a side.
# 4. [Hot swap](#8.-Hot-swap): no request is lost, and the old version stays ready for a rollback.

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer.
#
# **1.** A server batches with a wait of $20$ ms, and a single client uses it. What does the
# client see?
#
# - **A** higher throughput
# - **B** about 20 ms more for each request
# - **C** no difference
#
# <details><summary>Answer</summary>
#
# **B.** Nobody comes to fill the batch, so each request waits in vain. A needs several
# clients, and C would be true with a wait of zero.
#
# </details>
#
# **2.** The throughput no longer grows with the number of clients, and the latency does.
# The clients run on other machines. What is the server's utilisation?
#
# - **A** near 50 %
# - **B** near 100 %
# - **C** it can't be told
#
# <details><summary>Answer</summary>
#
# **B.** The server is busy all of the time. By Little's law, more clients at the same
# throughput mean a longer latency. In A, it would have time to spare.
#
# </details>
#
# **3.** Of 200 requests, how many may be slower than the p99?
#
# - **A** two at most
# - **B** twenty at most
# - **C** none
#
# <details><summary>Answer</summary>
#
# **A.** At least $198$, which are $99$ %, do not exceed it. B would be the p90, and C the
# maximum. <!-- no claim -->
#
# </details>
#
# **4.** A new version has the accuracy of its training, and the gate finds a difference of
# $0.3$. What do you do?
#
# - **A** let it through
# - **B** try it as a canary
# - **C** find the layer that differs
#
# <details><summary>Answer</summary>
#
# **C.** The file is not the model that was trained, whatever its accuracy is. A and B bring
# an unknown model to users.
#
# </details>
#
# **5.** Requests of changing size make a server slow, and after an hour it is fast. What do
# you suspect?
#
# - **A** a trace for each new size
# - **B** a queue
# - **C** JSON
#
# <details><summary>Answer</summary>
#
# **A.** Each size is traced once, and after an hour all have been seen. B would follow the number
# of requests, not their sizes, and C would stay.
#
# </details>
#
# **6.** *Asked in interviews:* a model takes $2$ ms, and the p99 of its service is $400$ ms. How
# do you find out why?
#
# <details><summary>A model answer</summary>
#
# First look at the utilisation and the queue: near $100$ %, waiting explains the tail, and
# batches or more processes help. If the server is idle, ask one client alone, and split its
# request into reading, waiting, model and writing. A wait for batches, a retrace for a new
# size, threads that fight and a cold process each have their own sign. Change one thing, and
# measure percentiles again under the same load.
#
# </details>
#
# Exercises: `serving.simulate_batching`, `serving.load_report`, `serving.queue_load`,
# `serving.pad_to_sizes`, `serving.pick_version`, `serving.canary`, `serving.parity_gate`,
# `serving.parse_requests`. <!-- no claim -->
