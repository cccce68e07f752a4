"""PyTorch to ExecuTorch, float32 and int8; run in an environment with ExecuTorch.

    python executorch_program.py given.npz

Prints one JSON line: versions, and for each file its name and that of its logits.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import (
    XnnpackPartitioner,
)
from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import (
    XNNPACKQuantizer,
    get_symmetric_quantization_config,
)
from executorch.exir import to_edge_transform_and_lower
from executorch.runtime import Runtime
from torch_model import build
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

given = np.load(sys.argv[1])
first = torch.tensor(given["test"][:1])
model = build(given)
settings = get_symmetric_quantization_config(is_per_channel=True)
quantizer = XNNPACKQuantizer().set_global(settings)
watched = prepare_pt2e(torch.export.export(model, (first,)).module(), quantizer)
for row in torch.tensor(given["calibration"]):
    watched(row[None])
ways = {
    "float32, portable kernels": (model, []),
    "float32, XNNPACK": (model, [XnnpackPartitioner()]),
    "int8, XNNPACK": (convert_pt2e(watched), [XnnpackPartitioner()]),
}
told = {}
for title, (module, partitioners) in ways.items():
    program = torch.export.export(module, (first,))
    lowered = to_edge_transform_and_lower(program, partitioner=partitioners)
    file = Path(f"{title}.pte")
    file.write_bytes(lowered.to_executorch().buffer)
    method = Runtime.get().load_program(file).load_method("forward")
    rows = torch.tensor(given["test"])
    found = [method.execute([row[None]])[0].numpy().copy() for row in rows]
    np.save(f"{title}.npy", np.concatenate(found))
    told[title] = [file.name, f"{title}.npy"]
packages = ("torch", "executorch", "torchao")
print(json.dumps({"versions": {p: version(p) for p in packages}, "files": told}))
