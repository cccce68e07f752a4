"""One run of a Keras model, watched where layers are called."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from twin.arrays import Array, from_keras, tensors
from twin.problems import TwinError
from twin.rules.registry import rules_for_layer
from twin.running.calls import Call, Run
from twin.running.keras_order import as_written, follow_flattened
from twin.running.torch_run import first_line


def run_model(model: keras.Model, inputs: Any, *, training: bool = False) -> Run:
    """Run ``model`` on ``inputs``, eagerly, and keep what each of its layers did.

    A model that was never built is built by this. Its variables that are not trained
    (statistics, random seeds) are left as they were.

    Args:
        model: functional, sequential or subclassed.
        inputs: an array, or several in a list or dictionary, in the model's layout.
        training: whether it runs as in training (batch statistics).

    Raises:
        TwinError: it can't take these inputs.
    """
    watch = _Watch(model)
    before = [(one, from_keras(one)) for one in _kept(model)]
    try:
        with watch.watching():
            out = model(inputs, training=training)
    except TwinError:
        raise
    except Exception as error:
        shapes = " and ".join(str(tuple(one.shape)) for one in tensors(inputs))
        raise TwinError(
            f"the Keras model can't take the sample, which has the shape {shapes} in "
            f"Keras's layout: {first_line(error)}"
        ) from error
    finally:
        for variable, value in before:
            variable.assign(value)
    outputs = [from_keras(one) for one in tensors(out)]
    follow_flattened([call for call in watch.calls if _counts(call)])
    calls = [call for call in as_written(watch.calls) if _counts(call)]
    return Run(calls, watch.called, outputs)


def _counts(call: Call) -> bool:
    return call.is_ruled or not call.is_inner


def _kept(model: keras.Model) -> list[Any]:
    return list(model.non_trainable_variables) if model.built else []


class _Watch:
    """The calls of layers while ``watching`` is open."""

    def __init__(self, model: keras.Model) -> None:
        self.calls: list[Call] = []
        self.called: dict[int, keras.Layer] = {}
        self._model = model
        self._open: list[Call] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        # Keras has no hooks. Every layer is called through this one method.
        original = keras.Layer.__call__
        watch = self

        def watched(layer: keras.Layer, *args: Any, **kwargs: Any) -> Any:
            return watch.call(original, layer, args, kwargs)

        keras.Layer.__call__ = watched
        try:
            yield
        finally:
            keras.Layer.__call__ = original

    def call(
        self, original: Callable[..., Any], layer: keras.Layer, args: Any, kwargs: Any
    ) -> Any:
        """Call ``layer`` as Keras does, and keep what comes in and goes out."""
        # Keras builds a layer by calling it without numbers.
        symbolic = not tf.executing_eagerly() or any(
            isinstance(one, keras.KerasTensor) for one in tensors((args, kwargs))
        )
        if symbolic or any(map(_covers_all, self._open)):
            return original(layer, *args, **kwargs)
        call = self._begin(layer, args, kwargs)
        try:
            with _activation_seen(layer) as seen:
                out = original(layer, *args, **kwargs)
        finally:
            self._open.pop()
        found = next(tensors(out), None)
        if found is None:
            return out
        call.outputs = [from_keras(found)]
        if call.is_ruled and seen and seen[-1][1] is found:
            # The layer ends in an activation, which is a layer of its own in PyTorch.
            call.outputs = [from_keras(seen[-1][0])]
            self._add_activation(call, layer, from_keras(found))
        return out

    def _begin(self, layer: keras.Layer, args: Any, kwargs: Any) -> Call:
        for outer in self._open:
            outer.is_inner = True
        outside = [one.path for one in self._open if one.layer is not self._model]
        path = "" if layer is self._model else "/".join([*outside[-1:], layer.name])
        if getattr(layer, "data_format", "channels_last") == "channels_first":
            raise TwinError(
                f"Keras's layer {path} has data_format='channels_first': build the "
                "model with channels last, which TensorFlow needs on the CPU"
            )
        self.called[id(layer)] = layer
        call = Call(path, layer, type(layer).__name__, bool(rules_for_layer(layer)))
        call.outer = self._open[-1] if self._open else None
        given = list(tensors(args)) + list(tensors(kwargs))
        call.inputs = [from_keras(one) for one in given]
        self.calls.append(call)
        self._open.append(call)
        return call

    def _add_activation(self, call: Call, layer: keras.Layer, out: Array) -> None:
        name = getattr(layer.activation, "__name__", type(layer.activation).__name__)
        inside = Call(f"{call.path}.{name}", layer.activation, name, False)
        inside.inputs, inside.outputs, inside.outer = call.outputs, [out], call
        self.calls.append(inside)


def _covers_all(call: Call) -> bool:
    return call.is_ruled and not all(r.own for r in rules_for_layer(call.layer))


@contextmanager
def _activation_seen(layer: keras.Layer) -> Iterator[list[tuple[Any, Any]]]:
    """What goes into and comes out of the activation that is built into a layer."""
    seen: list[tuple[Any, Any]] = []
    # Recurrent layers have it as a property, for a function inside of their cell.
    inner = vars(layer).get("activation")
    if not callable(inner) or inner is keras.activations.linear:
        yield seen
        return

    def spy(x: Any, *args: Any, **kwargs: Any) -> Any:
        out = inner(x, *args, **kwargs)
        seen.append((x, out))
        return out

    # Past Keras's own __setattr__, which would track an activation that is a layer.
    object.__setattr__(layer, "activation", spy)
    try:
        yield seen
    finally:
        object.__setattr__(layer, "activation", inner)
