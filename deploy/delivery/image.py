# ruff: noqa: INP001 - a script, run where nothing of ours is installed
"""Reads and writes which image an overlay runs: `image.py get staging`, `image.py set staging IMAGE`."""

import re
import sys
from pathlib import Path

OVERLAYS = Path(__file__).parents[1] / "overlays"
LINE = re.compile(
    r"^  - \{name: boxoffice, newName: (?P<name>\S+), digest: (?P<digest>sha256:[0-9a-f]{64})\}$",
    re.MULTILINE,
)
IMAGE = re.compile(r"(?P<name>[a-z0-9][a-z0-9.:/_-]*)@(?P<digest>sha256:[0-9a-f]{64})")


def image_of(overlay: Path) -> str:
    """Return the image that an overlay's kustomization names, by its digest."""
    return "{name}@{digest}".format(**_line(overlay.read_text("utf-8")).groupdict())


def run(overlay: Path, image: str) -> None:
    """Make an overlay's kustomization name this image."""
    if not (said := IMAGE.fullmatch(image)):
        sys.exit(f"{image} is not an image with its digest")
    text = overlay.read_text("utf-8")
    line = _line(text)
    new = "  - {{name: boxoffice, newName: {name}, digest: {digest}}}".format(**said.groupdict())
    overlay.write_text(text[: line.start()] + new + text[line.end() :], "utf-8")


def _line(text: str) -> re.Match[str]:
    found = list(LINE.finditer(text))
    if len(found) != 1:
        sys.exit("The overlay does not name the image once, with its digest")
    return found[0]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["get", overlay]:
            print(image_of(OVERLAYS / overlay / "kustomization.yaml"))  # noqa: T201 - what it is for
        case ["set", overlay, image]:
            run(OVERLAYS / overlay / "kustomization.yaml", image)
        case _:
            sys.exit(__doc__)
