"""Writes the trained networks as one ONNX file with three heads; standardisation and calibration are inside the graph."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import eyes
from model import LIMIT
from observables import EYE_HEIGHT, EYE_WIDTH


def to_onnx(eye_head: dict, frame_head: dict, window_head: dict) -> bytes:
    """The model takes `pictures` [n, 24, 36] (uint8) with `points` [n, inputs], `frames` [m, inputs] and `features` [1, features], float32. It gives
    `looks` [n, 3] (outward and up in units of 30 degrees, how far open), `kinds` [m, 3] (facing, down, elsewhere) and `score` [1, 1], probabilities."""
    heads = [
        _eye_head(eye_head),
        _head("frame", "frames", frame_head, "Softmax", "kinds"),
        _head("window", "features", window_head, "Sigmoid", "score"),
    ]
    graph = helper.make_graph(
        [node for nodes, _ in heads for node in nodes],
        "facing_the_screen",
        [
            helper.make_tensor_value_info("pictures", TensorProto.UINT8, ["n", EYE_HEIGHT, EYE_WIDTH]),
            helper.make_tensor_value_info("points", TensorProto.FLOAT, ["n", len(eye_head["mean"])]),
            helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["m", len(frame_head["mean"])]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, len(window_head["mean"])]),
        ],
        [
            helper.make_tensor_value_info("looks", TensorProto.FLOAT, ["n", 3]),
            helper.make_tensor_value_info("kinds", TensorProto.FLOAT, ["m", 3]),
            helper.make_tensor_value_info("score", TensorProto.FLOAT, [1, 1]),
        ],
        [constant for _, constants in heads for constant in constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="lectern")
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def _eye_head(network: dict) -> tuple[list, list]:
    """As eyes.py has it, whose arrays have the channels last."""
    of_each = {"axes": [1, 2], "keepdims": 1}
    constants = [
        numpy_helper.from_array(np.asarray(value, np.float32), f"eye_{name}")
        for name, value in {
            "white": 255,
            "floor": eyes.CONTRAST_FLOOR,
            "mean": network["mean"],
            "scale": network["scale"],
            "low": -eyes.LIMIT,
            "high": eyes.LIMIT,
            **{f"{name}_w": network[f"{name}_w"].transpose(3, 2, 0, 1) for name in ("conv1", "conv2")},
            **{name: network[name] for name in ("conv1_b", "conv2_b", "hidden_w", "hidden_b", "out_w", "out_b")},
        }.items()
    ]
    constants += [
        numpy_helper.from_array(np.array(value, np.int64), f"eye_{name}")
        for name, value in {"channel": [1], "zero": [0], "two": [2], "three": [3], "columns": [1]}.items()
    ]
    steps = [
        ("Cast", ["pictures"], "levels", {"to": TensorProto.FLOAT}),
        ("Div", ["eye_levels", "eye_white"], "shares", {}),
        ("ReduceMean", ["eye_shares"], "middle", of_each),
        ("Sub", ["eye_shares", "eye_middle"], "centred", {}),
        ("Mul", ["eye_centred", "eye_centred"], "squared", {}),
        ("ReduceMean", ["eye_squared"], "variance", of_each),
        ("Sqrt", ["eye_variance"], "deviation", {}),
        ("Add", ["eye_deviation", "eye_floor"], "contrast", {}),
        ("Div", ["eye_centred", "eye_contrast"], "standard", {}),
        ("Unsqueeze", ["eye_standard", "eye_channel"], "picture", {}),
        ("Conv", ["eye_picture", "eye_conv1_w", "eye_conv1_b"], "conv1", {"strides": [2, 2]}),
        ("Relu", ["eye_conv1"], "edges", {}),
        ("Conv", ["eye_edges", "eye_conv2_w", "eye_conv2_b"], "conv2", {"strides": [2, 2]}),
        ("Relu", ["eye_conv2"], "parts", {}),
        ("Transpose", ["eye_parts"], "turned", {"perm": [0, 2, 3, 1]}),
        ("Flatten", ["eye_turned"], "seen", {"axis": 1}),
        ("Sub", ["points", "eye_mean"], "points_centred", {}),
        ("Div", ["eye_points_centred", "eye_scale"], "points_scaled", {}),
        ("Clip", ["eye_points_scaled", "eye_low", "eye_high"], "points_clipped", {}),
        ("Concat", ["eye_seen", "eye_points_clipped"], "joined", {"axis": 1}),
        ("Gemm", ["eye_joined", "eye_hidden_w", "eye_hidden_b"], "hidden_in", {}),
        ("Relu", ["eye_hidden_in"], "hidden", {}),
        ("Gemm", ["eye_hidden", "eye_out_w", "eye_out_b"], "said", {}),
        ("Slice", ["eye_said", "eye_zero", "eye_two", "eye_columns"], "direction", {}),
        ("Slice", ["eye_said", "eye_two", "eye_three", "eye_columns"], "opening", {}),
        ("Sigmoid", ["eye_opening"], "open", {}),
    ]
    nodes = [helper.make_node(kind, inputs, [f"eye_{output}"], **attributes) for kind, inputs, output, attributes in steps]
    return [*nodes, helper.make_node("Concat", ["eye_direction", "eye_open"], ["looks"], axis=1)], constants


def _head(name: str, taken: str, network: dict, last: str, given: str) -> tuple[list, list]:
    def constant(part: str, value) -> onnx.TensorProto:
        return numpy_helper.from_array(np.asarray(value, dtype=np.float32), f"{name}_{part}")

    # Slope and offset are folded into the last layer. Beyond four standard deviations of the training data nothing is extrapolated.
    constants = [
        constant("mean", network["mean"]),
        constant("scale", network["scale"]),
        constant("low", -LIMIT),
        constant("high", LIMIT),
        constant("out_w", network["slope"] * network["out_w"]),
        constant("out_b", network["slope"] * network["out_b"] + network["offset"]),
    ]
    steps = [
        ("Sub", [taken, f"{name}_mean"], "centred"),
        ("Div", [f"{name}_centred", f"{name}_scale"], "scaled"),
        ("Clip", [f"{name}_scaled", f"{name}_low", f"{name}_high"], "clipped"),
    ]
    inside = f"{name}_clipped"
    if "hidden_w" in network:
        constants += [constant("hidden_w", network["hidden_w"]), constant("hidden_b", network["hidden_b"])]
        steps += [("Gemm", [inside, f"{name}_hidden_w", f"{name}_hidden_b"], "hidden_in"), ("Tanh", [f"{name}_hidden_in"], "hidden")]
        inside = f"{name}_hidden"
    steps.append(("Gemm", [inside, f"{name}_out_w", f"{name}_out_b"], "logits"))
    nodes = [helper.make_node(kind, inputs, [f"{name}_{output}"]) for kind, inputs, output in steps]
    attributes = {"axis": 1} if last == "Softmax" else {}
    return [*nodes, helper.make_node(last, [f"{name}_logits"], [given], **attributes)], constants
