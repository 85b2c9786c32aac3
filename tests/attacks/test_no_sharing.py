"""No verb exists to forward, download or post a snippet."""

import ast
from pathlib import Path

import yaml
from starlette.routing import Route

from bot.pages.app import pages
from tests.pages.site import nowhere
from tests.product import Product

ROOT = Path(__file__).parents[2]


def test_slack_would_not_let_the_app_post_a_file_or_unfurl_a_link() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert not [
        s for s in scopes if s.startswith(("files:write", "remote_files", "links"))
    ]
    assert "unfurl_domains" not in manifest["features"]


def test_sound_leaves_only_where_a_press_is_posted(product: Product) -> None:
    """One handler answers with sound, and no link leads to it."""
    senders = {
        path.stem
        for path in (ROOT / "bot/pages").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "render_sound"
    }
    assert senders == {"player_routes"}
    routes = pages(product.services, nowhere(), clock=product.clock)
    audible = [
        route
        for route in routes
        if isinstance(route, Route) and route.path.endswith("/audio")
    ]
    # A request, an elevated listen, a case and an exercise each have a player.
    assert len(audible) == 4
    assert all(route.methods == {"POST"} for route in audible)
