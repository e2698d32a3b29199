"""Rebuild the packaged Leaflet files from the npm package.

Run ``python planner/present/assets/build_assets.py`` where ``npm`` is at
hand. It fetches the package by name with ``npm pack`` (npm checks its
integrity), checks the version, notes in ``vendored.json`` the hashes of the
untouched files (for maps that load them from a public server), makes three
changes and writes the result beside this file:

* images named by the style sheet become data URIs, those of the default
  marker are dropped (the map has none), comments are dropped;
* the link to the project's site in the attribution becomes plain text;
* the pointer to the source map is dropped.

So a page that holds these files asks nothing of the network.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE, VERSION = "leaflet", "1.9.4"
SERVER = f"https://unpkg.com/{PACKAGE}@{VERSION}/dist/"
HERE = Path(__file__).resolve().parent


def main() -> None:
    """Fetch the package and write the packaged files."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        subprocess.run(
            ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"], cwd=directory, check=True
        )
        with tarfile.open(next(directory.glob("*.tgz"))) as archive:
            archive.extractall(directory, filter="data")
        package = directory / "package"
        version = json.loads((package / "package.json").read_text("utf-8"))["version"]
        if version != VERSION:
            raise SystemExit(f"npm gave {PACKAGE} {version}, wanted {VERSION}")
        dist = package / "dist"
        _write("vendored.json", json.dumps({PACKAGE: pinned(dist)}, indent=2))
        _write("leaflet.js", script((dist / "leaflet.js").read_text("utf-8")))
        _write("leaflet.css", style((dist / "leaflet.css").read_text("utf-8"), dist))
        _write("LICENSE-leaflet.txt", (package / "LICENSE").read_text("utf-8"))


def pinned(dist: Path) -> dict[str, str | dict[str, str]]:
    """Where the very same files can be had, and what a browser must find them to be."""
    hashes = {
        name: hashlib.sha256((dist / name).read_bytes()).digest()
        for name in ("leaflet.css", "leaflet.js")
    }
    return {
        "version": VERSION,
        "licence": "BSD-2-Clause",
        "server": SERVER,
        "integrity": {
            name: f"sha256-{base64.b64encode(value).decode('ascii')}"
            for name, value in hashes.items()
        },
    }


def script(text: str) -> str:
    """Leaflet's script without links to anywhere."""
    text = re.sub(r"\n?//# sourceMappingURL=.*", "", text)
    text = re.sub(r"prefix:'<a href=.*?Leaflet</a>\"", 'prefix:"Leaflet"', text)
    return text.replace("https://leafletjs.com", "leafletjs.com")


def style(text: str, dist: Path) -> str:
    """Leaflet's style sheet with its images inside."""

    def inline(match: re.Match[str]) -> str:
        image = base64.b64encode((dist / match[1]).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{image})"

    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\.leaflet-default-icon-path\s*\{[^}]*\}", "", text)
    text = re.sub(r"url\((images/[\w@.-]+)\)", inline, text)
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(lines)


def _write(name: str, text: str) -> None:
    (HERE / name).write_text(text.rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    main()
