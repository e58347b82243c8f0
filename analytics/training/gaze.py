"""The gaze of one frame, as client/src/attention/worker/gaze.ts makes it, and the least-squares fit of its coefficients."""

import json
import math

import numpy as np

from features import WORKER

FIT_FILE = WORKER / "gaze-fit.json"


def fit_gaze(frames: list[dict]) -> dict:
    """Coefficients from frames (with truth and a face) of the training identities: open eyes, head within 40 degrees."""
    usable = [
        frame
        for frame in frames
        if frame["seen"]["face"] is not None
        and frame["truth"] is not None
        and frame["truth"]["lids"] < 0.3
        and abs(frame["truth"]["yawDeg"]) < 40
        and abs(frame["truth"]["eyeYawDeg"]) < 40
        and abs(frame["truth"]["eyePitchDeg"]) < 32
    ]
    faces = [frame["seen"]["face"] for frame in usable]
    ones = np.ones(len(faces))
    yaw_in = np.array([[face["irisX"], face["yawDeg"]] for face in faces])
    pitch_in = np.array([[face["irisY"], (face["eyeOpenLeft"] + face["eyeOpenRight"]) / 2, face["pitchDeg"]] for face in faces])
    yaw_out = np.array([frame["truth"]["eyeYawDeg"] for frame in usable])
    pitch_out = np.array([frame["truth"]["eyePitchDeg"] for frame in usable])
    yaw = np.linalg.lstsq(np.column_stack([yaw_in, ones]), yaw_out, rcond=None)[0]
    pitch = np.linalg.lstsq(np.column_stack([pitch_in, ones]), pitch_out, rcond=None)[0]
    names = ["yawPerX", "yawPerHeadYaw", "yawBias", "pitchPerY", "pitchPerOpenness", "pitchPerHeadPitch", "pitchBias"]
    return {name: round(float(value), 4) for name, value in zip(names, [*yaw, *pitch])}


def apply_gaze(face: dict, fit: dict) -> dict:
    """The face with its gaze computed anew; cached rows carry the gaze of an older fit."""
    openness = (face["eyeOpenLeft"] + face["eyeOpenRight"]) / 2
    eye_yaw = fit["yawPerX"] * face["irisX"] + fit["yawPerHeadYaw"] * face["yawDeg"] + fit["yawBias"]
    eye_pitch = (
        fit["pitchPerY"] * face["irisY"]
        + fit["pitchPerOpenness"] * openness
        + fit["pitchPerHeadPitch"] * face["pitchDeg"]
        + fit["pitchBias"]
    )
    yaw = math.radians(max(-45, min(45, eye_yaw)))
    pitch = math.radians(max(-40, min(40, eye_pitch)))
    in_head = np.array([math.cos(pitch) * math.sin(yaw), math.sin(pitch), math.cos(pitch) * math.cos(yaw)])
    x, y, z = head_rotation(face["yawDeg"], face["pitchDeg"], face["rollDeg"]) @ in_head
    camera_yaw = face["yawDeg"] - face["offCameraYawDeg"]
    camera_pitch = face["pitchDeg"] - face["offCameraPitchDeg"]
    return {
        **face,
        "gazeYawDeg": math.degrees(math.atan2(x, z)) - camera_yaw,
        "gazePitchDeg": math.degrees(math.asin(max(-1.0, min(1.0, y)))) - camera_pitch,
    }


def head_rotation(yaw_deg: float, pitch_deg: float, roll_deg: float) -> np.ndarray:
    """R = Ry(yaw) Rx(-pitch) Rz(roll)."""
    cy, sy = math.cos(math.radians(yaw_deg)), math.sin(math.radians(yaw_deg))
    cp, sp = math.cos(math.radians(-pitch_deg)), math.sin(math.radians(-pitch_deg))
    cr, sr = math.cos(math.radians(roll_deg)), math.sin(math.radians(roll_deg))
    ry = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    rx = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    rz = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return ry @ rx @ rz


def write_fit(fit: dict) -> None:
    FIT_FILE.write_text(json.dumps(fit, indent=2) + "\n")
