"""Files of one's own, in all the ways of the standard library."""

import contextlib
import fcntl
import glob
import mmap
import os
import shutil
import sqlite3
import tempfile
import zipfile
from pathlib import Path

work = Path(tempfile.mkdtemp())
os.chdir(work)
one = work / "one.txt"
one.write_text("x" * 10000)
shutil.copy(one, "two.txt")
shutil.copytree(work, work.parent / f"{work.name}-copy")
os.link("two.txt", "hard")
os.symlink("two.txt", "soft")
os.readlink("soft")
os.rename("hard", "renamed")
os.replace("renamed", "again")
os.remove("again")
os.makedirs("a/b/c")
os.removedirs("a/b/c")
shutil.move("two.txt", "three.txt")
os.chmod(one, 0o644)
os.utime(one)
one.touch()
one.stat()
one.exists()
os.truncate(one, 5000)
os.access(one, os.W_OK)
os.statvfs(".")
os.getxattr
print(os.listdir(), glob.glob("**", recursive=True), list(os.scandir("."))[:1])
with open(one, "r+b") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    fcntl.lockf(file, fcntl.LOCK_EX)
    with mmap.mmap(file.fileno(), 0) as mapped:
        mapped[0:1] = b"y"
        mapped.flush()
    os.fsync(file.fileno())
    os.fdatasync(file.fileno())
    os.posix_fallocate(file.fileno(), 0, 8192)
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
    os.pread(file.fileno(), 10, 0)
    os.preadv(file.fileno(), [bytearray(10)], 0)
    os.pwrite(file.fileno(), b"z", 0)
    os.pwritev(file.fileno(), [b"z"], 0)
    os.readv(file.fileno(), [bytearray(10)])
    os.writev(file.fileno(), [b"q"])
    with open("copied", "wb") as target:
        os.sendfile(target.fileno(), file.fileno(), 0, 100)
        os.copy_file_range(file.fileno(), target.fileno(), 100, 0, 0)
with sqlite3.connect("data.db") as database:
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE t (a)")
    database.execute("INSERT INTO t VALUES (1)")
with zipfile.ZipFile("all.zip", "w") as archive:
    archive.write(one, "one")
    archive.extractall
shutil.unpack_archive("all.zip", "out")
shutil.rmtree("out")
os.mkfifo("pipe")
os.umask(0o77)
shutil.disk_usage(".")
os.chdir("/tmp")
with contextlib.suppress(OSError):
    shutil.copystat(one, "soft")
    os.setxattr(one, "user.a", b"b")
    os.listxattr(one)
fd = os.open(work, os.O_RDONLY)
os.fchdir(fd)
os.fchmod(fd, 0o700)
os.close(fd)
