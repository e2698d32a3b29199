"""Pages that ask nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import runpy
from pathlib import Path

import pytest

from planner.files import write_file
from planner.present.offline import POLICY_META, Loads, asset, outside_urls, sealed


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://tiles.example/1.png">',
        "<img src=//tiles.example/1.png>",
        '<link rel="stylesheet" href="map.css">',
        "<style>a{background:url(//cdn.example/x.png)}</style>",
        "<style>@import 'https://cdn.example/x.css';</style>",
        '<p style="background:url(https://cdn.example/x.png)">a</p>',
        '<script>fetch("https://cdn.example/x.json")</script>',
        "<script>var a = '//cdn.example/x.js';</script>",
        '<script>new WebSocket("wss://cdn.example")</script>',
        '<script src="https://cdn.example/x.js"></script>',
    ],
)
def test_outside_addresses_are_found(markup: str) -> None:
    """Whatever a browser would load from elsewhere is found, and the page refused."""
    assert outside_urls(markup)
    with pytest.raises(ValueError, match="outside"):
        sealed(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<p>See https://example.org for more.</p>",
        '<img src="data:image/png;base64,AA==">',
        "<style>a{background:url(data:image/png;base64,AA==)}</style>",
        '<a href="#schedule">Schedule</a>',
        '<script>var ns = "http://www.w3.org/2000/svg"; // a comment</script>',
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    ],
)
def test_what_loads_nothing_is_left_alone(markup: str) -> None:
    """Visible addresses, data URIs, anchors and namespaces load nothing."""
    assert outside_urls(markup) == []


def test_the_policy_names_every_script_of_the_page() -> None:
    """Scripts run by their hash only, and the page may load nothing."""
    page = sealed(f"<head>{POLICY_META}</head><script>a = 1;</script><script>b = 2;</script>")
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0]
    for script in ("a = 1;", "b = 2;"):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]


def test_a_page_loads_what_it_was_told_and_no_more() -> None:
    """Files beside a page are let in by name, and the policy says from where."""
    markup = f'<head>{POLICY_META}<script src="a/b.js"></script></head>'
    found = sealed(markup, Loads(addresses=("a/b.js",), scripts=("'self'",)))
    assert "script-src 'self';" in found
    with pytest.raises(ValueError, match="outside"):
        sealed(markup, Loads(addresses=("a/c.js",), scripts=("'self'",)))


def test_packaged_leaflet_is_whole_and_licensed() -> None:
    """The packaged files are Leaflet 1.9.4 with its licence, and name nothing outside."""
    assert "Leaflet 1.9.4" in asset("leaflet.js")
    assert "BSD 2-Clause" in asset("LICENSE-leaflet.txt")
    page = f"<style>{asset('leaflet.css')}</style><script>{asset('leaflet.js')}</script>"
    assert outside_urls(page) == []


def test_pages_are_renamed_into_place(tmp_path: Path) -> None:
    """Writing leaves the page and nothing else; a failed write leaves the old page."""
    path = tmp_path / "new" / "map.html"
    write_file(path, "one")
    write_file(path, "two")
    assert path.read_text("utf-8") == "two"
    with pytest.raises(UnicodeEncodeError):
        write_file(path, "\ud800")
    assert path.read_text("utf-8") == "two"
    assert [item.name for item in path.parent.iterdir()] == ["map.html"]


def test_the_recipe_of_the_assets_made_what_is_packaged(repository: Path) -> None:
    """What the recipe takes out of Leaflet's files is gone; applied again it changes nothing."""
    recipe = runpy.run_path(str(repository / "planner/present/assets/build_assets.py"))
    assert recipe["script"](asset("leaflet.js")) == asset("leaflet.js")
    assert recipe["style"](asset("leaflet.css"), repository) + "\n" == asset("leaflet.css")
    assert f"Leaflet {recipe['VERSION']}" in asset("leaflet.js")
    pinned = json.loads(asset("vendored.json"))[recipe["PACKAGE"]]
    assert (pinned["version"], pinned["server"]) == (recipe["VERSION"], recipe["SERVER"])
    assert all(re.fullmatch(r"sha256-[A-Za-z0-9+/]{43}=", v) for v in pinned["integrity"].values())
    link = 'prefix:\'<a href="https://leafletjs.com">\'+(b?\'<svg/>\':"")+"Leaflet</a>"},x'
    assert recipe["script"](link) == 'prefix:"Leaflet"},x'
