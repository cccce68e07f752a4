"""matplotlib, scikit-learn, SciPy, Pillow, and tools of the shell."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import animation, font_manager

font_manager._load_fontmanager(try_read_cache=False)
fig, ax = plt.subplots(subplot_kw={"projection": "3d"})
ax.plot_surface(*np.mgrid[:5, :5], np.ones((5, 5)))
plt.savefig("/tmp/p.pdf")
plt.savefig("/tmp/p.svg")
plt.savefig("/tmp/p.jpg")
plt.show()
fig, ax = plt.subplots()
animation.FuncAnimation(fig, lambda i: ax.plot([i]), frames=3).save(
    "/tmp/a.gif", writer="pillow"
)
np.save("/tmp/a.npy", np.ones(1000))
np.load("/tmp/a.npy", mmap_mode="r+")[0] = 2
np.savez_compressed("/tmp/a.npz", a=1)
np.memmap("/tmp/b", "float32", "w+", shape=(100,)).flush()
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

X, y = np.random.rand(100, 3), np.arange(100) % 2
print(cross_val_score(RandomForestClassifier(5, n_jobs=2), X, y, n_jobs=2))
import scipy.linalg
import scipy.optimize
import scipy.sparse.linalg

scipy.linalg.eigh(np.random.rand(300, 300) + np.eye(300) * 300)
from PIL import Image

Image.new("RGB", (10, 10)).save("/tmp/i.png")
Image.open("/tmp/i.png").load()
import cProfile
import ctypes
import getpass
import logging
import platform
import subprocess
import tracemalloc
import uuid

uuid.uuid1(), getpass.getuser(), platform.platform(), platform.libc_ver()
ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 0)()
tracemalloc.start()
cProfile.run("sum(range(10))")
logging.FileHandler("/tmp/log").close()
for command in (
    "ls -la /",
    "pip --version",
    "python -c 'print(1)'",
    "git --version",
    "find /tmp | head -3",
    "tar cf /tmp/t.tar /tmp/i.png",
    "gzip -k /tmp/t.tar",
    "sort /etc/passwd | uniq | wc",
    "cp -a /tmp/i.png /tmp/j.png",
    "mv /tmp/j.png /tmp/k.png",
    "touch /tmp/k.png",
    "chmod +x /tmp/k.png",
    "mktemp",
    "du -s /tmp",
    "which python",
    "env | head -1",
    "timeout 1 true",
    "xargs --version | head -1",
    "sed -i s/a/b/ /tmp/log",
    "awk 'BEGIN{print 1}'",
    "head -c 10 /dev/urandom | base64",
    "c++ --version",
):
    subprocess.run(command, shell=True)
