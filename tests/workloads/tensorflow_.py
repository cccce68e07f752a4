"""Pipelines, callbacks, saving, XLA, the profiler, TFLite."""

import keras
import numpy as np
import tensorflow as tf

x = np.random.rand(256, 8).astype("float32")
y = x.sum(1)
data = (
    tf.data.Dataset.from_tensor_slices((x, y))
    .shuffle(256)
    .batch(32)
    .cache("/tmp/cached")
    .prefetch(2)
)
model = keras.Sequential(
    [
        keras.Input((8,)),
        keras.layers.Dense(16, "relu"),
        keras.layers.Dropout(0.1),
        keras.layers.Dense(1),
    ]
)
model.compile("adam", "mse", jit_compile=True)
calls = [
    keras.callbacks.ModelCheckpoint("/tmp/c.keras"),
    keras.callbacks.CSVLogger("/tmp/log.csv"),
    keras.callbacks.EarlyStopping(),
]
model.fit(data, epochs=2, validation_data=data, callbacks=calls, verbose=1)
model.save("/tmp/m.keras")
model.save_weights("/tmp/m.weights.h5")
model.export("/tmp/saved")
tf.saved_model.load("/tmp/saved")
tf.data.Dataset.from_generator(lambda: range(5), tf.int32).map(
    lambda v: v + 1, num_parallel_calls=2
)
d = (
    tf.data.Dataset.range(100)
    .interleave(
        lambda v: tf.data.Dataset.from_tensors(v), num_parallel_calls=tf.data.AUTOTUNE
    )
    .snapshot("/tmp/snap")
)
print(sum(int(v) for v in d))
with tf.io.TFRecordWriter("/tmp/r.tfrecord") as w:
    w.write(b"abc")
print(
    [r.numpy() for r in tf.data.TFRecordDataset("/tmp/r.tfrecord")],
    tf.io.gfile.glob("/tmp/*")[:1],
)
tf.io.gfile.copy("/tmp/r.tfrecord", "/tmp/r2", overwrite=True)
tf.io.gfile.rename("/tmp/r2", "/tmp/r3")
tf.io.gfile.remove("/tmp/r3")
tf.io.gfile.makedirs("/tmp/x/y")
tf.io.gfile.rmtree("/tmp/x")


@tf.function(jit_compile=True)
def g(v):
    return tf.nn.softmax(v @ v)


print(g(tf.ones((50, 50)))[0, 0])
ckpt = tf.train.Checkpoint(model=model)
ckpt.restore(ckpt.save("/tmp/ck/a"))
tf.config.threading.get_intra_op_parallelism_threads()
tf.sysconfig.get_build_info()
tf.profiler.experimental.start("/tmp/prof")
g(tf.ones((50, 50)))
tf.profiler.experimental.stop()
strategy = tf.distribute.MirroredStrategy()
with strategy.scope():
    v = tf.Variable(1.0)
converter = tf.lite.TFLiteConverter.from_keras_model(
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
)
print(len(converter.convert()))
