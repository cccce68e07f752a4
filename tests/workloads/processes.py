"""Programs, processes, threads and signals."""

import asyncio
import concurrent.futures
import multiprocessing as mp
import os
import resource
import select
import signal
import subprocess
import threading
import time
from multiprocessing import shared_memory

print(
    subprocess.run(
        "ls /usr | head -3; echo $HOME; id; date; uname -a; nproc; free;"
        " df .; ps aux; sleep 0.1 & wait; cat /proc/cpuinfo | head -1",
        shell=True,
        capture_output=True,
        text=True,
    ).stdout
)
print(
    subprocess.run(
        ["bash", "-c", "cat <(echo hi); for i in 1 2; do echo $i; done"],
        capture_output=True,
        text=True,
    ).stdout
)
child = subprocess.Popen(["sleep", "60"], start_new_session=True)
child.send_signal(signal.SIGSTOP)
child.send_signal(signal.SIGCONT)
os.killpg(child.pid, signal.SIGTERM)
child.wait()
child = subprocess.Popen(["sleep", "60"])
child.terminate()
child.wait()
pid = os.fork()
if not pid:
    os._exit(0)
os.waitpid(pid, 0)
pid = os.posix_spawn("/bin/true", ["true"], os.environ)
os.waitid(os.P_PID, pid, os.WEXITED)


def square(n):
    return n * n


context = mp.get_context("fork")
with context.Pool(2) as pool:
    print(pool.map(square, range(10)))
queue, lock, event = context.Queue(), context.Lock(), context.Event()
process = context.Process(target=lambda: (queue.put(1), event.set()))
process.start()
print(queue.get(), event.wait(5))
process.join()
value, array = context.Value("i", 3), context.Array("d", 4)
with context.Manager() as manager:
    print(dict(manager.dict(a=1)))
with mp.get_context("forkserver").Pool(1) as pool:
    print(pool.map(abs, [-1]))
shared = shared_memory.SharedMemory(create=True, size=100000)
shared.buf[0] = 1
shared.close()
shared.unlink()
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(list(pool.map(square, range(4))))
endless = context.Process(target=time.sleep, args=(60,))
endless.start()
endless.terminate()
endless.join()
print(endless.exitcode)
signal.signal(signal.SIGALRM, lambda *_: print("alarm"))
signal.alarm(1)
time.sleep(1.2)
signal.setitimer(signal.ITIMER_REAL, 0.1)
time.sleep(0.3)
signal.raise_signal(signal.SIGALRM)
signal.pthread_kill(threading.get_ident(), signal.SIGALRM)
os.kill(os.getpid(), signal.SIGALRM)
signal.sigpending()
signal.sigtimedwait([signal.SIGUSR1], 0)
r, w = os.pipe()
os.set_blocking(r, False)
select.select([r], [w], [], 0)
os.dup(r)
os.dup2(r, 90)
poll = select.poll()
poll.register(r)
poll.poll(0)
epoll = select.epoll()
epoll.register(r)
epoll.poll(0)
os.sched_yield()
os.sched_getaffinity(0)
os.sched_setaffinity(0, os.sched_getaffinity(0))
os.nice(1)
os.getpriority(os.PRIO_PROCESS, 0)
os.getloadavg()
os.times()
os.cpu_count()
os.getgroups(), os.getresuid(), os.getpgid(0), os.getsid(0), os.ctermid(), os.uname()
resource.getrusage(resource.RUSAGE_SELF)
resource.setrlimit(resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE))
resource.getrusage(resource.RUSAGE_CHILDREN)
time.clock_getres(time.CLOCK_MONOTONIC)
os.getrandom(8)
threading.Timer(0.1, print).start()
faulthandler = __import__("faulthandler")
faulthandler.enable()


async def main():
    process = await asyncio.create_subprocess_exec("true")
    await process.wait()
    await asyncio.to_thread(time.sleep, 0.01)
    await asyncio.wait_for(asyncio.sleep(0.01), 1)


thread = threading.Thread(target=lambda: asyncio.run(main()))
thread.start()
thread.join()
import psutil

me = psutil.Process()
print(
    me.memory_info(),
    me.cpu_percent(),
    me.num_threads(),
    me.open_files()[:1],
    psutil.virtual_memory(),
)
print(
    psutil.cpu_count(),
    psutil.cpu_percent(),
    psutil.disk_usage("/"),
    me.children(),
    me.nice(),
)
me.cpu_affinity()
me.username()
psutil.pids()
me.ionice()
