"""Attacks by what lies beside the notebook: modules, links, odd files."""

from tests.attacks.attack import RIGHT, RIGHT_TOTAL, Attack

MARKS = """
import os, socket
for path in ("/tmp/@MARK@", "@COURSE@/@MARK@", "@TMP@/@MARK@"):
    try:
        open(path, "w").close()
    except OSError:
        pass
try:
    socket.create_connection(("127.0.0.1", @PORT@), 1).send(b"from @MARK@")
except OSError:
    pass
"""
READS = """
import os
for folder, folders, names in os.walk(os.environ["HOME"]):
    for name in names:
        path = os.path.join(folder, name)
        try:
            print(path, open(path, errors="replace").read()[:20000])
        except OSError as error:
            print(path, error)
"""

ATTACKS = (
    Attack(
        "modules beside it",
        "numpy.py, sitecustomize.py and others, for Python outside to import",
        files=dict.fromkeys(
            (
                *("sitecustomize.py", "usercustomize.py", "psutil.py", "json.py"),
                *("nbgrader_config.py", "jupyter_config.py", "conftest.py"),
                *("nbgrader/__init__.py", "zmq/__init__.py", "nbformat.py"),
            ),
            MARKS,
        ),
        function=RIGHT,
        worth=2,
    ),
    Attack(
        "a package of our name",
        "grader/ and numpy.py beside the notebook, first on the kernel's path",
        files={
            "grader/__init__.py": "check = lambda *values: None",
            "grader/learner/__init__.py": "",
            "grader/learner/answering/__init__.py": "",
            "grader/learner/answering/answers.py": MARKS,
            "numpy.py": MARKS + "\nallclose = lambda *values: True\n",
        },
        by_hand=True,
    ),
    Attack(
        "a launcher of its own",
        "ipykernel_launcher.py beside the notebook, run as the kernel",
        files={"ipykernel_launcher.py": MARKS + "\nimport time\ntime.sleep(3)\n"},
    ),
    Attack(
        "links",
        "symbolic links to the gradebook, the solutions and a password file",
        READS,
        files={
            "shadow": "->/etc/shadow",
            "notes": "->@COURSE@/notes.txt",
            "solutions": "->@COURSE@/solutions",
            "home/netrc": "->@HOME@/.netrc",
            "up": "->../../..",
        },
    ),
    Attack(
        "odd files",
        "hidden files, names of options, folders in each other",
        READS,
        files={
            "-rf": "",
            ".ipython/profile_default/startup/00.py": MARKS,
            "/".join(["d"] * 25) + "/file": "x",
            "new\nline": "x",
            "*.ipynb": "x",
            "timestamp.txt": "9999-99-99; rm -rf /",
        },
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "folders too deep to follow",
        "two hundred folders in each other, for whatever walks through them",
        files={"/".join(["d"] * 200) + "/file": "x"},
        state="quarantined",
    ),
)
