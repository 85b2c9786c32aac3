"""Read the templates and the scripts of the pages: the keys they use, the text they hold."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

PAGES = Path(__file__).parents[2] / "bot" / "pages"
_ENVIRONMENT = Environment(autoescape=True)
_FUNCTIONS = {"text", "rich_text"}

# Attributes whose value people read or hear.
_READ = {"alt", "aria-label", "aria-description", "content", "placeholder", "title"}
# A comment, an expression or a statement of Jinja.
_JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# Names and keys of the keyboard, the same in every language.
_NAMES = re.compile(r"help-clip|\b(?:F\d|[A-Z])\b")
# An attribute that a macro adds to an element.
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
# A comment (kept out of strings by the second branch), or a string of JavaScript.
_JS_COMMENT = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|//[^\n]*|/\*.*?\*/""",
    re.DOTALL,
)
_JS_STRING = re.compile(
    r""""((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`"""
)
_JS_KEY = re.compile(r"""(?<![\w.])text\(\s*"(\w+)"(.*?)\)""")
# Selectors, fonts, header values and names of stored values are no sentences.
_JS_CODE = re.compile(r"[#\[\]=<>*@/{}]|\.\w|px\b|^help-clip ")
_TAGS = {"a", "button", "canvas", "form", "input", "select", "summary", "textarea"}
# Names of keys, HTTP methods and headers that begin with a capital.
_JS_NAMES = {"Accept", "Digit", "Escape", "Key", "POST", "TimeoutError", "Z"}


def templates() -> list[Path]:
    return sorted((PAGES / "templates").glob("*.html"))


def scripts() -> list[Path]:
    return sorted((PAGES / "static" / "js").glob("*.js"))


def template_calls() -> Iterator[tuple[str, nodes.Expr, set[str]]]:
    """Yield place, first argument and names of the values of each call of `text`."""
    for path in templates():
        tree = _ENVIRONMENT.parse(path.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            function = call.node
            if isinstance(function, nodes.Name) and function.name in _FUNCTIONS:
                names = {keyword.key for keyword in call.kwargs}
                yield str(path), call.args[0], names


def script_keys() -> Iterator[tuple[str, str]]:
    """Yield place and key of each call of `text` in the scripts."""
    for path in scripts():
        for key, _ in _JS_KEY.findall(path.read_text("utf-8")):
            yield str(path), key


def text_in_template(source: str) -> list[str]:
    """Return the texts that a template holds itself: in nodes, attributes, expressions."""
    reader = _Reader()
    reader.feed(_JINJA.sub(" ", source))
    return [*filter(_has_words, reader.found), *_strings_in_expressions(source)]


def text_in_script(source: str) -> list[str]:
    """Return the strings of a script that people could read."""
    code = _JS_COMMENT.sub(lambda match: match[1] or "", source)
    found = []
    for quoted in _JS_STRING.findall(code):
        string = re.sub(r"\$\{.*?\}", " ", "".join(quoted))
        string = " ".join(string.split())
        if _is_sentence(string):
            found.append(string)
    return found


def _is_sentence(string: str) -> bool:
    if string in _JS_NAMES or _JS_CODE.search(string):
        return False
    if set(re.findall(r"\w+", string)) <= _TAGS:
        return False
    begins_like_one = re.match(r"[A-Z][a-z]+$|[A-Z][a-z]* \w", string)
    return bool(begins_like_one) or bool(re.search(r"[a-z]{2,} [a-z]{2,}", string))


def _has_words(string: str) -> bool:
    return bool(re.search(r"[^\W\d_]", _NAMES.sub("", _ATTRIBUTE.sub("", string))))


def _strings_in_expressions(source: str) -> list[str]:
    """Return the strings of expressions that hold words and are no argument of `text`."""
    tree = _ENVIRONMENT.parse(source)
    found = []
    for output in tree.find_all(nodes.Output):
        for constant in output.find_all(nodes.Const):
            value = constant.value
            if isinstance(value, str) and re.search(r"[A-Z][a-z]|[a-z] [a-z]", value):
                found.append(value)
    return found


class _Reader(HTMLParser):
    """Collects the text nodes and the attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skips = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skips = tag in ("script", "style")
        for name, value in attrs:
            if name in _READ and tag != "meta" and value:
                self.found.append(value)

    def handle_endtag(self, _tag: str) -> None:
        self._skips = False

    def handle_data(self, data: str) -> None:
        if not self._skips and data.strip():
            self.found.append(data.strip())
