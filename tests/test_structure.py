"""What people would otherwise have to remember."""

import ast
import re
import subprocess
import sys
import threading
from pathlib import Path

from bot.config.settings import Settings
from storage.records import Action

ROOT = Path(__file__).parents[1]


def code() -> str:
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "storage").rglob("*.py")]
    return "\n".join(f.read_text("utf-8") for f in files if f.name != "events.py")


def test_imports_go_only_downwards() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as m; m()",
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_action_is_recorded_somewhere_and_documented() -> None:
    everything = code()
    page = (ROOT / "docs/audit.md").read_text("utf-8")
    for action in Action:
        assert f"Action.{action.name}" in everything, f"{action} is recorded nowhere"
        assert f"`{action}`" in page, f"docs/audit.md does not explain {action}"


def test_every_setting_is_in_the_example_with_a_sentence() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    for name in Settings.model_fields:
        line = re.search(rf"^{name.upper()}=.*$", example, re.MULTILINE)
        assert line, f".env.example lacks {name.upper()}"
        assert "#" in line.group(), f".env.example does not explain {name.upper()}"


def test_no_page_or_program_text_names_a_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in tracked:
        path = ROOT / name
        if path.suffix in {
            ".md",
            ".toml",
            ".yml",
            ".py",
            ".html",
            ".js",
            ".css",
            ".json",
            "",
        }:
            text = path.read_text("utf-8", errors="replace")
            for sign in ("/home/", "/root/", "/Users/"):
                assert sign not in text or path == Path(__file__), (
                    f"{name} names a local path"
                )


def test_no_message_posts_a_file() -> None:
    slack = "\n".join(f.read_text("utf-8") for f in (ROOT / "bot/slack").rglob("*.py"))
    assert not re.search(r"files?_upload|files_(?!delete)", slack)


def test_every_link_in_the_documentation_leads_somewhere() -> None:
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "bot").rglob("*.md"),
    ]
    assert len(pages) > 12
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


# A claim takes a batch of work and leaves the rest for the next one.
MAY_TAKE_A_BATCH = {"claim"}


def test_no_query_cuts_a_list_short_by_a_default() -> None:
    """A default limit was once shown as a count, and as the whole list."""
    short = []
    for path in sorted((ROOT / "storage").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            arguments = node.args
            named = [*arguments.args, *arguments.kwonlyargs]
            n_required = len(arguments.args) - len(arguments.defaults)
            defaults = [None] * n_required + arguments.defaults + arguments.kw_defaults
            for argument, default in zip(named, defaults, strict=True):
                is_limit = argument.arg in {"limit", "rows", "most"}
                if is_limit and default is not None:
                    short.append(node.name)
    assert set(short) <= MAY_TAKE_A_BATCH


def test_no_list_with_a_limit_is_counted() -> None:
    """`help-clip erase --status` once counted the newest 30 erasures as all of them."""
    counted = []
    for path in sorted((ROOT / "bot").rglob("*.py")):
        limited = False
        lengths = False
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            given = {each.arg: ast.unparse(each.value) for each in node.keywords}
            reads = ast.unparse(node.func).startswith("tx.")
            limited |= reads and given.get("limit", "1") != "1"
            lengths |= "len(" in given.get("count", "")
        if limited and lengths:
            counted.append(path.relative_to(ROOT).as_posix())
    assert counted == []


def test_no_thread_hides_a_part_of_its_base() -> None:
    """Joining a thread whose `_stop` was hidden by an event failed."""
    own = {*vars(threading.Thread()), *dir(threading.Thread)} - {"daemon", "name"}
    hidden = []
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ClassDef):
                continue
            if "threading.Thread" in map(ast.unparse, node.bases):
                for each in ast.walk(node):
                    if not isinstance(each, ast.Attribute) or each.attr not in own:
                        continue
                    if isinstance(each.ctx, ast.Store):
                        hidden.append(f"{node.name}.{each.attr}")
    assert hidden == []


def test_no_folder_holds_more_than_fifteen_modules() -> None:
    # Released migrations stay in their folder for ever.
    migrations = ROOT / "storage" / "migrations" / "versions"
    folders = [
        folder
        for top in ("bot", "storage", "tools")
        for folder in [ROOT / top, *(ROOT / top).rglob("*/")]
        if folder != migrations
    ]
    crowded = [
        f"{folder.relative_to(ROOT)}: {n_modules}"
        for folder in folders
        if (n_modules := len([*folder.glob("[!_]*.py")])) > 15
    ]
    assert crowded == [], "one subject a folder (docs/developers.md)"
