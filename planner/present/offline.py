"""Pages that ask nothing of the network: packaged assets, a policy, and a check.

A page may be opened in an operations room without internet, so whatever it
needs is inside it. The content-security policy forbids the browser to load
anything else, and lets only those scripts run whose hash it names. A page may
also be told what it loads: files beside it, or pinned ones from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files

_POLICY = "@@content-security-policy@@"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")

_LOADING = ("src", "href", "srcset", "action", "formaction", "data", "poster", "xlink:href")

POLICY_META = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
"""Placeholder for the policy; :func:`sealed` fills it in."""


@dataclass(frozen=True)
class Loads:
    """What a page may load beside what it holds; nothing by default.

    ``addresses`` are those that stand in its tags; ``scripts``, ``styles`` and ``images``
    the sources that its policy names for them.
    """

    addresses: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


NOTHING = Loads()


@cache
def asset(name: str) -> str:
    """Text of a packaged asset."""
    return (files("planner.present") / "assets" / name).read_text("utf-8")


def sealed(page: str, loads: Loads = NOTHING) -> str:
    """Fill in the policy of a page and check that nothing else from outside is left.

    Parameters
    ----------
    page
        HTML with :data:`POLICY_META` in its head, before any text of a scenario.
    loads
        What the page may load.

    Raises
    ------
    ValueError
        The page would load something else: a fault of this package.
    """
    hashes = [f"'sha256-{digest(script.encode('utf-8'))}'" for script in _SCRIPT.findall(page)]
    nothing = () if hashes or loads.scripts else ("'none'",)
    policy = "; ".join(
        [
            "default-src 'none'",
            " ".join(("script-src", *hashes, *loads.scripts, *nothing)),
            " ".join(("style-src", *loads.styles, "'unsafe-inline'")),
            " ".join(("img-src", *loads.images, "data:")),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    page = page.replace(_POLICY, policy, 1)
    outside = [url for url in outside_urls(page) if url not in loads.addresses]
    if outside:
        raise ValueError(f"the page would load from outside: {', '.join(outside[:5])}")
    return page


def digest(content: bytes) -> str:
    """SHA-256 of a file as policies and ``integrity`` attributes write it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")


def outside_urls(page: str) -> list[str]:
    """Addresses in a page that a browser would load from elsewhere.

    Finds what tags name in attributes that load or lead somewhere, ``url(…)``
    and ``@import`` in styles (protocol-relative ones too), and any absolute
    address in scripts. Addresses in visible text load nothing and are not
    listed.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    """Reads a page as a browser does and collects the addresses it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes of a tag."""
        self._inside = tag
        for name, value in attrs:
            if name in _LOADING and value and not value.startswith(("data:", "#")):
                self.found.append(value)
            if name == "style" and value:
                self.found += _style_urls(value)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """Look into scripts and styles; other text loads nothing."""
        if self._inside == "script":
            self.found += _script_urls(data)
        elif self._inside == "style":
            self.found += _style_urls(data)


def _script_urls(script: str) -> list[str]:
    urls = re.findall(r"""(?:https?:|wss?:)//[^\s"'`<>\\)]+|["'`]//[\w.-]+\.[^\s"'`]+""", script)
    return [url for url in urls if url not in _NAMESPACES]


def _style_urls(style: str) -> list[str]:
    urls = re.findall(r"""url\(\s*["']?([^"')]+)""", style)
    urls += re.findall(r"""@import\s+["']([^"']+)""", style)
    return [url for url in urls if not url.startswith(("data:", "#"))]
