"""The files of deploy/ fit the product: its metrics, its settings, its runbook."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config.settings import Settings
from bot.metrics import metrics
from storage.audit.keeper import Keeper
from tests.pages.chromium import skip_unless_ci
from tests.pages.site import Site, new_site
from tests.storage.audit.logs import KEYS

DEPLOY = Path(__file__).parents[2] / "deploy"
RUNBOOK = (DEPLOY.parent / "docs" / "runbook.md").read_text("utf-8")
RULES = yaml.safe_load((DEPLOY / "alerts.yaml").read_text("utf-8"))
ALERTS = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}
DASHBOARD = json.loads((DEPLOY / "dashboard.json").read_text("utf-8"))
PANELS = {panel["title"]: panel for panel in DASHBOARD["panels"]}


@pytest.fixture(scope="module")
def known_metrics(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names that a running process gives Prometheus."""
    site: Site = new_site(tmp_path_factory.mktemp("metrics"))
    keeper = Keeper(site.services.store, KEYS, site.clock)
    page = metrics(site.services, site.clock, keeper)().decode()
    site.services.store.close()
    names = set(re.findall(r"^# TYPE (\S+)", page, re.MULTILINE))
    return names | {"up"}


def names_in(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:help_clip_\w+|up)\b", expression))


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_watches_metrics_that_exist_and_has_a_section(
    name: str, known_metrics: set[str]
) -> None:
    rule = ALERTS[name]
    assert names_in(rule["expr"])
    assert names_in(rule["expr"]) <= known_metrics
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["runbook"] == f"docs/runbook.md#{name.lower()}"
    section = RUNBOOK.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    for part in ("**Means**", "**Look**", "**Do**"):
        assert part in section


def test_the_runbook_has_no_section_without_an_alert() -> None:
    assert set(re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)) == set(ALERTS)


@pytest.mark.parametrize("title", PANELS)
def test_a_panel_shows_metrics_that_exist(title: str, known_metrics: set[str]) -> None:
    targets: list[dict[str, Any]] = PANELS[title]["targets"]
    assert targets
    for target in targets:
        assert names_in(target["expr"])
        assert names_in(target["expr"]) <= known_metrics


def test_every_metric_is_on_the_dashboard(known_metrics: set[str]) -> None:
    shown = set()
    for panel in PANELS.values():
        for target in panel["targets"]:
            shown |= names_in(target["expr"])
    assert known_metrics - shown == set()


def test_the_unit_is_accepted_by_systemd_and_closed_to_the_rest(tmp_path: Path) -> None:
    analyser = shutil.which("systemd-analyze")
    if analyser is None:
        skip_unless_ci("systemd-analyze is not installed")
    unit = tmp_path / "help-clip.service"
    text = (DEPLOY / "help-clip.service").read_text("utf-8")
    unit.write_text(text.replace("/opt/help-clip/bin/help-clip", "/bin/true"), "utf-8")
    verified = subprocess.run(
        [analyser, "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    security = [analyser, "security", "--offline=true", "--threshold=20", str(unit)]
    judged = subprocess.run(security, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout[-500:]


def test_the_unit_names_secrets_that_are_settings() -> None:
    text = (DEPLOY / "help-clip.service").read_text("utf-8")
    names = re.findall(r"^LoadCredential=(\w+):", text, re.MULTILINE)
    assert names
    assert set(names) <= set(Settings.model_fields)
