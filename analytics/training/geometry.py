"""Rotations and directions as client/src/attention/worker/geometry.ts has them, for many at once. Angles in degrees."""

import numpy as np


def rotation(yaw, pitch, roll=0.0) -> np.ndarray:
    """R = Ry(yaw) Rx(-pitch) Rz(roll), shape [..., 3, 3]."""
    y, p, r = np.broadcast_arrays(*(np.radians(np.asarray(angle, dtype=float)) for angle in (yaw, pitch, roll)))
    cy, sy, cp, sp, cr, sr = np.cos(y), np.sin(y), np.cos(p), np.sin(p), np.cos(r), np.sin(r)
    zero, one = np.zeros_like(y), np.ones_like(y)
    around_y = _matrix([[cy, zero, sy], [zero, one, zero], [-sy, zero, cy]])
    around_x = _matrix([[one, zero, zero], [zero, cp, sp], [zero, -sp, cp]])
    around_z = _matrix([[cr, -sr, zero], [sr, cr, zero], [zero, zero, one]])
    return around_y @ around_x @ around_z


def vector(yaw, pitch) -> np.ndarray:
    y, p = np.radians(yaw), np.radians(pitch)
    return np.stack([np.cos(p) * np.sin(y), np.sin(p), np.cos(p) * np.cos(y)], axis=-1)


def direction(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Yaw and pitch of unit vectors."""
    return np.degrees(np.arctan2(v[..., 0], v[..., 2])), np.degrees(np.arcsin(np.clip(v[..., 1], -1, 1)))


def pose(r: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Yaw, pitch and roll of rotations."""
    return *direction(r[..., :, 2]), np.degrees(np.arctan2(r[..., 1, 0], r[..., 1, 1]))


def turned(r: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.einsum("...ij,...j->...i", r, v)


def turned_back(r: np.ndarray, v: np.ndarray) -> np.ndarray:
    return np.einsum("...ji,...j->...i", r, v)


def _matrix(rows: list) -> np.ndarray:
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
