"""What every data set is turned into: questions the library can be asked, and what was measured."""

import math
from dataclasses import dataclass, field
from typing import Callable


def fields_of(estimates):
    """The answer to a row of one question: the estimate's own fields."""
    estimate = estimates[0]
    names = ("ttft_ms", "tpot_ms", "e2e_ms", "input_tps", "output_tps", "requests_per_s")
    return {name: getattr(estimate, name) or math.inf for name in names}  # no steady state: the queue grows


@dataclass
class Row:
    data_set: str
    id: str
    hardware: str  # catalogue ids
    stack: str
    model: str
    precision: str  # as the data set calls it, for tables
    deployment: dict  # in the words of struct jtn_deployment
    workloads: list  # each in the words of struct jtn_workload
    measured: dict  # metric: value
    configuration: str  # rows that differ in load alone share it; folds never part them
    load: str  # "unsaturated", "saturated", ...
    predict: Callable = fields_of  # estimates of the workloads to metric: value
    other: dict = field(default_factory=dict)  # predictions of others
