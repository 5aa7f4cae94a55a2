"""concurrent.futures.ProcessPoolExecutor with spawned workers. The contract is in Program.java."""

import multiprocessing
import os
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor

PAYLOAD_BYTES = 16 << 20
HELD = bytes(i * 31 & 0xFF for i in range(256)) * (PAYLOAD_BYTES // 256)


def same(number):
    return number


def length(data):
    return len(data)


def held():
    return HELD


def pid():
    return os.getpid()


def pool(workers):
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def say(measure, value):
    print(measure, value, flush=True)


def ensure_same(expected, answered):
    if expected != answered:
        raise SystemExit(f"answer must be {expected}, was {answered}")


def burst(executor, tasks):
    futures = [executor.submit(same, i) for i in range(tasks)]
    for i, future in enumerate(futures):
        ensure_same(i, future.result())


def throughput(tasks):
    with pool(2) as executor:
        burst(executor, tasks)
        start = time.perf_counter()
        burst(executor, tasks)
        say("tasks_per_second", tasks / (time.perf_counter() - start))


def round_trips(executor, calls):
    micros = []
    for i in range(calls):
        start = time.perf_counter()
        ensure_same(i, executor.submit(same, i).result())
        micros.append((time.perf_counter() - start) * 1e6)
    return sorted(micros)


def round_trip(calls):
    with pool(1) as executor:
        round_trips(executor, calls // 2)
        micros = round_trips(executor, calls)
        say("round_trip_p50", micros[calls // 2 - 1])
        say("round_trip_p99", micros[calls * 99 // 100 - 1])


def cold_millis():
    start = time.perf_counter()
    with pool(1) as executor:
        ensure_same(7, executor.submit(same, 7).result())
        return (time.perf_counter() - start) * 1e3


def cold(_):
    say("cold_first", cold_millis())
    say("cold_second", cold_millis())


def payload(transfers):
    with pool(1) as executor:
        executor.submit(same, 0).result()
        there, back = [], []
        for _ in range(transfers):
            start = time.perf_counter()
            ensure_same(PAYLOAD_BYTES, executor.submit(length, HELD).result())
            middle = time.perf_counter()
            ensure_same(PAYLOAD_BYTES, len(executor.submit(held).result()))
            there.append(middle - start)
            back.append(time.perf_counter() - middle)
        say("payload_argument", 16 / statistics.median(there))
        say("payload_result", 16 / statistics.median(back))


def memory(_):
    with pool(1) as executor:
        child = executor.submit(pid).result()
        time.sleep(0.5)
        with open(f"/proc/{child}/status") as status:
            resident = next(line for line in status if line.startswith("VmRSS:"))
        say("idle_child", int(resident.split()[1]) / 1024)


if __name__ == "__main__":
    if sys.argv[1] == "version":
        print("version", sys.version.split()[0], "ProcessPoolExecutor, spawn")
    else:
        globals()[sys.argv[1]](int(sys.argv[2]))
