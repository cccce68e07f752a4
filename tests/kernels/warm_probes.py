"""Cells that must show the same in a warm kernel as in a cold one."""

PROBES = {
    "what is defined at the start": "print(sorted(globals()))",
    "modules of ours": (
        "import sys\n"
        "print(sorted(n for n in sys.modules if n.split('.')[0] == 'grader'))\n"
        "print([n for n, m in list(sys.modules.items())"
        " if 'zygote' in str(getattr(m, '__file__', ''))])"
    ),
    "main": (
        "import __main__, sys\n"
        "print(__main__ is sys.modules['__main__'], __name__,"
        " hasattr(__main__, '__file__'), __main__.__dict__ is globals())\n"
        "print(__main__.__spec__, __main__.__loader__, __main__.__doc__)"
    ),
    "the course": (
        "from grader import check, hint\n"
        "import grader, importlib.util\n"
        "print(grader.__file__)\n"
        "for name in ('judging', 'exercises', 'grading', 'authoring'):\n"
        "    print(importlib.util.find_spec('grader.' + name))"
    ),
    "where modules come from": (
        # An editable install names its checkout too, which is empty in the sandbox.
        "course = '/tmp/course'\n"
        "print([p for p in sys.path if 'python' in p or p == course])\n"
        "print(sys.argv[0].rpartition('/')[2], len(sys.argv))\n"
        "print(sys.executable, sys.flags, sys.orig_argv[0])\n"
        "print(sys.warnoptions, sys.dont_write_bytecode)"
    ),
    "environment": (
        "import os\nfor name in sorted(os.environ):\n    print(name, os.environ[name])"
    ),
    "environment of a child": (
        "import subprocess\n"
        "env = subprocess.run(['/usr/bin/env'], capture_output=True, text=True)\n"
        "print(sorted(env.stdout.splitlines()))"
    ),
    "folders": (
        "import tempfile\n"
        "print(os.getcwd(), os.listdir(), tempfile.gettempdir(), oct(os.umask(0)))\n"
        "os.umask(0o77)\n"
        "with tempfile.NamedTemporaryFile() as file:\n"
        "    print(oct(os.stat(file.name).st_mode), os.path.expanduser('~'))"
    ),
    "signals": (
        "import signal\n"
        "for one in sorted(signal.valid_signals()):\n"
        "    handler = signal.getsignal(one)\n"
        "    if handler != signal.SIG_DFL:\n"
        "        print(one, getattr(handler, '__qualname__', handler))\n"
        "print(signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    ),
    "who": (
        "print(os.getpid(), os.getppid(), os.getsid(0), os.getpgrp(),"
        " os.getlogin() if os.isatty(0) else '-', os.getuid() > 0)\n"
        "print(os.getpriority(os.PRIO_PROCESS, 0), len(os.sched_getaffinity(0)))"
    ),
    "limits": (
        "import resource\n"
        "for name in sorted(dir(resource)):\n"
        "    if name.startswith('RLIMIT_'):\n"
        "        print(name, resource.getrlimit(getattr(resource, name)))"
    ),
    "confined": (
        "print(*[line for line in open('/proc/self/status')"
        " if line.startswith(('Cap', 'NoNew', 'Seccomp', 'Groups', 'Sig'))])"
    ),
    # Those that stay open: a thread may just be reading something.
    "open files": (
        "import time\n"
        "def kinds():\n"
        "    time.sleep(0.1)\n"
        "    return {os.readlink(f'/proc/self/fd/{n}').split(':')[0]"
        " for n in os.listdir('/proc/self/fd')"
        " if int(n) > 2 and os.path.lexists(f'/proc/self/fd/{n}')}\n"
        "print(sorted(set.intersection(*(kinds() for _ in range(5)))))"
    ),
    "command line": "print(open('/proc/self/comm').read())",
    "threads of Python": (
        "import threading\n"
        "print(threading.current_thread().name,"
        " threading.main_thread() is threading.current_thread())\n"
        "print(sorted(t.name.split('-')[0] for t in threading.enumerate()))"
    ),
    "garbage": (
        "import gc\n"
        "print(gc.isenabled(), gc.get_threshold(), gc.get_debug())\n"
        "class Node: pass\n"
        "import weakref\n"
        "node = Node(); node.me = node; dead = weakref.ref(node); del node\n"
        "gc.collect()\n"
        "print(dead() is None)"
    ),
    "exit": "import atexit, logging\nprint(logging.root.handlers, logging.root.level)",
    "warnings": (
        "import warnings\n"
        "warnings.warn('seen')\n"
        "warnings.warn('seen', DeprecationWarning)\n"
        "warnings.warn('not seen', PendingDeprecationWarning)"
    ),
    "interpreter": (
        "print(sys.getrecursionlimit(), sys.getswitchinterval(),"
        " sys.float_repr_style, sys.excepthook.__name__, sys.gettrace())\n"
        "import locale\n"
        "print(locale.getlocale(), sys.stdout.encoding, sys.getfilesystemencoding())"
    ),
    "IPython": (
        "ip = get_ipython()\n"
        "print(ip.profile, ip.history_manager.enabled, ip.colors, ip.autoreload"
        " if hasattr(ip, 'autoreload') else '')\n"
        "print(ip.profile_dir.location if ip.profile_dir else None)\n"
        "print(sorted(ip.magics_manager.magics['line']))"
    ),
    "history": "%history -n 1-3",
    "streams": (
        "print('to stdout')\n"
        "print('to stderr', file=sys.stderr)\n"
        "os.write(1, b'descriptor 1\\n')\n"
        "os.write(2, b'descriptor 2\\n')\n"
        "os.system('echo from a shell')\n"
        "import time; time.sleep(0.3)"
    ),
    "shell": "!echo from the shell\n!echo lost >&2",
    "display": (
        "from IPython.display import HTML, display\n"
        "display(HTML('<b>x</b>'))\n"
        "display({'a': 1})\n"
        "[1, 2]"
    ),
    "input": "input('name? ')",
    "error": "def f():\n    return 1 / 0\nf()",
    "syntax error": "def (:",
    "exit call": "raise SystemExit(3)",
    "versions": (
        "import torch, tensorflow as tf, keras, numpy as np, scipy, sklearn\n"
        "print(torch.__version__, tf.__version__, keras.__version__, np.__version__)\n"
        "print(keras.backend.backend(), keras.config.floatx())\n"
        "print(torch.get_default_dtype())"
    ),
    "thread counts": (
        "print(torch.get_num_threads(), torch.get_num_interop_threads())\n"
        "print(tf.config.threading.get_intra_op_parallelism_threads(),\n"
        "      tf.config.threading.get_inter_op_parallelism_threads())\n"
        "print(os.cpu_count(), torch.__config__.parallel_info())"
    ),
    "devices": (
        "print(torch.cuda.is_available(), tf.config.list_physical_devices(),"
        " tf.config.list_logical_devices())"
    ),
    "settings of torch": (
        "print(torch.is_grad_enabled(), torch.are_deterministic_algorithms_enabled(),"
        " torch.backends.mkldnn.is_available(), torch.get_float32_matmul_precision(),"
        " torch.get_printoptions() if hasattr(torch, 'get_printoptions') else '')\n"
        "print(torch.get_default_device(), torch.is_inference_mode_enabled())"
    ),
    "seeded torch": (
        "torch.manual_seed(1)\nprint(torch.rand(3), torch.nn.Linear(2, 1).weight.data)"
    ),
    "seeded NumPy": (
        "np.random.seed(1)\nprint(np.random.rand(2), np.random.default_rng(2).normal())"
    ),
    "seeded random": "import random\nrandom.seed(1)\nprint(random.random())",
    "seeded TensorFlow": (
        "tf.random.set_seed(1)\n"
        "print(tf.random.normal((3,)).numpy(), tf.random.uniform((2,), seed=3).numpy())"
    ),
    "seeded Keras": (
        "keras.utils.set_random_seed(1)\n"
        "print(keras.random.normal((2,)).numpy(),"
        " keras.layers.Dense(1).build((None, 2)))\n"
        "layer = keras.layers.Dense(2); layer.build((None, 2))\n"
        "print(layer.kernel.numpy())"
    ),
    "large product": (
        "torch.manual_seed(0)\n"
        "a = torch.rand(600, 600)\n"
        "print(round(float((a @ a).sum()), -2), torch.get_num_threads())\n"
        "torch.set_num_threads(1)\n"
        "b = a @ a\n"
        "torch.set_num_threads(2)\n"
        "print(torch.allclose(a @ a, b), torch.get_num_threads())"
    ),
    "product in TensorFlow": (
        "a = tf.random.stateless_uniform((600, 600), (1, 2))\n"
        "print(round(float(tf.reduce_sum(a @ a)), -2))"
    ),
    "product in NumPy": "m = np.ones((500, 500))\nprint((m @ m).sum())",
    "linear algebra": (
        "m = np.diag(np.arange(1., 200.))\n"
        "print(np.linalg.svd(m)[1][:2], np.linalg.inv(m)[1, 1],"
        " float(torch.linalg.inv(torch.from_numpy(m))[1, 1]))"
    ),
    "a plot": (
        "import matplotlib, matplotlib.pyplot as plt\n"
        "print(matplotlib.get_backend(), plt.rcParams['figure.figsize'],"
        " plt.rcParams['figure.dpi'])\n"
        "plt.plot([1, 2]);"
    ),
    "a plot shown": "plt.plot([1, 3]); plt.show(); print(plt.get_fignums())",
    "plot as a result": "fig, ax = plt.subplots(); ax.plot([1]); fig",
    "matplotlib inline": "%matplotlib inline\nplt.plot([2, 1]);",
    "SVG": (
        "%config InlineBackend.figure_formats = ['svg']\n"
        "plt.plot([2, 1]); plt.show()\n"
        "%config InlineBackend.figure_formats = ['png']"
    ),
    "matplotlib agg": "%matplotlib agg\nplt.plot([2, 1]);\nprint(plt.get_backend())",
    "matplotlib inline again": "%matplotlib inline\nplt.close('all'); plt.plot([2]);",
    "gradients": (
        "x = torch.tensor(3., requires_grad=True); (x * x).backward(); print(x.grad)\n"
        "v = tf.Variable(3.)\n"
        "with tf.GradientTape() as tape:\n"
        "    y = v * v\n"
        "print(tape.gradient(y, v).numpy())"
    ),
    "tf.function": (
        "@tf.function\n"
        "def f(x):\n"
        "    if tf.reduce_sum(x) > 0:\n"
        "        return x * 2\n"
        "    return x\n"
        "print(f(tf.constant([1., 2.])).numpy())"
    ),
    "XLA": (
        "@tf.function(jit_compile=True)\n"
        "def g(x):\n"
        "    return tf.tanh(x) @ x\n"
        "print(g(tf.ones((2, 2))).numpy().round(4))"
    ),
    "tf.data": (
        "data = tf.data.Dataset.range(6).map(lambda x: x * 2,"
        " num_parallel_calls=tf.data.AUTOTUNE).batch(2).prefetch(tf.data.AUTOTUNE)\n"
        "print([b.numpy().tolist() for b in data])"
    ),
    "tf.py_function": (
        "print(tf.py_function(lambda x: x + 1, [tf.constant(1)], tf.int32).numpy())"
    ),
    "Keras fit and save": (
        "keras.utils.set_random_seed(0)\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4,"
        " activation='relu'), keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "x = np.linspace(0, 1, 96).reshape(32, 3).astype('float32')\n"
        "h = model.fit(x, x.sum(1), epochs=2, verbose=0)\n"
        "print(['%.4f' % value for value in h.history['loss']])\n"
        "model.save('m.keras')\n"
        "again = keras.models.load_model('m.keras')\n"
        "print(np.allclose(model(x), again(x)), os.path.exists('m.keras'))"
    ),
    "torch training and save": (
        "torch.manual_seed(0)\n"
        "net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(),"
        " torch.nn.Linear(4, 1))\n"
        "step = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)\n"
        "t = torch.from_numpy(x)\n"
        "for _ in range(5):\n"
        "    step.zero_grad(); loss = ((net(t)[:, 0] - t.sum(1)) ** 2).mean()\n"
        "    loss.backward(); step.step()\n"
        "print('%.4f' % loss.item())\n"
        "torch.save(net.state_dict(), 'n.pt')\n"
        "print(sorted(torch.load('n.pt')))"
    ),
    "DataLoader workers": (
        "from torch.utils.data import DataLoader, TensorDataset\n"
        "loader = DataLoader(TensorDataset(torch.arange(8)), batch_size=2,"
        " num_workers=2)\n"
        "print([b[0].tolist() for b in loader])"
    ),
    "multiprocessing": (
        "import multiprocessing\n"
        "def work(n):\n"
        "    print('in', n, flush=True)\n"
        "    return n * n\n"
        "print(multiprocessing.get_start_method())\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(pool.map(work, [3]))\n"
        "time.sleep(0.3)"
    ),
    "spawned process": (
        "import math\n"
        "with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "    print(pool.map(math.sqrt, [9.]))"
    ),
    "threads": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    print(list(pool.map(lambda n: float((torch.ones(50, 50) * n).sum()),"
        " range(4))))"
    ),
    "asyncio": ("import asyncio\nawait asyncio.sleep(0.01)\nprint('slept')"),
    "torch.compile eager": (
        "compiled = torch.compile(lambda x: (x * 2).sum(), backend='eager')\n"
        "print(compiled(torch.ones(3)))"
    ),
    "torch.jit and fx": (
        "print(torch.fx.symbolic_trace(torch.nn.ReLU()).code)\n"
        "print(torch.func.vmap(torch.sin)(torch.zeros(2)))"
    ),
    "sklearn": (
        "from sklearn.datasets import load_digits\nprint(load_digits().data.shape)"
    ),
    "subprocess": (
        "print(subprocess.run([sys.executable, '-c', 'print(6 * 7)'],"
        " capture_output=True, text=True))"
    ),
    "magics": "%timeit -n1 -r1 -q 1\n%env HOME",
    "pickle": (
        "import pickle\n"
        "class Point: pass\n"
        "print(type(pickle.loads(pickle.dumps(Point()))).__qualname__,"
        " Point.__module__)"
    ),
    "inspect": (
        "import inspect\ndef h():\n    return 1\nprint(inspect.getsource(h))\nh?"
    ),
}
