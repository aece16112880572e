# Products of numpy's BLAS, on request: one line of JSON in, one line of JSON out. Started by blas.ts.
import ctypes
import json
import sys
import time

import numpy


def called(library, name):
    """What a function without arguments says; builds for Python have names of their own."""
    for symbol in (f"openblas_{name}", f"scipy_openblas_{name}", f"scipy_openblas_{name}64_"):
        function = getattr(library, symbol, None)
        if function is not None:
            function.restype = ctypes.c_char_p
            return function().decode()
    return None


def core():
    """Which BLAS this is, and for which processor."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line}
    for library in map(ctypes.CDLL, sorted(paths)):
        name, config = called(library, "get_corename"), called(library, "get_config")
        if name is not None and config is not None:
            return f"{' '.join(config.split()[:2])}, {name}"
    return "BLAS of numpy " + numpy.__version__


def run(times):
    clock, processor = time.perf_counter(), time.process_time()
    for _ in range(times):
        numpy.matmul(a, b, out=c)
    return {
        "clock": (time.perf_counter() - clock) * 1000,
        "processor": (time.process_time() - processor) * 1000,
    }


for line in sys.stdin:
    request = json.loads(line)
    answer = None
    if request["command"] == "core":
        answer = core()
    elif request["command"] == "product":
        random = numpy.random.default_rng(1)
        a = random.random((request["m"], request["k"]), dtype=numpy.float32)
        b = random.random((request["k"], request["n"]), dtype=numpy.float32)
        c = numpy.empty((request["m"], request["n"]), dtype=numpy.float32)
    else:
        answer = run(request["times"])
    print(json.dumps(answer), flush=True)
