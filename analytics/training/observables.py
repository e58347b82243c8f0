"""What is known of each face, as client/src/attention/worker/observables.ts makes it of a reading, for many faces at once."""

import numpy as np

from geometry import direction, pose, rotation, turned, vector

# Pairs of lower and upper lid points, as in landmarks.ts.
LID_PAIRS = [(3, 13), (4, 12), (5, 11)]


class Readings:
    """Readings of faces (face-reading.ts) as arrays, one row each."""

    def __init__(self, faces: list[dict]):
        self.off_lens = np.array([[face["offLens"][name] for name in ("yawDeg", "pitchDeg", "rollDeg")] for face in faces])
        self.to_lens = np.array([[face["toLens"][name] for name in ("yawDeg", "pitchDeg")] for face in faces])
        self.left = np.array([face["left"] for face in faces])
        self.right = np.array([face["right"] for face in faces])
        self.size = np.array([face["size"] for face in faces])

    COLUMNS = ("off_lens", "to_lens", "left", "right", "size")

    def rows(self, chosen: np.ndarray) -> "Readings":
        return self._of({name: getattr(self, name)[chosen] for name in self.COLUMNS})

    @classmethod
    def joined(cls, parts: list["Readings"]) -> "Readings":
        return cls._of({name: np.concatenate([getattr(part, name) for part in parts]) for name in cls.COLUMNS})

    @classmethod
    def _of(cls, columns: dict[str, np.ndarray]) -> "Readings":
        made = cls.__new__(cls)
        vars(made).update(columns)
        return made


def observe(readings: Readings, fit: dict) -> dict[str, np.ndarray]:
    """The columns of FaceObservables by name."""
    weights = eye_weights(readings.off_lens[:, 0])
    left, right = openness(readings.left), openness(readings.right)
    gaze = gaze_off_lens(readings, fit)
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
        "openness": weights[0] * left + weights[1] * right,
        "size": readings.size,
    }


def pose_of(readings: Readings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Yaw, pitch and roll of the heads in camera coordinates."""
    return pose(rotation(readings.to_lens[:, 0], readings.to_lens[:, 1]) @ rotation(*readings.off_lens.T))


def gaze_off_lens(readings: Readings, fit: dict) -> np.ndarray:
    """Unit vectors of the gaze against the line to the lens."""
    weights = eye_weights(readings.off_lens[:, 0])
    left, right = (eye_inputs(readings, side) for side in ("left", "right"))

    def of(inputs: np.ndarray, part: str) -> np.ndarray:
        return inputs @ np.array(fit[part]["weights"]) + fit[part]["bias"]

    yaw = weights[0] * of(left, "outward") - weights[1] * of(right, "outward")
    pitch = weights[0] * of(left, "up") + weights[1] * of(right, "up")
    in_head = vector(np.clip(yaw, -45, 45), np.clip(pitch, -40, 40))
    return turned(rotation(*readings.off_lens.T), in_head)


def eye_inputs(readings: Readings, side: str) -> np.ndarray:
    """What the gaze's fit takes of one eye, outward positive."""
    outward = np.array([1, 1, 1]) if side == "left" else np.array([-1, 1, -1])
    points = readings.left if side == "left" else readings.right
    return np.column_stack([points, readings.off_lens * outward / 30])


def eye_weights(head_yaw: np.ndarray) -> np.ndarray:
    """What each eye counts, left and right; they sum to 1."""
    both = np.array([np.maximum(0.05, np.cos(np.radians(np.clip(head_yaw + turn, -85, 85)))) for turn in (-20, 20)])
    return both / both.sum(axis=0)


def openness(points: np.ndarray) -> np.ndarray:
    gaps = [np.maximum(0, points[:, 2 * upper + 1] - points[:, 2 * lower + 1]) for lower, upper in LID_PAIRS]
    return np.mean(gaps, axis=0)
