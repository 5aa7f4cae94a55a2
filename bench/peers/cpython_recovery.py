"""How concurrent.futures.ProcessPoolExecutor recovers. The contract is in RecoveryProgram.java.

Times are those of CLOCK_MONOTONIC, which is one for all processes of a machine.
"""

import os
import signal
import sys
import tempfile
import time
from concurrent.futures import TimeoutError
from concurrent.futures.process import BrokenProcessPool

from cpython import pool, same, say

SPIN_SECONDS = 60


def now():
    return time.monotonic_ns()


def leave(mark):
    with open(mark, "w") as file:
        file.write(f"{now()} {os.getpid()}")


def die_of_signal(mark):
    leave(mark)
    os.kill(os.getpid(), signal.SIGKILL)


def die_of_exit(mark):
    leave(mark)
    os._exit(1)


def spin(mark):
    """As good as for ever; nobody has to find it if all else fails."""
    leave(mark)
    end = time.monotonic() + SPIN_SECONDS
    while time.monotonic() < end:
        pass


class Mark:
    """What a task tells although its process dies."""

    def __init__(self):
        descriptor, self.file = tempfile.mkstemp()
        os.close(descriptor)

    def words(self):
        with open(self.file) as file:
            return [int(word) for word in file.read().split()]

    def clear(self):
        open(self.file, "w").close()

    def time(self):
        return self.words()[0]

    def await_pid(self):
        while len(self.words()) < 2:
            time.sleep(0.001)
        return self.words()[1]


def warm_up(executor):
    for i in range(5):
        executor.submit(same, i).result()


def series(measure, trials, trial):
    """Each trial breaks its pool: that the caller needs a new one is how this pool recovers."""
    mark = Mark()
    values = []
    for _ in range(trials):
        executor = pool(1)
        warm_up(executor)
        mark.clear()
        values.append(trial(executor, mark))
        executor.shutdown(wait=False)
    os.remove(mark.file)
    say(measure, " ".join(str(value) for value in values))


def crash(measure, task, trials, limit):
    def trial(executor, mark):
        try:
            executor.submit(task, mark.file).result(limit / 1e3)
            raise SystemExit("a task that kills its process must not return")
        except TimeoutError:
            return "never"
        except BrokenProcessPool:
            return (now() - mark.time()) / 1e6

    series(measure, trials, trial)


def crash_killed(trials, limit):
    crash("crash_killed", die_of_signal, trials, limit)


def crash_exited(trials, limit):
    crash("crash_exited", die_of_exit, trials, limit)


def next_task(measure, trials, limit):
    """Whether queued before or submitted afterwards: what is queued fails, too, and goes to a new pool."""

    def trial(executor, mark):
        executor.submit(spin, mark.file)
        child = mark.await_pid()
        queued = executor.submit(now)
        start = now()
        os.kill(child, signal.SIGKILL)
        try:
            queued.result(limit / 1e3)
            raise SystemExit("a broken pool must not run anything")
        except TimeoutError:
            return "never"
        except BrokenProcessPool:
            with pool(1) as another:
                return (another.submit(now).result() - start) / 1e6

    series(measure, trials, trial)


def next_queued(trials, limit):
    next_task("next_queued", trials, limit)


def next_submitted(trials, limit):
    next_task("next_submitted", trials, limit)


def next_spare(trials, _):
    say("next_spare", " ".join(["none"] * trials))


def timeout(trials, _):
    say("timeout", " ".join(["none"] * trials))


def orphans(_, __):
    """Ends when it is killed."""
    executor = pool(2)
    marks = [Mark(), Mark()]
    for mark in marks:
        executor.submit(spin, mark.file)
    pids = [mark.await_pid() for mark in marks]
    for mark in marks:
        os.remove(mark.file)
    print("children", *pids, flush=True)
    signal.pause()


if __name__ == "__main__":
    if sys.argv[1] == "version":
        print("version", sys.version.split()[0], "ProcessPoolExecutor, spawn")
    else:
        globals()[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
