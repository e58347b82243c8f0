"""Writes the trained networks as one ONNX file with two heads; standardisation and calibration are inside the graph."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from model import LIMIT


def to_onnx(frame_head: dict, window_head: dict) -> bytes:
    """The model takes `frames` [n, inputs] and `features` [1, features], float32, and gives `kinds` [n, 3] (facing, down, elsewhere) and
    `score` [1, 1], probabilities."""
    heads = [
        _head("frame", "frames", frame_head, "Softmax", "kinds"),
        _head("window", "features", window_head, "Sigmoid", "score"),
    ]
    graph = helper.make_graph(
        [node for nodes, _ in heads for node in nodes],
        "facing_the_screen",
        [
            helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["n", len(frame_head["mean"])]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, len(window_head["mean"])]),
        ],
        [
            helper.make_tensor_value_info("kinds", TensorProto.FLOAT, ["n", 3]),
            helper.make_tensor_value_info("score", TensorProto.FLOAT, [1, 1]),
        ],
        [constant for _, constants in heads for constant in constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="lectern")
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def _head(name: str, taken: str, network: dict, last: str, given: str) -> tuple[list, list]:
    def constant(part: str, value) -> onnx.TensorProto:
        return numpy_helper.from_array(np.asarray(value, dtype=np.float32), f"{name}_{part}")

    # Slope and offset are folded into the last layer. Beyond four standard deviations of the training data nothing is extrapolated.
    constants = [
        constant("mean", network["mean"]),
        constant("scale", network["scale"]),
        constant("low", -LIMIT),
        constant("high", LIMIT),
        constant("hidden_w", network["hidden_w"]),
        constant("hidden_b", network["hidden_b"]),
        constant("out_w", network["slope"] * network["out_w"]),
        constant("out_b", network["slope"] * network["out_b"] + network["offset"]),
    ]
    steps = [
        ("Sub", [taken, f"{name}_mean"], "centred"),
        ("Div", [f"{name}_centred", f"{name}_scale"], "scaled"),
        ("Clip", [f"{name}_scaled", f"{name}_low", f"{name}_high"], "clipped"),
        ("Gemm", [f"{name}_clipped", f"{name}_hidden_w", f"{name}_hidden_b"], "hidden_in"),
        ("Tanh", [f"{name}_hidden_in"], "hidden"),
        ("Gemm", [f"{name}_hidden", f"{name}_out_w", f"{name}_out_b"], "logits"),
    ]
    nodes = [helper.make_node(kind, inputs, [f"{name}_{output}"]) for kind, inputs, output in steps]
    attributes = {"axis": 1} if last == "Softmax" else {}
    return [*nodes, helper.make_node(last, [f"{name}_logits"], [given], **attributes)], constants
