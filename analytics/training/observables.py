"""What is known of each face, as client/src/attention/worker/observables.ts makes it of a reading, for many faces at once."""

import base64
from dataclasses import dataclass

import numpy as np

from geometry import direction, pose, rotation, turned, vector

# As eye-picture.ts has them.
EYE_HEIGHT, EYE_WIDTH = 24, 36
SIDES = ("left", "right")


class Readings:
    """Readings of faces (face-reading.ts) as arrays, one row each."""

    def __init__(self, faces: list[dict]):
        self.off_lens = np.array([[face["offLens"][name] for name in ("yawDeg", "pitchDeg", "rollDeg")] for face in faces])
        self.to_lens = np.array([[face["toLens"][name] for name in ("yawDeg", "pitchDeg")] for face in faces])
        self.left = np.array([face["left"] for face in faces])
        self.right = np.array([face["right"] for face in faces])
        self.size = np.array([face["size"] for face in faces])
        self.left_picture, self.right_picture = (_pictures(faces, side) for side in SIDES)

    COLUMNS = ("off_lens", "to_lens", "left", "right", "size", "left_picture", "right_picture")

    def rows(self, chosen: np.ndarray) -> "Readings":
        made = Readings.__new__(Readings)
        vars(made).update({name: getattr(self, name)[chosen] for name in self.COLUMNS})
        return made


@dataclass(frozen=True)
class EyeLooks:
    """What the eye head says of both eyes of each face, one row each: outward and up in degrees, and how far it is open (0..1)."""

    left: np.ndarray
    right: np.ndarray


def observe(readings: Readings, eyes: EyeLooks) -> dict[str, np.ndarray]:
    """The columns of FaceObservables by name."""
    weights = eye_weights(readings.off_lens[:, 0])
    left, right = eyes.left[:, 2], eyes.right[:, 2]
    gaze = gaze_off_lens(readings, eyes)
    to_lens = rotation(readings.to_lens[:, 0], readings.to_lens[:, 1])
    yaw, pitch, roll = pose_of(readings)
    gaze_yaw, gaze_pitch = direction(turned(to_lens, gaze))
    off_yaw, off_pitch = direction(gaze)
    return {
        "yawDeg": yaw,
        "pitchDeg": pitch,
        "rollDeg": roll,
        "gazeYawDeg": gaze_yaw,
        "gazePitchDeg": gaze_pitch,
        "offLensYawDeg": readings.off_lens[:, 0],
        "offLensPitchDeg": readings.off_lens[:, 1],
        "offLensGazeYawDeg": off_yaw,
        "offLensGazePitchDeg": off_pitch,
        "eyeOpenLeft": left,
        "eyeOpenRight": right,
        "openness": probability_of(weights[0] * log_odds_of(left) + weights[1] * log_odds_of(right)),
        "size": readings.size,
    }


def pose_of(readings: Readings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Yaw, pitch and roll of the heads in camera coordinates."""
    return pose(rotation(readings.to_lens[:, 0], readings.to_lens[:, 1]) @ rotation(*readings.off_lens.T))


def gaze_off_lens(readings: Readings, eyes: EyeLooks) -> np.ndarray:
    """Unit vectors of the gaze against the line to the lens."""
    weights = eye_weights(readings.off_lens[:, 0])
    yaw = weights[0] * eyes.left[:, 0] - weights[1] * eyes.right[:, 0]
    pitch = weights[0] * eyes.left[:, 1] + weights[1] * eyes.right[:, 1]
    in_head = vector(np.clip(yaw, -45, 45), np.clip(pitch, -40, 40))
    return turned(rotation(*readings.off_lens.T), in_head)


def eye_inputs(readings: Readings, side: str) -> np.ndarray:
    """What the eye head takes of one eye beside its picture (eye-inputs.ts), outward positive."""
    outward = np.array([1, 1, 1]) if side == "left" else np.array([-1, 1, -1])
    points = readings.left if side == "left" else readings.right
    return np.column_stack([points, readings.off_lens * outward / 30])


def eye_weights(head_yaw: np.ndarray) -> np.ndarray:
    """What each eye counts, left and right; they sum to 1."""
    both = np.array([np.maximum(0.05, np.cos(np.radians(np.clip(head_yaw + turn, -85, 85)))) for turn in (20, -20)])
    return both / both.sum(axis=0)


def log_odds_of(probability: np.ndarray) -> np.ndarray:
    """As log-odds.ts has it."""
    with np.errstate(divide="ignore"):
        return np.clip(np.log(probability / (1 - probability)), -6, 6)


def probability_of(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))


def _pictures(faces: list[dict], side: str) -> np.ndarray:
    bytes_of = [np.frombuffer(base64.b64decode(face["eyes"][side]), np.uint8) for face in faces]
    return np.array(bytes_of).reshape(-1, EYE_HEIGHT, EYE_WIDTH)
