"""The kind of a browser, by the names in its User-Agent."""

# The first name that occurs counts: most browsers also name those they descend from.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chromium": "Chromium",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "Linux": "Linux",
}


def browser_kind(user_agent: str) -> tuple[str, str]:
    """Return the browser and the system, each empty if its name is unknown."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def _first(names: dict[str, str], user_agent: str) -> str:
    for part, name in names.items():
        if part in user_agent:
            return name
    return ""
