"""`python -m bot.sandbox`: run a sandbox in the foreground."""

import argparse
import sys
from pathlib import Path

from bot.sandbox.config import (
    HISTORY_ORDERS,
    NEW_LOGIN_MODES,
    ORGANISATION_MODES,
    RATE_LIMIT_MODES,
    SandboxConfig,
)
from bot.sandbox.server import serve


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command's options."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.sandbox",
        description="A local workspace that speaks Slack.",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=3900,
        help="0 picks a free one",
    )
    parser.add_argument(
        "--state",
        type=Path,
        help="keep the workspace in this file",
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        help="the app's manifest (YAML or JSON)",
    )
    parser.add_argument(
        "--welcome",
        type=Path,
        help="steps and commands for an empty channel (JSON)",
    )
    parser.add_argument(
        "--request-url",
        help="deliver over HTTP to this address",
    )
    parser.add_argument(
        "--redirect-uri",
        action="append",
        default=[],
        help="for signing in",
    )
    parser.add_argument(
        "--public-url",
        help="the address that its answers name (default: its own)",
    )
    parser.add_argument(
        "--issuer",
        help="iss of id_tokens (default: the sandbox's address)",
    )
    parser.add_argument(
        "--new-logins",
        choices=NEW_LOGIN_MODES,
        default="honour",
        help="what prompt=login and max_age meet",
    )
    parser.add_argument(
        "--rate-limits",
        choices=RATE_LIMIT_MODES,
        default="off",
    )
    parser.add_argument(
        "--history-order",
        choices=HISTORY_ORDERS,
        default="newest",
        help="the first page of a history that begins at a time",
    )
    parser.add_argument(
        "--organisation",
        choices=ORGANISATION_MODES,
        default="off",
        help="an Enterprise organisation with two workspaces",
    )
    parser.add_argument(
        "--end-with-stdin",
        action="store_true",
        help="stop when standard input is closed",
    )
    return parser


def announce(url: str) -> None:
    """Print the line that programs wait for before they connect."""
    sys.stdout.write(f"sandbox ready {url}\n")
    sys.stdout.flush()


def main(argv: list[str] | None = None) -> int:
    """Run a sandbox until it is stopped, and return the exit status."""
    options = arguments().parse_args(argv)
    try:
        serve(_config(options), announce)
    except OSError as problem:
        why = problem.strerror or problem
        sys.stderr.write(f"sandbox: cannot listen on port {options.port}: {why}\n")
        return 2
    except ValueError as problem:
        sys.stderr.write(f"sandbox: {problem}\n")
        return 2
    return 0


def _config(options: argparse.Namespace) -> SandboxConfig:
    return SandboxConfig(
        port=options.port,
        state=options.state,
        manifest=options.manifest,
        welcome=options.welcome,
        request_url=options.request_url,
        redirect_uris=tuple(options.redirect_uri),
        public_url=options.public_url,
        issuer=options.issuer,
        new_logins=options.new_logins,
        rate_limits=options.rate_limits,
        history_order=options.history_order,
        organisation=options.organisation,
        end_with_stdin=options.end_with_stdin,
    )


if __name__ == "__main__":
    sys.exit(main())
