"""The names of a pack's files."""

ABOUT = "pack.json"
EVENTS = "events.jsonl"
EVENTS_CSV = "events.csv"
EVENTS_OCSF = "events.ocsf.jsonl"
BUNDLE = "events.bundle"
SUMMARY = "summary.html"
TABLE = "tables/{}.csv"
