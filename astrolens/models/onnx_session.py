"""A graph made ready to run."""

from typing import Any


def open_session(graph: bytes, threads: int) -> Any:
    """Make a graph ready to run.

    Parameters
    ----------
    graph : bytes
        From `astrolens.models.onnx_export.export`.
    threads : int
        Threads of one pass.

    Returns
    -------
    onnxruntime.InferenceSession
        On the CPU; its threads sleep while they wait.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
