"""`help-clip manifest`: the Slack app, to paste at api.slack.com."""

from typing import Annotated

import typer

from bot.errors import Invalid
from bot.slack.manifest import (
    manifest_for_http,
    manifest_for_organisation,
    text_of_manifest,
)
from bot.text import text


def manifest(
    http: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Deliver over signed HTTP to this PUBLIC_URL, without Socket Mode.",
        ),
    ] = None,
    org: Annotated[
        bool,
        typer.Option("--org", help="Install once for a whole Enterprise organisation."),
    ] = False,
) -> None:
    """Print the manifest of the Slack app: for Socket Mode, or for HTTP deliveries."""
    if http is None:
        written = manifest_for_organisation() if org else text_of_manifest()
        typer.echo(written, nl=False)
        return
    if not http.startswith("https://"):
        raise Invalid(text("cli.manifest.no_https"))
    written = manifest_for_http(http.rstrip("/"), is_org_wide=org)
    typer.echo(written, nl=False)
