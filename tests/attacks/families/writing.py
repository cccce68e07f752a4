"""Attacks that write: the gradebook, other submissions, programs run later."""

from tests.attacks.attack import UNSAFE, Attack

TOOLS = """
import glob, os, site, sys
def write(path, text="@MARK@"):
    with open(path, "a") as file:
        file.write(text)
    return path
def change(action, path, *arguments):  # some calls are told that they did it
    before = os.lstat(path)
    action(path, *arguments)
    after = os.lstat(path)
    if (before.st_mode, before.st_uid, before.st_mtime) == (
        after.st_mode, after.st_uid, after.st_mtime
    ):
        raise OSError("nothing was done")
"""

ATTACKS = (
    Attack(
        "own mark in the gradebook",
        "a manual score written with SQLite, and a gradebook deleted",
        TOOLS
        + """
import sqlite3
def mark():
    with sqlite3.connect("@COURSE@/gradebook.db", timeout=1) as database:
        database.execute("UPDATE grade SET manual_score = 100")
        return "marked"
attempt(mark)
""",
        proof=UNSAFE,
    ),
    Attack(
        "others' submissions",
        "neighbours' notebooks changed, before and after grading",
        TOOLS
        + """
for part in ("submitted", "autograded", "feedback"):
    for path in glob.glob(f"@COURSE@/{part}/zz-honest/**/*", recursive=True):
        if os.path.isfile(path):
            attempt(os.unlink, path)
attempt(write, "@COURSE@/submitted/zz-honest/timestamp.txt")
attempt(os.mkdir, "@COURSE@/submitted/@MARK@")
""",
        proof=UNSAFE,
    ),
    Attack(
        "configuration of nbgrader",
        "settings that nbgrader and Jupyter read, of course and instructor",
        TOOLS
        + """
attempt(write, "@COURSE@/nbgrader_config.py", "\\n# @MARK@")
for folder in ("@HOME@/.jupyter", "@HOME@/.ipython/profile_default/startup",
               "/etc/jupyter", "/usr/local/etc/jupyter", sys.prefix + "/etc/jupyter"):
    attempt(os.makedirs, folder + "/@MARK@")
attempt(write, "@HOME@/.bashrc")
""",
    ),
    Attack(
        "sitecustomize",
        "modules that every later Python imports by itself",
        TOOLS
        + """
for folder in {*site.getsitepackages(), site.getusersitepackages(), *sys.path[1:]}:
    if folder and not folder.startswith("/tmp/course"):
        attempt(write, folder + "/@MARK@.pth", "import os")
        attempt(write, folder + "/sitecustomize.py", "# @MARK@")
attempt(write, "@REPO@/sitecustomize.py", "# @MARK@")
""",
    ),
    Attack(
        "installed packages",
        "ipykernel and this package changed for the kernels that follow",
        TOOLS
        + """
import ipykernel, numpy
attempt(write, ipykernel.__file__, "\\n")
attempt(change, os.utime, numpy.__file__)
attempt(change, os.chmod, numpy.__file__, 0o666)
attempt(os.rename, os.path.dirname(numpy.__file__), "/tmp/numpy")
attempt(write, "@REPO@/grader/__init__.py", "\\n")
attempt(write, sys.executable, "x")
""",
    ),
    Attack(
        "things left behind",
        "files in every shared folder, for whoever comes next",
        TOOLS
        + """
for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/dev", "/", "@TMP@", "@BASE@"):
    try:
        print(write(f"{folder}/@MARK@"))
    except OSError as error:
        print(error)
""",
        proof=UNSAFE,
    ),
    Attack(
        "rights of its files",
        "files that all may write, with setuid, and locked folders",
        TOOLS
        + """
os.umask(0)
for name in ("a", "b"):
    os.makedirs(f"locked-{name}/inside")
    write(f"locked-{name}/inside/file")
    os.chmod(f"locked-{name}/inside/file", 0o6777)
    os.chmod(f"locked-{name}/inside", 0)
    os.chmod(f"locked-{name}", 0)
""",
    ),
    Attack(
        "a folder too deep to delete",
        "thousands of folders in each other, where the kernel may write",
        TOOLS
        + """
own = os.path.dirname(get_ipython().config.IPKernelApp.connection_file)
for place in (os.environ["HOME"], own):
    try:
        os.chdir(place)
        for depth in range(3000):
            os.mkdir("d")
            os.chdir("d")
        print("made", depth)
        if place == own:
            succeeded(depth)
    except OSError as error:
        print(error)
""",
    ),
    Attack(
        "links in the socket folder",
        "links, pipes and files among the sockets that the grader opens",
        TOOLS
        + """
own = os.path.dirname(get_ipython().config.IPKernelApp.connection_file)
for name in ("gradebook", "kernel.json-ipc-9"):
    attempt(os.symlink, "@COURSE@/gradebook.db", f"{own}/{name}")
attempt(os.mkfifo, own + "/pipe")
attempt(os.mkdir, own + "/folder")
attempt(write, own + "/file")
attempt(write, own + "/kernel.json")
""",
    ),
    Attack(
        "sockets replaced",
        "its own sockets swapped for links to the instructor's",
        TOOLS
        + """
own = os.path.dirname(get_ipython().config.IPKernelApp.connection_file)
for path in glob.glob(own + "/kernel.json-ipc-*"):
    os.unlink(path)
    try:
        os.symlink("@UNIX@", path)
    except OSError as error:
        print(error)
""",
    ),
    Attack(
        "own autograded notebook",
        "the notebook that will hold its verdicts, and its feedback",
        TOOLS
        + """
for part in ("autograded", "feedback"):
    attempt(os.makedirs, f"@COURSE@/{part}/@MARK@/01_toy")
for path in (os.getcwd(), os.environ["HOME"]):
    print(write(path + "/01_toy_exercises.ipynb"))
""",
    ),
    Attack(
        "modes, times and lengths outside",
        "what Landlock has no rule for, on files of a user that is its own",
        TOOLS
        + """
for path in ("@COURSE@/notes.txt", "@HOME@/.netrc", "@HOME@/.ssh", "@TMP@"):
    attempt(change, os.chmod, path, 0o777)
    attempt(change, os.chown, path, 12345, -1)
    attempt(change, os.utime, path, (0, 0))
for path in ("@COURSE@/notes.txt", "@HOME@/.netrc"):
    attempt(os.truncate, path, 0)
    attempt(os.open, path, os.O_RDONLY | os.O_TRUNC)
    attempt(os.open, path, os.O_WRONLY | os.O_TRUNC)
""",
        proof=UNSAFE,
    ),
    Attack(
        "programs in shared memory",
        "a program written to /dev/shm and run from there",
        TOOLS
        + """
import shutil, subprocess
def run():
    path = shutil.copyfile("/bin/true", "/dev/shm/@MARK@")
    os.chmod(path, 0o700)
    try:
        subprocess.run([path], check=True)
    finally:
        os.unlink(path)
attempt(run)
""",
    ),
)
