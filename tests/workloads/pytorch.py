"""Workers, shared memory, the profiler, process groups, export."""

import torch
import torch.multiprocessing as mp
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(torch.randn(64, 3), torch.randn(64, 1))
for workers, persistent, context in (
    (2, True, None),
    (1, False, "spawn"),
    (1, False, "forkserver"),
):
    loader = DataLoader(
        data,
        8,
        num_workers=workers,
        persistent_workers=persistent,
        multiprocessing_context=context,
    )
    print(sum(x.sum().item() for x, _ in loader), mp.get_sharing_strategy())
mp.set_sharing_strategy("file_system")
print(sum(x.sum().item() for x, _ in DataLoader(data, 8, num_workers=1)))
mp.set_sharing_strategy("file_descriptor")
shared = torch.zeros(4).share_memory_()
shared[0] = 1
from torch.profiler import ProfilerActivity, profile

with profile(
    activities=[ProfilerActivity.CPU], profile_memory=True, record_shapes=True
) as prof:
    nn.Linear(3, 3)(torch.ones(2, 3)).sum().backward()
print(prof.key_averages().table(row_limit=3))
prof.export_chrome_trace("/tmp/trace.json")
import torch.distributed as dist

dist.init_process_group(
    "gloo", init_method="tcp://127.0.0.1:29511", rank=0, world_size=1
)
t = torch.ones(3)
dist.all_reduce(t)
dist.destroy_process_group()
print(t)
torch.set_num_threads(2)
torch.rand(500, 500) @ torch.rand(500, 500)
torch.save(nn.Linear(2, 2), "/tmp/m.pt")
torch.load("/tmp/m.pt", weights_only=False)
torch.jit.script(nn.ReLU()).save("/tmp/s.pt")
torch.from_file("/tmp/raw", shared=True, size=10)
torch.export.export(nn.Linear(2, 2), (torch.ones(1, 2),))
