"""Writes the trained network as ONNX: standardisation, one hidden layer and calibration are all inside the graph."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def to_onnx(network: dict, feature_names: list[str]) -> bytes:
    """`network` has mean, scale, hidden_w (features x hidden), hidden_b, out_w (hidden x 1), out_b, slope, offset.

    The model takes `features` [1, n] float32 and gives `score` [1, 1], a probability.
    """
    def constant(name: str, value) -> onnx.TensorProto:
        return numpy_helper.from_array(np.asarray(value, dtype=np.float32), name)

    initializers = [
        constant("mean", network["mean"]),
        constant("scale", network["scale"]),
        # Beyond four standard deviations of the training data nothing is extrapolated.
        constant("low", -4.0),
        constant("high", 4.0),
        constant("hidden_w", network["hidden_w"]),
        constant("hidden_b", network["hidden_b"]),
        constant("out_w", network["out_w"]),
        constant("out_b", network["out_b"]),
        constant("slope", network["slope"]),
        constant("offset", network["offset"]),
    ]
    nodes = [
        helper.make_node("Sub", ["features", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "scale"], ["scaled"]),
        helper.make_node("Clip", ["scaled", "low", "high"], ["clipped"]),
        helper.make_node("Gemm", ["clipped", "hidden_w", "hidden_b"], ["hidden_in"]),
        helper.make_node("Tanh", ["hidden_in"], ["hidden"]),
        helper.make_node("Gemm", ["hidden", "out_w", "out_b"], ["logit"]),
        helper.make_node("Mul", ["logit", "slope"], ["sloped"]),
        helper.make_node("Add", ["sloped", "offset"], ["calibrated"]),
        helper.make_node("Sigmoid", ["calibrated"], ["score"]),
    ]
    graph = helper.make_graph(
        nodes,
        "facing_the_screen",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, len(feature_names)])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, [1, 1])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="lectern")
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)
