# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Export: a model leaves Python
#
# A trained model is useful where no Python runs: on a phone, in a web page, in a Java
# server. On its way there it is written down in another form, and something may change
# without an error. You need three lessons: [Tensors](01_tensors.ipynb),
# [Graphs](03_graphs.ipynb) and [Porting](08_porting.ipynb). Afterwards you can
#
# - say what a model file holds, and what was frozen when it was written,
# - export from both frameworks to ONNX, and prove the file by its values,
# - quantise weights and activations by hand, and say what it costs,
# - run the same model in LiteRT, in a browser and in Java,
# - find what changed on the way without an error.
#
# | Section | Minutes |
# |---|---|
# | 1. What leaves | 3 |
# | 2. What is frozen | 7 |
# | 3. Which shapes | 3 |
# | 4. ONNX | 5 |
# | 5. The graph, and batch norm | 3 |
# | 6. What does not go over | 3 |
# | 7. How fast | 2 |
# | 8. Back again (*second reading*) | 3 |
# | 9. Eight bits, by hand | 3 |
# | 10. A product of whole numbers | 2 |
# | 11. LiteRT | 7 |
# | 12. Delegates, and PyTorch on a phone | 2 |
# | 13. In the browser | 3 |
# | 14. In Java | 2 |
# | 15. The checklist | 1 |
# | Quiz | 9 |
#
# Exercises are in
# [10_export_exercises](../exercises/10_export/10_export_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import torch
from torch import nn
torch.set_num_threads(1)
torch.set_float32_matmul_precision("highest")
torch.backends.cudnn.allow_tf32 = False
print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
import keras
from keras import layers
from grader import device

device("tensorflow")  # before it takes the whole card
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
config = tf.config.experimental
config.enable_tensor_float_32_execution(False)
print("keras", keras.__version__)

# %% tags=["nbval-ignore-output"] name="imports"
import numpy as np
from grader import agree, needs, predict, reveal
from grader.pictures.export import (
    digits_cnn, fate_plots, mobile_runs, noise,
    onnx_graph_plots, quantization_plots, size_plots,
    speed_plots)
from grader.pictures.export.numpy_operations import (
    conv, max_pool)
from grader.pictures.export.trials import (
    Fates, accepted, refusal)
from grader.production import java, web

noise.silence()  # logs of exporters and runtimes
needs("onnx", "onnxruntime", "onnxscript", "tf2onnx",
      "ai_edge_litert", "java")

# %% name="numbers"
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())  # for the files
site = folder / "site"  # for those of the web page
site.mkdir()
arrays = digits_cnn.weights()  # in PyTorch's layout
train, _, test, labels = digits_cnn.images()
expected = digits_cnn.logits(arrays, test)  # by NumPy
runs, sizes = {}, {}  # filled below
print(test.shape, expected.shape)
assert len(test) == 597

# %% tags=["torch"] pair="model"
module = nn.Sequential()
for name, layer in {
        "conv1": nn.Conv2d(1, 8, 3, padding=1),
        "norm": nn.BatchNorm2d(8, eps=1e-3),
        "relu1": nn.ReLU(),
        "conv2": nn.Conv2d(8, 32, 3, padding=1),
        "relu2": nn.ReLU(), "pool": nn.MaxPool2d(2),
        "flatten": nn.Flatten(),
        "dense": nn.Linear(512, 10)}.items():
    module.add_module(name, layer)
for name, value in module.eval().state_dict().items():
    if name in arrays:
        value.copy_(torch.tensor(arrays[name]))
x_torch = torch.tensor(test[:10])
agree(module(x_torch), expected[:10], tolerance=1e-5)

# %% tags=["tensorflow"] pair="model"
model = keras.Sequential([
    keras.Input((8, 8, 1), name="x"),
    layers.Conv2D(8, 3, padding="same"),
    layers.BatchNormalization(epsilon=1e-3),
    layers.ReLU(),
    layers.Conv2D(32, 3, padding="same"),
    layers.ReLU(), layers.MaxPooling2D(),
    layers.Flatten(), layers.Dense(10)])
model.set_weights(digits_cnn.for_keras(arrays))
x_keras = np.moveaxis(test, 1, -1)[:10].copy()
agree(model(x_keras), expected[:10], tolerance=1e-5)

# %% [markdown]
# ## 1. What leaves
#
# *A module is Python code. What is left of it where there is no Python?*
#
# The model of this lesson reads handwritten digits, of which 597 are kept for
# tests. <!-- shown: numbers --> Both frameworks have the same weights, and NumPy computed what they
# should answer. <!-- shown: model -->
#
# An **exported model** is a file or a folder that holds three things: the weights, the graph of
# operations, and a signature. A **signature** names the inputs and outputs of one way to
# call the model, with their dtypes and shapes. The Python code stays behind.
#
# TensorFlow writes a folder, called *SavedModel*. <!-- shown: inside `"saved_model.pb"` -->
# PyTorch writes a zip archive, whose name ends in `.pt2`. <!-- shown: inside `"digits/models/model.json"` -->

# %% tags=["torch"] pair="save"
file = folder / "digits.pt2"
program = torch.export.export(module, (x_torch,))
torch.export.save(program, file)
read = torch.export.load(file).module()
agree(read(x_torch), expected[:10], tolerance=1e-5)

# %% tags=["tensorflow"] pair="save"
file = folder / "digits"
model.export(file, verbose=False)
loaded = tf.saved_model.load(file)
agree(loaded.serve(x_keras), expected[:10],
      tolerance=1e-5)

# %% tags=["torch"] pair="inside"
from zipfile import ZipFile
names = ZipFile(folder / "digits.pt2").namelist()
print([name for name in names if "model.json" in name])
nodes = [node.name for node in program.graph.nodes]
print(nodes[-9:])
assert "digits/models/model.json" in names

# %% tags=["tensorflow"] pair="inside"
names = [path.name for path in file.rglob("*.*")]
signature = loaded.signatures["serving_default"]
print(sorted(names))
print(signature.structured_input_signature[1])
print(signature.structured_outputs)
assert "saved_model.pb" in names

# %% tags=["torch"] pair="refused"
import warnings

message = refusal(program, x_torch)
print(message)
assert "Unable to call ExportedProgram" in message
with warnings.catch_warnings(action="error"):
    message = refusal(torch.jit.script, module)
print(message)
assert "DeprecationWarning" in message

# %% tags=["tensorflow"] pair="refused"
message = refusal(loaded, x_keras)
print(message)
assert "object is not callable" in message
message = refusal(model.save, "old", save_format="tf")
print(message)
assert "deprecated in Keras 3" in message

# %% [markdown]
# What you read is not the model. In PyTorch, `.module()` makes a module of the
# program. <!-- shown: save `read(x_torch)` --> PyTorch's program itself cannot be
# called. <!-- shown: refused `Unable to` --> TensorFlow's result has one function for each way to call it, and Keras names
# its own `serve`. <!-- shown: save `loaded.serve` --> The last pair ends with two older ways, which still fill
# tutorials. TorchScript (`torch.jit`) is deprecated in PyTorch 2.13, and its warning is hidden unless you
# ask for it. <!-- shown: refused `DeprecationWarning` --> Keras 3 refuses
# `save_format`. <!-- shown: refused `deprecated in` -->
#
# Keep the code and a checkpoint to train on. An exported model is made for answering.
# And keep what `tf.saved_model.load` returns as long as you use a function of it: the weights belong to
# it. <!-- no claim -->
#
# ## 2. What is frozen
#
# *Your code branches, reads a number and drops values at random. What of that is in the file?*
#
# An exporter runs your function once, on stand-ins for tensors, and writes down the
# operations. [Graphs](03_graphs.ipynb) called that tracing. Whatever Python computes
# meanwhile becomes a constant. Four functions show it. PyTorch
# exports each with four ones as example, and TensorFlow with a free size. <!-- no claim --> Then two get another
# input, and one gets another number. A change is **loud** if an error reports it, and
# **silent** if you get another number without an error.
#
# *Predict:* how many of the four are silent with `torch.export`, or with a saved
# `tf.function`?

# %% name="ask_silent"
predict("export.silent", ...)
fates, settings = Fates(), {"factor": 2.0}

# %% tags=["torch"] pair="exporters"
class Whole(nn.Module):
    def forward(self, x):
        return self.function(x)

def export(function, sizes=None):
    whole, ones = Whole(), torch.ones(4)
    whole.function = function
    return torch.export.export(
        whole, (ones,), dynamic_shapes=sizes).module()

# %% tags=["tensorflow"] pair="exporters"
def save(function):
    whole, free = tf.Module(), tf.TensorSpec((None,))
    whole.serve = tf.function(function, [free])
    tf.saved_model.save(whole, folder / "whole")
    return tf.saved_model.load(folder / "whole").serve

# %% tags=["torch"] pair="branch"
def branch_torch(x):
    return x * 2 if x.sum() > 0 else x * 3

fates.note("branch on values", "torch.export",
           lambda: export(branch_torch),
           -torch.ones(4), [-3] * 4)

# %% tags=["tensorflow"] pair="branch"
def branch_tf(x):
    return x * 2 if tf.reduce_sum(x) > 0 else x * 3

fates.note("branch on values", "tf.function",
           lambda: save(branch_tf),
           -tf.ones(4), [-3] * 4)

# %% tags=["torch"] pair="number"
share = lambda x: x / int(x.shape[0])
fates.note("batch as a number", "torch.export",
           lambda: export(share),
           torch.ones(2), [0.5] * 2)

settings["factor"] = 2.0
made = export(lambda x: x * settings["factor"])
settings["factor"] = 3.0
fates.note("Python number", "torch.export",
           lambda: made, torch.ones(4), [3] * 4)

# %% tags=["tensorflow"] pair="number"
share = lambda x: x / int(x.shape[0])
fates.note("batch as a number", "tf.function",
           lambda: save(share),
           tf.ones(2), [0.5] * 2)

settings["factor"] = 2.0
made = save(lambda x: x * settings["factor"])
settings["factor"] = 3.0
fates.note("Python number", "tf.function",
           lambda: made, tf.ones(4), [3] * 4)

# %% tags=["torch"] pair="dropout"
torch.manual_seed(0)
fates.note("functional dropout", "torch.export",
           lambda: export(nn.functional.dropout),
           torch.ones(4), [1] * 4)
dropout = nn.Dropout()  # the layer, in training
training = export(dropout)(torch.ones(4))
evaluation = export(dropout.eval())(torch.ones(4))
print(training.tolist(), evaluation.tolist())
assert (training != 1).all()
agree(evaluation, [1] * 4)

# %% tags=["tensorflow"] pair="dropout"
tf.random.set_seed(0)
half_dropped = lambda x: tf.nn.dropout(x, 0.5)
fates.note("functional dropout", "tf.function",
           lambda: save(half_dropped),
           tf.ones(4), [1] * 4)

# %% tags=["nbval-ignore-output"] name="fates_drawn"
reveal("export.silent", 2)
fate_plots.fates(fates)
for (what, exporter), fate in fates.items():
    if what in ("Python number", "functional dropout"):
        assert fate == "silent"
    elif (what, exporter) == (
            "branch on values", "tf.function"):
        assert fate == "right"
    else:
        assert fate == "loud"

# %% [markdown]
# A Python number and a functional dropout are silent in both
# frameworks. <!-- shown: fates_drawn `"silent"` --> The number is a constant now. The dropout is not frozen: it drops
# at each call, as the function itself does. The size of the batch as a Python number is loud, because it is fixed at 4 in
# PyTorch's program, and TensorFlow does not know the free size, which is
# `None`. <!-- shown: fates_drawn `"loud"` --> A branch on values is an error in `torch.export`, which does not know the
# sum. <!-- shown: fates_drawn `"loud"` --> AutoGraph turns it into an operation that holds both branches, so TensorFlow's file is
# right. <!-- shown: fates_drawn `"right"` -->
#
# There are four cures. Give a number that may change as an input. Keep a size in the graph:
# write `x.shape[0]` in PyTorch, without `int`, and `tf.cast(tf.shape(x)[0], x.dtype)` in TensorFlow. <!-- shown: dynamic `agree(cured` --> Write `torch.where`,
# `torch.cond` or `tf.where` for a choice by values. <!-- no claim --> Use the *layer* for dropout, and call
# `.eval()` before you export a PyTorch module. <!-- shown: dropout `agree(evaluation` --> A PyTorch layer that is exported in training drops, too, without an
# error. <!-- shown: dropout `training != 1` -->
#
# **You try:** mend the branch in each half, with `torch.where` or `tf.where`. What
# becomes of it? <!-- try: branch `return x * 2 if x.sum() > 0 else x * 3` with `return torch.where(x.sum() > 0, x * 2, x * 3)`; branch `return x * 2 if tf.reduce_sum(x) > 0 else x * 3` with `return tf.where(tf.reduce_sum(x) > 0, x * 2, x * 3)`; fates_drawn `elif (what, exporter) == (` with `elif what == "branch on values" or not (`; fates_drawn `"branch on values", "tf.function"):` with `True):` -->
#
# <details><summary>Answer</summary>
#
# It is right in both, because the graph computes both results and chooses.
#
# </details>
#
# ## 3. Which shapes
#
# *The example had ten images. What happens to three?*
#
# `torch.export` freezes each size of its example, unless you say which may
# change. <!-- shown: dynamic `Guard failed` --> A **dynamic dimension** is a size that may change from call to
# call. PyTorch gives it a name and bounds, as in `Dim("batch", max=64)`. <!-- shown: dynamic `65: False` -->
# Sizes with the same name must be equal. Keras leaves the batch free by default, and fixes it
# if you write a number. <!-- shown: dynamic `9: right` --> All other sizes belong to the signature, and so do
# dtypes. What a runtime checks of them differs, so try one call beyond each bound. Exercises: `export.accepted_calls`,
# `export.frozen_values`, `export.one_export`. <!-- no claim -->

# %% tags=["torch"] pair="dynamic"
message = refusal(read, x_torch[:3])
print(message)
assert "Guard failed: input.size()[0] == 10" in message
batch = torch.export.Dim("batch", max=64)
program = torch.export.export(
    module, (x_torch,), dynamic_shapes=({0: batch},))
images = torch.tensor(test)
found = accepted(program.module(), images, (1, 64, 65))
print(found)
assert found == {1: True, 64: True, 65: False}
cured = export(lambda x: x / x.shape[0], ({0: batch},))
agree(cured(torch.ones(2)), [0.5] * 2)

# %% tags=["tensorflow"] pair="dynamic"
message = refusal(loaded.serve, x_keras[:, :7])
print(message)
assert "Can not cast TensorSpec" in message
ten = [tf.TensorSpec((10, 8, 8, 1), tf.float32)]
model.export(folder / "ten", verbose=False,
             input_signature=ten)
fixed = tf.saved_model.load(folder / "ten")
for each, right in (loaded, True), (fixed, False):
    found = accepted(each.serve, x_keras, (9, 10))
    print(found)
    assert found == {9: right, 10: True}
cured = save(
    lambda x: x / tf.cast(tf.shape(x)[0], x.dtype))
agree(cured(tf.ones(2)), [0.5] * 2)

# %% tags=["torch"] pair="mismatch"
wrong = nn.Sequential(nn.Linear(4, 3), nn.Linear(5, 2))
nodes = torch.fx.symbolic_trace(wrong).graph.nodes
message = refusal(
    torch.export.export, wrong, (torch.ones(1, 4),))
print(len(nodes), message)
assert len(nodes) == 4
assert "same reduction dim" in message

# %% tags=["tensorflow"] pair="mismatch"
wrong = tf.function(
    lambda x: x @ tf.ones((4, 3)) @ tf.ones((5, 2)))
four = tf.TensorSpec((None, 4), tf.float32)
message = refusal(wrong.get_concrete_function, four)
print(message)
assert "Dimensions must be equal" in message

# %% [markdown]
# The last pair has two layers that do not fit. Both exporters find that, since they compute
# all shapes on the way. <!-- shown: mismatch `same reduction`, mismatch `Dimensions must` --> An older tracer, `torch.fx.symbolic_trace`, only records calls, and finds
# nothing: it gives a graph of 4 nodes. <!-- shown: mismatch `len(nodes) == 4` -->
#
# **You try:** give `torch.export` an example of one image, `x_torch[:1]`. Why does it
# refuse? <!-- try: dynamic `module, (x_torch,)` with `module, (x_torch[:1],)` raises -->
#
# <details><summary>Answer</summary>
#
# A size of 1 is taken as fixed, because 1 has a meaning of its own: it is broadcast. So
# take an example of two or more.
#
# </details>
#
# ## 4. ONNX
#
# *Two frameworks, two formats. Is there one that both can write?*
#
# **ONNX** is a format for graphs of operations that belongs to no framework. Its set of
# operations has versions, and a file names its own, the **opset**. *ONNX Runtime* runs such
# files from Python, C, Java or JavaScript.
#
# PyTorch's exporter uses `torch.export`, so that sections 2 and 3 hold ([from the
# documentation](https://docs.pytorch.org/docs/stable/onnx_export.html)). Keras leaves the
# work to tf2onnx ([from the documentation](https://keras.io/api/models/model_saving_apis/export/)). Choose the names of inputs and outputs with care, because the code of
# your users depends on them.
#
# In both files, weights lie as *raw bytes*: little-endian, row by row, without a header. If
# you know dtype and shape, `np.frombuffer` reads them. <!-- shown: bytes -->
#
# Then the file must be proved, by the [first gate](08_porting.ipynb) of a port: the same
# inputs, and outputs compared by value, for several sizes of batch.

# %% tags=["torch"] pair="onnx_export"
# needs: onnx, onnxscript
free = ({0: torch.export.Dim("batch")},)
written = torch.onnx.export(
    module, (x_torch,), dynamic_shapes=free,
    input_names=["x"], verbose=False)
written.save(folder / "torch.onnx")

# %% tags=["tensorflow"] pair="onnx_export"
# needs: onnx, tf2onnx
model.export(folder / "keras.onnx", format="onnx",
             verbose=False)

# %% tags=["nbval-ignore-output"] name="bytes"
# needs: onnx, onnxscript, tf2onnx
import onnx

graphs = {}
for file in sorted(folder.glob("*.onnx")):
    graphs[file.stem] = whole = onnx.load(file)
    tensor = whole.graph.initializer[0]
    numbers = np.frombuffer(tensor.raw_data, "<f4")
    print(file.stem, "opset", whole.opset_import[0].version,
          tensor.name, tensor.dims)
    agree(numbers.reshape(tensor.dims),
          onnx.numpy_helper.to_array(tensor))

# %% name="open_onnx"
def run_onnx(session, pixels):
    source = session.get_inputs()[0]
    if source.shape[-1] == 1:  # Keras: channels last
        pixels = np.moveaxis(pixels, 1, -1)
    return session.run(None, {source.name: pixels})[0]

# %% tags=["nbval-ignore-output"] name="values"
# needs: onnx, onnxruntime, onnxscript, tf2onnx
import onnxruntime

one_thread = onnxruntime.SessionOptions()
one_thread.intra_op_num_threads = 1
for title in graphs:
    file = folder / f"{title}.onnx"
    session = onnxruntime.InferenceSession(
        file, one_thread)
    for images in 1, 10, 597:
        answer = run_onnx(session, test[:images])
        off = np.abs(answer - expected[:images]).max()
        print(title, images, f"off by {off:.0e}")
        assert off < 1e-4

# %% [markdown]
# Both files answer what NumPy expects, for each size of batch. <!-- shown: values -->
#
# *Predict:* before training, the pixels were divided by their largest value. A user of the file forgets it,
# and sends numbers up to 16. <!-- shown: pixels `raw.max()` --> The output has the right
# shape. What happens to the accuracy?

# %% name="ask_pixels"
predict("export.pixels", ..., a="it stays",
        b="it falls by more than 10 points")

# %% name="pixels"
raw = 16 * test
answer = digits_cnn.logits(arrays, raw)
hits = np.mean(answer.argmax(axis=1) == labels)
right_share = np.mean(expected.argmax(axis=1) == labels)
print(f"accuracy {right_share:.2f} -> {hits:.2f}")
reveal("export.pixels", "b")
assert answer.shape == expected.shape
assert raw.max() == 16
assert hits < right_share - 0.1

# %% [markdown]
# A test of shapes would pass here. <!-- no claim --> So test values. And put what comes before the model into the file,
# or ship it beside the file: nothing in the file says that pixels must be divided.
#
# ## 5. The graph, and batch norm
#
# *The model has eight layers. How many operations has the file?*

# %% tags=["nbval-ignore-output"] name="graph"
# needs: onnx, onnxscript, tf2onnx
onnx_graph_plots.side_by_side(graphs)

# %% [markdown]
# The graphs differ, and compute the same. Keras's has more operations: it moves the channels,
# writes product and sum as two operations where PyTorch has one (`Gemm`), and finds the shape after the flatten from the
# size of the batch, step by step. <!-- shown: in_file `"Gemm" in`, in_file `<= kinds` --> Neither has a batch norm. Where is it?
#
# In evaluation, batch norm multiplies each channel by a number and adds another. A convolution
# is linear, so both can go into its weights. For a channel with scale $\gamma$, shift $\beta$,
# running mean $\mu$ and running variance $\sigma^2$:
#
# $$f = \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}}, \qquad w' = f\,w, \qquad b' = f\,(b - \mu) + \beta$$
#
# This is called **folding**. By hand: $w = 2$, $b = 1$, $\mu = 3$, $\sigma^2 + \varepsilon = 4$,
# $\gamma = 1$ and $\beta = 5$ give $f = \frac{1}{2}$, $w' = 1$ and $b' = 4$.

# %% name="fold"
variance = arrays["norm.running_var"]
f = arrays["norm.weight"] / np.sqrt(variance + 1e-3)
folded = arrays["conv1.weight"] * f[:, None, None, None]
shift = arrays["conv1.bias"] - arrays["norm.running_mean"]
shift = f * shift + arrays["norm.bias"]
print("f:", f.round(2))

# %% tags=["torch"] pair="in_file"
# needs: onnx, onnxscript
from onnx.numpy_helper import to_array

graph = onnx.load(folder / "torch.onnx").graph
stored = {each.name: to_array(each)
          for each in graph.initializer}
agree(stored["conv1.weight"], folded)
agree(stored["conv1.bias"], shift, tolerance=1e-5)
assert "Gemm" in [node.op_type for node in graph.node]

# %% tags=["tensorflow"] pair="in_file"
# needs: onnx, tf2onnx
from onnx.numpy_helper import to_array

graph = onnx.load(folder / "keras.onnx").graph
stored = {each.name: to_array(each)
          for each in graph.initializer}
kinds = {node.op_type for node in graph.node}
assert {"Transpose", "MatMul", "Add", "Shape"} <= kinds
for node in graph.node:
    if node.op_type == "Mul":
        agree(stored[node.input[1]].ravel(), f)

# %% [markdown]
# PyTorch's exporter has folded: the weights in the file are ours. <!-- shown: in_file `folded` --> Keras's file
# keeps the factor as a multiplication, `Mul`. <!-- shown: in_file `ravel(), f)` --> A runtime may fold it when it loads the
# file.
#
# Try `export.fold_batch_norm`. <!-- no claim -->
#
# ## 6. What does not go over
#
# *ONNX has no singular value decomposition. What does an exporter do with one?*
#
# *Predict:* which exporter refuses?

# %% name="ask_svd"
predict("export.svd", ..., a="both", b="only PyTorch's",
        c="only Keras's", d="neither")

# %% tags=["torch"] pair="unsupported"
# needs: onnx, onnxscript
whole = Whole()
whole.function = torch.linalg.svdvals
message = refusal(torch.onnx.export, whole, (x_torch,))
print(message)
assert "No ONNX function found" in message

# %% tags=["tensorflow"] pair="unsupported"
# needs: onnx, tf2onnx
small = keras.Sequential([
    keras.Input((3, 3)),
    layers.Lambda(lambda x: tf.linalg.svd(x)[0])])
small(np.ones((1, 3, 3), np.float32))
file = folder / "singular.onnx"
small.export(file, format="onnx", verbose=False)
message = refusal(onnx.checker.check_model, file)
print(message)
assert file.exists()
assert "No Op registered for Svd" in message

# %% tags=["torch"] pair="older"
# needs: onnx, onnxruntime
def branch(x):
    return x * 2 if x.sum() > 0 else x * 3

whole.function = branch
file, minus = folder / "branch.onnx", -torch.ones(4)
torch.onnx.export(whole, (-minus,), file,
                  dynamo=False, input_names=["x"])
older = onnxruntime.InferenceSession(file)
answer = older.run(None, {"x": minus.numpy()})[0]
print("file", answer, "module", branch(minus))
agree(answer, [-2] * 4)

# %% tags=["tensorflow"] pair="older"
# needs: onnx, tf2onnx
import tf2onnx

message = refusal(tf2onnx.convert.from_keras, model)
print(message)
assert "KeyError" in message

# %% name="svd"
reveal("export.svd", "b")

# %% [markdown]
# PyTorch's exporter refuses, and names the operation. <!-- shown: unsupported `No ONNX function` --> Keras's exporter writes a
# file without an error. <!-- shown: unsupported `file.exists()` --> Keras's file is invalid, which
# `onnx.checker` finds at once, and your user when the file is loaded. <!-- shown: unsupported `for Svd` --> PyTorch's older exporter,
# `dynamo=False`, traces: its file answers −2 where the module answers −3. <!-- shown: older `agree` --> tf2onnx's
# `from_keras`, which tutorials show, fails on this `Sequential` of Keras 3. <!-- shown: older `KeyError` -->
#
# So an export ends with two tests: the checker, and values, on inputs that take each branch.
#
# ## 7. How fast
#
# *Is a runtime faster than its framework?*
#
# ONNX Runtime joins operations, and has no Python and no gradients between them. The
# cell measures the same model with one thread, and draws ratios to ONNX Runtime, which has the last file of section 4.

# %% tags=["torch"] pair="runs"
@torch.inference_mode()
def run_torch(pixels):
    return module(torch.from_numpy(pixels))

runs["PyTorch"] = run_torch
agree(run_torch(test), expected, tolerance=1e-5)

# %% tags=["tensorflow"] pair="runs"
@tf.function
def run_tf(pixels):
    return model(tf.transpose(pixels, (0, 2, 3, 1)))

runs["tf.function"] = run_tf
agree(run_tf(test), expected, tolerance=1e-5)

# %% tags=["nbval-ignore-output"] name="speed"
# needs: onnx, onnxruntime, onnxscript, tf2onnx
print("ONNX Runtime has the file of", title)
runs["ONNX Runtime"] = lambda p: run_onnx(session, p)
speed_plots.ratios(runs, test, [1, 8, 64, 512])

# %% [markdown]
# A point at 10 means that the framework takes ten times as long. <!-- no claim --> For one image, most of
# the time goes to what happens before and between the operations: checks, Python, the choice of a
# kernel. For many images, it goes to the operations and to the memory for their results, and then it matters
# how well a library does *these* on *this* processor. A curve may jump from one size to the next, and the picture doesn't say
# why: only a profiler would. So carry its numbers to no other model or machine.
#
# ## 8. Back again
#
# *Second reading.* *How much does a program need, to run such a file?*
#
# The graph in the file is a list of nodes, each behind those it waits for. A node has an operation,
# names of inputs and outputs, and attributes. An interpreter is a table of functions
# and one loop. `conv` and `max_pool` slide a window, as you know it from [Porting](08_porting.ipynb). <!-- no claim -->

# %% name="operations"
OPERATIONS = {
    "Conv": conv, "MaxPool": max_pool,
    "Relu": lambda x: np.maximum(x, 0),
    "Reshape": lambda x, to, **_: x.reshape(to),
    "Gemm": lambda x, w, b, **_: x @ w.T + b,  # transB=1
    "MatMul": np.matmul, "Mul": np.multiply,
    "Add": np.add,
    "Transpose": lambda x, perm: x.transpose(perm),
    "Shape": lambda x: np.array(x.shape),
    "Gather": lambda x, places: x[places],
    "Cast": lambda x, to: x,  # to another integer type
    "Slice": lambda x, begin, end, _: x[begin[0]:end[0]],
    "Concat": lambda *x, axis: np.concatenate(x, axis)}

# %% tags=["nbval-ignore-output"] name="interpreter"
# needs: onnx, onnxscript, tf2onnx
def interpret(graph, pixels):
    values = {each.name: onnx.numpy_helper.to_array(each)
              for each in graph.initializer}
    values[graph.input[0].name] = pixels
    for node in graph.node:
        inputs = [values[name] for name in node.input]
        attributes = {
            each.name: onnx.helper.get_attribute_value(each)
            for each in node.attribute}
        operation = OPERATIONS[node.op_type]
        output = operation(*inputs, **attributes)
        values[node.output[0]] = output
    return output

# %% tags=["nbval-ignore-output"] name="reference"
# needs: onnx, onnxscript, tf2onnx
from onnx.reference import ReferenceEvaluator

for title, whole in graphs.items():
    pixels = test[:10]
    if title == "keras":
        pixels = np.moveaxis(pixels, 1, -1)
    answer = interpret(whole.graph, pixels)
    official = ReferenceEvaluator(whole)
    right = official.run(
        None, {whole.graph.input[0].name: pixels})[0]
    agree(answer, right, tolerance=1e-5)

# %% [markdown]
# The loop agrees with `onnx.reference`, in which the makers of ONNX say in NumPy what each operation
# means. <!-- shown: reference -->
#
# *Can ONNX carry a PyTorch model into TensorFlow?* Once it could, with onnx-tensorflow, which is deprecated
# ([from the documentation](https://github.com/onnx/onnx-tensorflow)). Today a model goes over by
# [porting](08_porting.ipynb), or stays in ONNX Runtime, which any program can call. Converters such as onnx2tf want an older
# TensorFlow (2.19, in November 2026), and we have not tried them. <!-- no claim --> Exercise: `export.run_graph`. <!-- no claim -->
#
# **You try:** let the loop print `node.op_type` and `output.shape`. Which node is the
# flatten? <!-- try: interpreter `values[node.output[0]] = output` with `values[node.output[0]] = output; print(node.op_type, output.shape)`; reference + `assert "Reshape" in [n.op_type for n in whole.graph.node]` -->
#
# <details><summary>Answer</summary>
#
# The `Reshape` whose output has the shape (10, 512).
#
# </details>
#
# ## 9. Eight bits, by hand
#
# *A number of float32 takes four bytes. What is lost with one?*
#
# **Quantisation** replaces real numbers by whole numbers of few bits. For eight bits, these
# are the 256 from −128 to 127. <!-- no claim --> Two numbers say what they mean: the **scale** is the step from one to the
# next, and the **zero point** is the whole number that stands for 0. <!-- no claim --> A real number $x$ becomes
#
# $$q = \text{clip}\left(\text{round}\left(\frac{x}{\text{scale}}\right) + \text{zero point},\; -128,\; 127\right)$$
#
# and $q$ stands for $\text{scale}\cdot(q - \text{zero point})$. The range is widened to hold $0$, and $0$ is
# exact, because padding and ReLU make many zeros. By hand, for a range from $-1$ to $3$: the scale is
# $4/255 \approx 0.0157$, the zero point is $\text{round}(-128 + 1/0.0157) = -64$, and $0.5$ becomes
# $\text{round}(31.9) - 64 = -32$.

# %% name="by_hand"
def scale_and_zero_point(low, high):
    low, high = min(low, 0), max(high, 0)
    scale = (high - low) / 255
    return scale, int(np.round(-128 - low / scale))

def quantized(x, scale, zero_point):
    whole = np.round(x / scale) + zero_point
    return np.clip(whole, -128, 127).astype(np.int8)

some = np.array([-1, 0, 0.5, 3, 9], np.float32)
scale, zero = scale_and_zero_point(low=-1, high=3)
q = quantized(some, scale, zero)
print(zero, q)
assert q.tolist() == [-128, -64, -32, 127, 127]

# %% tags=["torch"] pair="fake"
shown = torch.fake_quantize_per_tensor_affine(
    torch.tensor(some), scale, zero, -128, 127)
print(np.round(shown.tolist(), 3))
agree(shown, scale * (q.astype(np.float32) - zero))

# %% tags=["tensorflow"] pair="fake"
shown = tf.quantization.fake_quant_with_min_max_vars(
    some, min=-1, max=3, num_bits=8)
print(shown.numpy().round(3))
agree(shown, scale * (q.astype(np.float32) - zero))

# %% [markdown]
# On these numbers, both frameworks agree with the formula. <!-- shown: fake --> It has two errors. Rounding costs half a step at most.
# **Saturation** cuts off what lies beyond the range: 9 becomes 127, as 3 does, without an
# error. <!-- shown: by_hand -->
#
# Weights are quantised symmetrically: the zero point is $0$, and the scale is
# $\max|w|/127$. Folding has made the channels more unequal, so that with one scale for all, most
# of them stay far below the largest. **Per-channel quantisation** gives each output channel its own
# scale.

# %% name="per_channel"
largest = np.abs(folded).max(axis=(1, 2, 3))
scales = largest / 127
one = scales.max()
quantization_plots.channels(folded, one, scales)
assert np.sum(largest / one < 127 / 2) == 5

# %% [markdown]
# With one scale, 5 of the 8 channels reach less than half of
# 127. <!-- shown: per_channel --> With scales of their own, each reaches 127, at the cost of 4 bytes for each. <!-- no claim --> Try `export.scale_zero_point` and `export.quantize_kernel`. <!-- no claim -->
#
# ## 10. A product of whole numbers
#
# *Weights and inputs are whole numbers now. Does their product need a float?*
#
# Write $x = s_x(q_x - z_x)$ and $w = s_w q_w$. The scales leave the sum:
#
# $$\sum x\,w = s_x s_w \sum (q_x - z_x)\,q_w$$
#
# What remains is a sum of whole numbers. It exceeds 16 bits, so it is kept in
# int32. <!-- shown: integers `2**15` --> The bias is rounded with the scale $s_x s_w$ and joins the sum. The next layer wants
# int8 again: multiply by $M = s_x s_w / s_y$, round, add $z_y$ and clip. That is **requantisation**. It needs no float,
# either, if $M$, which is smaller than $1$ here, is kept as a whole number $m = \text{round}(2^{31} M)$. A product with $m$ is shifted to the right by 31 bits, which
# divides it by $2^{31}$, after half of that was added, so that the shift rounds. <!-- shown: requantised `to_float` --> The product itself needs
# 64 bits. <!-- shown: requantised `2**31` --> All ranges come from images of the training, because the test must not choose them.

# %% name="integers"
known = digits_cnn.features(arrays, train[:100])
inputs = digits_cnn.features(arrays, test)
dense, bias = arrays["dense.weight"], arrays["dense.bias"]
s_x, z_x = scale_and_zero_point(0, known.max())
s_w = np.abs(dense).max(axis=1) / 127  # for each class
q_x = quantized(inputs, s_x, z_x).astype(np.int32)
q_w = np.round(dense / s_w[:, None]).astype(np.int32)
q_b = np.round(bias / (s_x * s_w)).astype(np.int32)
total = (q_x - z_x) @ q_w.T + q_b
print("largest sum:", total.max())
assert total.max() > 2**15

# %% name="requantised"
known = digits_cnn.logits(arrays, train[:100])
s_y, z_y = scale_and_zero_point(
    known.min(), known.max())
M = s_x * s_w / s_y  # for each class
m = np.round(M * 2**31).astype(np.int64)
q_y = ((total * m + 2**30) >> 31) + z_y
to_float = np.round(total * M) + z_y
assert np.mean(q_y == to_float) > 0.999
assert (total * m).max() > 2**31
q_y = np.clip(q_y, -128, 127).astype(np.int8)
hits = np.mean(q_y.argmax(axis=1) == labels)
print(f"accuracy {right_share:.3f} -> {hits:.3f}")
assert abs(hits - right_share) < 0.01

# %% [markdown]
# With this layer in whole numbers, the accuracy changes by less than 0.01
# here. <!-- shown: requantised `0.01` --> Try `export.requantize`. <!-- no claim -->
#
# ## 11. LiteRT
#
# *What runs on a phone?*
#
# **LiteRT**, once called TensorFlow Lite, is a runtime for phones and small chips ([from the
# documentation](https://ai.google.dev/edge/litert)). It cannot read a
# SavedModel, so a model must be converted, to a file that ends in
# `.tflite`. <!-- shown: run_litert --> The converter can quantise in three ways. *Dynamic range* keeps weights in int8,
# and finds the scale of each input while it runs. *float16* keeps weights in two bytes. *Full integer* computes in
# int8 between a float32 input and output, and must know the range of each activation before. **Calibration** finds it: the converter runs
# the model on samples that you give, and notes the extremes.
#
# *Predict:* by mistake, the samples are ten times darker than real images. What share of
# the real images' non-zero pixels is then saturated?

# %% name="ask_dark"
predict("export.saturated", ..., a="about 10 %",
        b="about 50 %", c="more than 80 %")

# %% name="dark"
ink = test[test > 0]
low, high = 0, 0.1 * test.max()  # of the dark samples
beyond = np.mean((ink < low) | (ink > high))
print(f"{beyond:.0%} of them are saturated")
reveal("export.saturated", "c")
assert beyond > 0.8

# %% tags=["tensorflow", "nbval-ignore-output"] name="run_litert"
# needs: ai_edge_litert
from ai_edge_litert.interpreter import (
    Interpreter, OpResolverType)

def run_litert(file, x):
    interpreter = Interpreter(str(file))
    run = interpreter.get_signature_runner()
    # The file has a batch of 1; this accepts any.
    [name] = run.get_input_details()
    [output] = run(**{name: x}).values()
    return output

message = refusal(run_litert, folder / "digits", 0)
print(message)
assert "ValueError" in message  # no SavedModel

# %% tags=["tensorflow"] name="ways"
images = np.moveaxis(train, 1, -1)[:100]

def samples(brightness=1.0):
    for image in np.float32(brightness) * images:
        yield [image[None]]

small = {"optimizations": [tf.lite.Optimize.DEFAULT]}
half = {"supported_types": [tf.float16]}
right = {"representative_dataset": samples}
dark = {"representative_dataset": lambda: samples(0.1)}
ways = {"float32": {}, "dynamic range": small,
        "float16": small | {"target_spec": half},
        "int8": small | right,
        "int8, dark": small | dark}

# %% tags=["tensorflow"] name="no_samples"
whole = {"supported_ops": [
    tf.lite.OpsSet.TFLITE_BUILTINS_INT8]}
message = refusal(model.export, folder / "none.tflite",
    format="litert", **small, target_spec=whole)
print(message)
assert "`representative_dataset` must be" in message

# %% tags=["tensorflow", "nbval-ignore-output"] name="converted"
# needs: ai_edge_litert
for way, options in ways.items():
    file = folder / f"{way}.tflite"
    model.export(file, format="litert", verbose=False,
                 **options)
    answer = run_litert(file, np.moveaxis(test, 1, -1))
    hits = np.mean(answer.argmax(axis=1) == labels)
    size = file.stat().st_size
    sizes["Keras: " + way] = size, hits
    print(f"{way}: {size} bytes, accuracy {hits:.3f}")
    if "dark" in way:
        assert hits < 0.2
        assert size == sizes["Keras: int8"][0]
    else:
        assert hits > right_share - 0.01

# %% tags=["nbval-ignore-output"] name="sizes"
mobile_runs.table()
files = sizes | mobile_runs.files()
size_plots.size_against_accuracy(files)
for size, hits in mobile_runs.files().values():
    assert hits > right_share - 0.01

# %% [markdown]
# Full integer without samples is a loud error. <!-- shown: no_samples --> Wrong samples are silent: the dark ones change neither
# the shape of the output nor the size of the file, and the accuracy falls below
# 0.2. <!-- shown: converted `< 0.2` --> The other files lose less than 0.01. <!-- shown: converted `right_share - 0.01` --> Do not conclude that
# quantisation is free: this task is easy. The sizes do not fall to a quarter, either. Names and shapes
# take their share, and so do numbers that stay long:
#
# | scheme | a weight | its bias | scales |
# |---|---|---|---|
# | float32 | 4 bytes | 4 bytes | none <!-- no claim --> |
# | float16 | 2 bytes | 2 bytes | none <!-- no claim --> |
# | dynamic range | 1 byte | 4 bytes, float32 | 4 bytes for each channel <!-- no claim --> |
# | full integer | 1 byte | 4 bytes, int32 | 4 bytes for each channel <!-- no claim --> |
#
# Full integer also keeps a scale and a zero point for each activation. The converter of dynamic range leaves kernels of fewer than 1,024 weights in float32 ([from the
# documentation](https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/quantization/lite/quantize_weights.h)).
#
# Try `export.saturated_share` and `export.model_bytes`. <!-- no claim -->
#
# **You try:** make the samples sixteen times too bright, in place of ten times too dark. Is that as
# bad? <!-- try: ways `samples(0.1)` with `samples(16)`; converted `assert hits < 0.2` with `assert hits > 0.9` -->
#
# <details><summary>Answer</summary>
#
# No: nothing saturates. The steps are at least 16 times larger, and the accuracy stays above 0.9.
#
# </details>
#
# ## 12. Delegates, and PyTorch on a phone
#
# *A phone has a chip for graphics and one for networks. How does a file use them?*
#
# A **delegate** is a plugin of LiteRT that takes over a part of the graph when the file is loaded, for
# one kind of chip. The file stays as it is. <!-- shown: plan `== stored` --> On the CPU, a delegate named XNNPACK is on by
# default. <!-- shown: plan `"DELEGATE" in` --> In the list below it stands behind the operations which it may replace. Lists of delegates age: Android's NNAPI, which
# many name, is deprecated ([from the
# documentation](https://developer.android.com/ndk/guides/neuralnetworks/migration-guide)).

# %% tags=["tensorflow"] name="plan"
# needs: ai_edge_litert
file = folder / "float32.tflite"
stored = file.read_bytes()
def operations(**options):
    interpreter = Interpreter(str(file), **options)
    interpreter.allocate_tensors()
    found = interpreter._get_ops_details()  # private
    return [each["op_name"] for each in found]

none = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
plain = operations(experimental_op_resolver_type=none)
print(plain, "and", operations()[len(plain):])
assert "DELEGATE" in operations()
assert "DELEGATE" not in plain
assert file.read_bytes() == stored

# %% [markdown]
# Besides ONNX Runtime, PyTorch has two ways to a phone. <!-- no claim --> *litert-torch* makes LiteRT's file of a program of
# `torch.export`. <!-- no claim --> *ExecuTorch* is a runtime of PyTorch's own, with files that end in `.pte` and
# delegates of its own. <!-- no claim --> The first does not fit beside this course's packages, and the second brings many. So the picture above shows a stored run,
# which `python -m bench.export` repeats in an environment of its own. <!-- no claim --> Every file of it loses less than 0.01 of
# accuracy. <!-- shown: sizes -->
#
# ## 13. In the browser
#
# *A web page has no Python. Which of the files can it run?*
#
# ONNX Runtime Web runs ONNX files, LiteRT.js runs `.tflite`, and TensorFlow.js has a format of its own. <!-- no claim --> A `.pt2` or a
# SavedModel must be converted. <!-- no claim --> The cells write the files into one
# folder, and the page runs what it finds there, without a network. TensorFlow.js gets the folded model, without a batch
# norm. <!-- shown: page_files `light(x_keras)` --> Its format is a description in JSON and the weights, one behind the other. A
# *manifest* in the JSON of TensorFlow.js gives the name, dtype and shape of each, so that a reader knows where each
# begins. <!-- shown: page_files `first` --> Other formats write down the place as well, and leave gaps for alignment.

# %% tags=["torch"] pair="page_files"
# needs: onnx, onnxscript
file = folder / "torch.onnx"
copied = (site / "model.onnx").write_bytes(
    file.read_bytes())

# %% tags=["tensorflow"] pair="page_files"
light = keras.Sequential([keras.Input((8, 8, 1))])
for layer in model.layers[:1] + model.layers[2:]:
    copy = type(layer).from_config(layer.get_config())
    light.add(copy)
kernel = np.transpose(folded, (2, 3, 1, 0))
others = digits_cnn.for_keras(arrays)[6:]
light.set_weights([kernel, shift, *others])
agree(light(x_keras), expected[:10], tolerance=1e-5)
light.export(site / "model.tflite", format="litert",
             verbose=False)
web.write_tfjs(site / "tfjs", light)
raw = (site / "tfjs" / "weights.bin").read_bytes()
first = np.frombuffer(raw, "<f4", kernel.size)
agree(first, kernel.ravel())

# %% tags=["nbval-ignore-output"] name="page"
twenty = np.moveaxis(test[:20], 1, -1)
web.write_digits(site, twenty, expected[:20])
web.page(site)

# %% [markdown]
# Draw a digit, and compare. The page shows how far each runtime is from the notebook, and how long it takes. It also counts
# forgotten tensors: on a graphics card, TensorFlow.js keeps the memory of each until the program calls `dispose` or
# `tidy` ([from the documentation](https://www.tensorflow.org/js/guide/tensors_operations)). Exercises: `export.manifest_offsets`,
# `export.raw_bytes`. <!-- no claim -->
#
# ## 14. In Java
#
# *Is there Python in TensorFlow?*
#
# Little: both runtimes are libraries in C++ with an interface in C, and the wheels for Python hold them. Java calls
# such functions by its Foreign Function API, since version 22. <!-- no claim --> TensorFlow's own package for Java goes through
# JNI, in code that is generated ([from the documentation](https://github.com/tensorflow/java)). So each way has a bridge.

# %% name="java_source"
lines = java.source("TensorFlow").splitlines()
begin = lines.index("    public Tensor run(Tensor rows) {")
print("\n".join(lines[begin:begin + 11]))

# %% tags=["torch", "nbval-ignore-output"] pair="java"
# needs: onnx, onnxruntime, onnxscript, java
rows, file = test[:256], folder / "torch.onnx"
run = java.run_onnx(file, rows)
print(run.versions, run.threads, run.threads_equal)
times = run.one_row_us / run.batched_row_us
print(f"a row alone takes {times:.0f} times as long")
print(refusal(java.run_onnx, file, rows[..., :7]))
agree(run.answers, expected[:256], tolerance=1e-5)
assert run.threads_equal

# %% tags=["tensorflow", "nbval-ignore-output"] pair="java"
# needs: java
rows = np.moveaxis(test[:256], 1, -1).copy()
run = java.run_tensorflow(folder / "digits", rows)
print(run.versions, run.threads, run.threads_equal)
times = run.one_row_us / run.batched_row_us
print(f"a row alone takes {times:.0f} times as long")
print(refusal(java.run_tensorflow, folder, rows))
agree(run.answers, expected[:256], tolerance=1e-5)
assert run.threads_equal

# %% [markdown]
# Java's answers are NumPy's. <!-- shown: java `agree` --> Many *virtual threads*, Java's cheap threads, ask at once, and each gets the same bits
# as its row alone. <!-- shown: java `run.threads_equal` --> A row alone takes longer than a row in a batch. An error is the library's own sentence.
#
# With Maven, a program depends on packages in place of the wheels. These are the newest that we found
# documented in November 2026. <!-- no claim --> They were *not* run here:
#
# ```xml
# <dependency>
#   <groupId>org.tensorflow</groupId>
#   <artifactId>tensorflow-core-platform</artifactId>
#   <version>1.1.0</version>
# </dependency>
# <dependency>
#   <groupId>com.microsoft.onnxruntime</groupId>
#   <artifactId>onnxruntime</artifactId>
#   <version>1.27.0</version>
# </dependency>
# ```
#
# ## 15. The checklist
#
# 1. Keep code and checkpoint: an export is [for answering](#1.-What-leaves).
# 2. Look for [branches, numbers and functional dropout](#2.-What-is-frozen).
# 3. Name [the sizes that may change](#3.-Which-shapes), and try one beyond each bound.
# 4. Run [the checker](#6.-What-does-not-go-over) on each file.
# 5. Compare [values, for several batches](#4.-ONNX).
# 6. Ship [what precedes the model](#4.-ONNX), too.
# 7. Calibrate on [real data](#11.-LiteRT), and compare values again.
# 8. Measure [speed](#7.-How-fast) on the device, and [size against accuracy](#11.-LiteRT).

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer.
#
# **1.** A module calls dropout as a function. You call `eval()` and export. <!-- no claim --> What does the file do?
#
# - **A** it drops nothing
# - **B** it drops half of the values, at each call
# - **C** the export fails
#
# <details><summary>Answer</summary>
#
# **B.** The function drops by default, and evaluation reaches modules alone. A is what the
# layer does. C would be loud.
#
# </details>
#
# **2.** A file answers with the right shape. What do you know?
#
# - **A** the export is right
# - **B** the shape is right
# - **C** the accuracy is right
#
# <details><summary>Answer</summary>
#
# **B.** All silent faults of this lesson have the right shape. A and C need values.
#
# </details>
#
# **3.** Why does PyTorch's ONNX file hold no batch norm?
#
# - **A** the format has none
# - **B** it was folded into the convolution
# - **C** it does nothing in evaluation
#
# <details><summary>Answer</summary>
#
# **B.** In evaluation it multiplies and adds, and so does the convolution. With C the outputs would change
# if you left it out, and they do.
#
# </details>
#
# **4.** In eight bits the accuracy falls to that of guessing. What do you check first?
#
# - **A** the samples for calibration
# - **B** the number of bits
# - **C** the version of the runtime
#
# <details><summary>Answer</summary>
#
# **A.** A range that is too narrow saturates nearly everything. Eight bits are enough for most networks, and
# another runtime would change the last digits.
#
# </details>
#
# **5.** *Asked in interviews:* what is the difference between a delegate and a format such as TorchScript?
#
# <details><summary>A model answer</summary>
#
# A format says how a model is written down, so that another program can load it. A delegate is a plugin of a
# runtime: it takes over parts of a loaded graph for one kind of chip, and the file stays the same. TorchScript
# was PyTorch's format and is deprecated. <!-- shown: refused `DeprecationWarning` --> Its successor is the program of `torch.export`, from which
# ExecuTorch and litert-torch make files for phones. <!-- shown: save -->
#
# </details>
#
# **6.** *Asked in interviews:* how do you bring a PyTorch model to a phone? <!-- no claim -->
#
# <details><summary>A model answer</summary>
#
# Export it in evaluation, with named sizes, and compare values. Then convert with ExecuTorch or litert-torch, in float first, and
# compare again. <!-- no claim --> Quantise with calibration on real samples, and measure accuracy, size and latency on
# the phone, with and without delegates. Keep ten inputs and outputs as a test.
#
# </details>
