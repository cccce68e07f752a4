"""PyTorch to LiteRT, float32 and int8; run in an environment with litert-torch.

    python litert_torch_program.py given.npz

Prints one JSON line: versions, and for each file its name and that of its logits.
"""

import json
import sys
from importlib.metadata import version

import litert_torch
import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter
from ai_edge_quantizer import quantizer, recipe
from torch_model import build

WHOLE = "torch.tflite"


def answers(file: str, rows: np.ndarray) -> np.ndarray:
    """The logits of each row, given one at a time, (n, 10)."""
    interpreter = Interpreter(model_path=file)
    interpreter.allocate_tensors()
    (source,), (target,) = (
        interpreter.get_input_details(),
        interpreter.get_output_details(),
    )
    found = []
    for row in rows:
        if source["dtype"] == np.int8:
            scale, zero = source["quantization"]
            row = np.clip(np.round(row / scale) + zero, -128, 127).astype(np.int8)
        interpreter.set_tensor(source["index"], row[None])
        interpreter.invoke()
        answer = interpreter.get_tensor(target["index"])[0].astype(np.float32)
        if target["dtype"] == np.int8:
            scale, zero = target["quantization"]
            answer = (answer - zero) * scale
        found.append(answer)
    return np.stack(found)


given = np.load(sys.argv[1])
first = torch.tensor(given["test"][:1])
litert_torch.convert(build(given), (first,)).export(WHOLE)
files = {"float32": WHOLE}
signatures = Interpreter(model_path=WHOLE).get_signature_list()
((signature, names),) = signatures.items()
for title, chosen in {
    "dynamic range int8": recipe.dynamic_wi8_afp32(),
    "full int8": recipe.static_wi8_ai8(),
}.items():
    work = quantizer.Quantizer(WHOLE)
    work.load_quantization_recipe(chosen)
    samples = [{names["inputs"][0]: row[None]} for row in given["calibration"]]
    seen = work.calibrate({signature: samples}) if work.need_calibration else None
    files[title] = f"{title}.tflite"
    work.quantize(seen).export_model(files[title], overwrite=True)
for title, file in files.items():
    np.save(f"{title}.npy", answers(file, given["test"]))
told = {title: [file, f"{title}.npy"] for title, file in files.items()}
packages = ("torch", "litert-torch", "ai-edge-litert", "ai-edge-quantizer")
print(json.dumps({"versions": {p: version(p) for p in packages}, "files": told}))
