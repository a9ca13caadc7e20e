"""Pools of threads are held and let go."""

import importlib
import os
import subprocess
import sys

import numpy as np

from astrolens.bench.threads import one_core, one_thread

threadpool_info = importlib.import_module("threadpoolctl").threadpool_info


def test_one_thread_inside_and_as_before_outside() -> None:
    np.ones((2, 2)) @ np.ones((2, 2))
    before = [pool["num_threads"] for pool in threadpool_info()]
    with one_thread():
        assert {pool["num_threads"] for pool in threadpool_info()} <= {1}
    after = [pool["num_threads"] for pool in threadpool_info()]
    assert after[: len(before)] == before


def test_one_core_for_what_is_started_inside_and_all_of_them_outside() -> None:
    before = os.sched_getaffinity(0)
    with one_core() as held:
        assert held
        assert len(os.sched_getaffinity(0)) == 1
        words = [sys.executable, "-c", "import os; print(len(os.sched_getaffinity(0)))"]
        assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip() == "1"
    assert os.sched_getaffinity(0) == before
