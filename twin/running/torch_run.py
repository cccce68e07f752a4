"""One run of a PyTorch module, watched by hooks."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from twin.arrays import Array, from_torch, tensors
from twin.problems import TwinError
from twin.rules.registry import rules_for_module
from twin.running.calls import Call, Run
from twin.running.stacked import lower_outputs

# What colours a terminal's text.
_STEERING = re.compile(r"\x1b\[[\d;]*m")


def run_module(
    module: nn.Module, inputs: Sequence[Array], *, training: bool = False
) -> Run:
    """Run ``module`` on ``inputs`` and keep what each of its layers did.

    The module is left in the mode in which it was, and so are its buffers.

    Args:
        module: of any class.
        inputs: the positional arguments, in the module's layout.
        training: whether it runs as in training (batch statistics).

    Raises:
        TwinError: it can't take these inputs.
    """
    watch = _Watch()
    with ExitStack() as stack:
        stack.enter_context(torch.no_grad())
        stack.enter_context(as_it_was(module))
        stack.enter_context(_without_fast_path())
        stack.callback(watch.end)
        watch.begin(module)
        module.train(training)
        try:
            out = module(*(as_tensor(one, module) for one in inputs))
        except Exception as error:
            shapes = " and ".join(str(np.shape(one)) for one in inputs)
            raise TwinError(
                f"the PyTorch module can't take a sample of shape {shapes} (it has "
                f"PyTorch's layout): {first_line(error)}"
            ) from error
    outputs = [array for one in tensors(out) for array in _arrays(one)[:1]]
    calls = [call for call in watch.calls if call.is_ruled or not call.is_inner]
    return Run(calls, watch.called, outputs)


def as_tensor(array: Array, module: nn.Module) -> torch.Tensor:
    """``array`` on the module's device; floating-point numbers in its dtype."""
    like = next((p for p in module.parameters() if p.is_floating_point()), None)
    tensor = torch.from_numpy(np.ascontiguousarray(array))
    if like is None:
        return tensor
    if tensor.is_floating_point():
        return tensor.to(like)
    return tensor.to(like.device)


def first_line(error: Exception) -> str:
    """The first line of a framework's error that tells what happened."""
    text = _STEERING.sub("", str(error))
    lines = [line.strip() for line in text.splitlines()]
    # Keras names the layer first, in a line for each that the error came through.
    told = [one for one in lines if one and not one.startswith("Exception encountered")]
    return told[0] if told else type(error).__name__


@contextmanager
def as_it_was(module: nn.Module) -> Iterator[None]:
    """Put the modes and the buffers of a module back afterwards."""
    modes = [(one, one.training) for one in module.modules()]
    buffers = [(one, one.clone()) for one in module.buffers()]
    try:
        yield
    finally:
        for one, mode in modes:
            one.training = mode
        with torch.no_grad():
            for buffer, before in buffers:
                buffer.copy_(before)


@contextmanager
def _without_fast_path() -> Iterator[None]:
    # It computes a whole transformer layer at once, and no module inside of it runs.
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


class _Watch:
    """Hooks on every module, and the calls that they saw."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.called: dict[int, nn.Module] = {}
        self._paths: dict[int, str] = {}
        self._open: list[Call] = []
        self._hooks: list[Any] = []

    def begin(self, module: nn.Module) -> None:
        for path, one in module.named_modules():
            self._paths[id(one)] = path
            before = one.register_forward_pre_hook(self._enter, with_kwargs=True)
            after = one.register_forward_hook(self._leave, with_kwargs=True)
            self._hooks += [before, after]

    def end(self) -> None:
        for hook in self._hooks:
            hook.remove()

    def _enter(self, module: nn.Module, args: Any, kwargs: Any) -> None:
        path = self._paths[id(module)]
        self.called[id(module)] = module
        rules = rules_for_module(module)
        call = Call(path, module, type(module).__name__, bool(rules))
        hidden = any(_covers_all(outer) for outer in self._open)
        for outer in self._open:
            outer.is_inner = True
        self._open.append(call)
        if not hidden:
            # A later layer may change its input in place: copies are kept.
            given = list(tensors(args)) + list(tensors(kwargs))
            call.inputs = [a for one in given for a in _arrays(one, module)[:1]]
            self.calls.append(call)

    def _leave(self, module: nn.Module, args: Any, kwargs: Any, out: Any) -> None:
        call = self._open.pop()
        found = list(tensors(out))
        if not found:
            return
        call.outputs = _arrays(found[0], module)
        call.valid = _valid(found[0], kwargs)
        if isinstance(module, nn.RNNBase):
            # The last step of each direction, which Keras may give instead.
            layers = 2 if module.bidirectional else 1
            last = from_torch(found[1])[-layers:]
            call.outputs.append(np.concatenate(list(last), axis=-1))
            lower = lower_outputs(module, args)
            call.lower = [array for one in lower for array in _arrays(one, module)]


def _covers_all(call: Call) -> bool:
    return call.is_ruled and not all(r.own for r in rules_for_module(call.layer))


def _arrays(value: Any, module: nn.Module | None = None) -> list[Array]:
    if isinstance(value, PackedSequence):
        padded, _ = pad_packed_sequence(value, batch_first=True)
        return [from_torch(padded)]
    array = from_torch(value)
    if getattr(module, "batch_first", True) is False and array.ndim == 3:
        array = array.swapaxes(0, 1)
    return [array]


def _valid(out: Any, kwargs: dict[str, Any]) -> Array | None:
    """Which steps are data, where a packed sequence or a mask of attention tells it."""
    if isinstance(out, PackedSequence):
        _, lengths = pad_packed_sequence(out)
        return np.asarray(np.arange(int(lengths.max())) < lengths.numpy()[:, None])
    ignored = kwargs.get("key_padding_mask")
    if ignored is None or ignored.is_floating_point():
        return None
    return np.logical_not(from_torch(ignored))
