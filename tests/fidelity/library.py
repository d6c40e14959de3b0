"""The library as the fitter and the report call it: ctypes over libjeton, and not one equation."""

import ctypes
from ctypes import byref, c_char, c_char_p, c_double, c_int32, c_int64, c_size_t, c_uint32, c_void_p

PRECISIONS = {"bf16": 1, "fp16": 2, "fp8": 3, "int8": 4, "fp4": 5, "mxfp4": 6, "w4a16": 7}
OFFLINE = 1


class Error(ctypes.Structure):
    _fields_ = [
        ("status", c_int32),
        ("line", c_int32),
        ("column", c_int32),
        ("reserved", c_int32),
        ("index", c_int64),
        ("field", c_char * 56),
        ("message", c_char * 176),
    ]

    def __str__(self):
        return f"{self.field.decode()}: {self.message.decode()}"


class Pool(ctypes.Structure):
    _fields_ = [(name, c_int32) for name in ("tp", "dp", "ep", "workers")]


class Deployment(ctypes.Structure):
    _fields_ = (
        [("size", c_uint32)]
        + [(name, c_int32) for name in ("precision", "kv_precision", "tp", "pp", "ep", "dp", "replicas")]
        + [(name, c_int32) for name in ("max_num_seqs", "max_batched_tokens", "chunked_prefill", "prefix_caching")]
        + [("memory_utilization", c_double), ("speculative_tokens", c_int32), ("reserved", c_int32)]
        + [("speculative_acceptance", c_double), ("speculative_decay", c_double), ("prefill", Pool), ("decode", Pool)]
    )


class Workload(ctypes.Structure):
    _fields_ = [
        (name, c_double)
        for name in ("input_tokens", "output_tokens", "cached_input_tokens", "concurrency", "request_rate")
    ] + [("flags", c_uint32), ("reserved", c_uint32)]


class Estimate(ctypes.Structure):
    _fields_ = (
        [("status", c_int32), ("limited_by", c_int32), ("flags", c_uint32), ("accelerators", c_int32)]
        + [
            (name, c_double)
            for name in (
                "ttft_ms tpot_ms e2e_ms requests_per_s output_tps input_tps output_tps_per_accelerator "
                "output_tps_per_user concurrency batch kv_capacity_tokens kv_used_tokens utilization power_kw "
                "joules_per_output_token output_tps_per_mw ideal_tpot_ms error_tpot error_ttft error_throughput "
                "error_cost time_input time_cached_input time_output idle_share"
            ).split()
        ]
        + [("reserved", c_double * 4)]
    )


class Refused(Exception):
    """What the library answered in place of an estimate."""


def deployment_of(given):
    """A deployment in the words of the scenario format, as the record of the ABI."""
    given = dict(given)
    ret = Deployment(size=ctypes.sizeof(Deployment))
    for name in ("precision", "kv_precision"):
        if name in given:
            setattr(ret, name, PRECISIONS[given.pop(name)])
    for name in ("prefill", "decode"):
        if name in given:
            setattr(ret, name, Pool(**given.pop(name)))
    for name in ("chunked_prefill", "prefix_caching"):
        if name in given:
            setattr(ret, name, 1 if given.pop(name) else 2)
    for name, value in given.items():
        if name not in dict(Deployment._fields_):
            raise KeyError(name)
        setattr(ret, name, value)
    return ret


class Library:
    """One loaded libjeton, with the hardware and models it was asked for kept open."""

    def __init__(self, path):
        self.so = ctypes.CDLL(str(path))
        self.so.jtn_status_name.restype = c_char_p
        self.so.jtn_server_free.argtypes = [c_void_p]
        self.so.jtn_stack_free.argtypes = [c_void_p]
        self.handles = {}

    def check(self, status, error, what):
        if status != 0:
            raise Refused(f"{what}: {error}")

    def find(self, noun, name):
        """A catalogue handle; kept for the life of the library."""
        key = noun, name
        if key not in self.handles:
            handle, error = c_void_p(), Error()
            function = getattr(self.so, f"jtn_{noun}_find")
            self.check(function(name.encode(), None, byref(handle), byref(error)), error, f"{noun} {name}")
            self.handles[key] = handle
        return self.handles[key]

    def stack(self, text):
        """A stack profile parsed from text. The caller frees it with free_stack()."""
        handle, error, raw = c_void_p(), Error(), text.encode()
        self.check(self.so.jtn_stack_parse(raw, c_size_t(len(raw)), None, byref(handle), byref(error)), error, "stack")
        return handle

    def free_stack(self, handle):
        self.so.jtn_stack_free(handle)

    def server(self, hardware, stack, model, deployment):
        handle, error = c_void_p(), Error()
        status = self.so.jtn_server_new(
            self.find("hardware", hardware),
            stack,
            self.find("model", model),
            byref(deployment),
            None,
            byref(handle),
            byref(error),
        )
        self.check(status, error, f"{hardware}, {model}")
        return handle

    def estimate(self, server, workloads, count):
        ret, error = (Estimate * count)(), Error()
        self.so.jtn_estimate_batch(
            server,
            workloads,
            c_size_t(ctypes.sizeof(Workload)),
            ret,
            c_size_t(ctypes.sizeof(Estimate)),
            c_size_t(count),
            byref(error),
        )
        return ret, error


class Batch:
    """Rows, grouped by the server they are asked of, so that a whole data set is one sweep through the library."""

    def __init__(self, library, rows):
        self.library, self.rows, self.groups = library, rows, []
        groups = {}
        for at, row in enumerate(rows):
            key = row.hardware, row.stack, row.model, tuple(sorted((k, str(v)) for k, v in row.deployment.items()))
            groups.setdefault(key, []).append(at)
        for (hardware, stack, model, _), members in groups.items():
            workloads = [Workload(**workload) for at in members for workload in rows[at].workloads]
            deployment = deployment_of(rows[members[0]].deployment)
            self.groups.append((hardware, stack, model, deployment, members, (Workload * len(workloads))(*workloads)))

    def run(self, stacks):
        """
        Per row a list of estimates, one for each of its workloads, or Refused where the library refused.
        stacks: handles by id.
        """
        ret = [None] * len(self.rows)
        for hardware, stack, model, deployment, members, workloads in self.groups:
            try:
                server = self.library.server(hardware, stacks[stack], model, deployment)
            except Refused as refused:
                for at in members:
                    ret[at] = refused
                continue
            estimates, error = self.library.estimate(server, workloads, len(workloads))
            self.library.so.jtn_server_free(server)
            first = 0
            for at in members:
                mine = estimates[first : first + len(self.rows[at].workloads)]
                first += len(mine)
                failed = any(estimate.status != 0 for estimate in mine)
                ret[at] = Refused(f"{hardware}, {model}: {error}") if failed else mine
        return ret
