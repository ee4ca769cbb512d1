"""A QR code as the path of an SVG drawing, one unit per square."""

from dataclasses import dataclass

import segno

QUIET = 4


@dataclass(frozen=True)
class QrDrawing:
    """The dark squares as an SVG path, and the length of the side with the quiet zone."""

    path: str
    side: int


def draw_qr(text: str) -> QrDrawing:
    """The QR code of this text."""
    rows = list(segno.make(text, error="m", micro=False).matrix)
    squares = [
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    ]
    return QrDrawing("".join(squares), len(rows) + 2 * QUIET)
