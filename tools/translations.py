"""Keep the translations in step with the English catalogue, and import new ones.

    python -m tools.translations update
    python -m tools.translations import LANG FILE.json

`update` writes every `bot/text/translations/LANG.po` anew: a new sentence is empty there,
and a changed one keeps its translation as fuzzy. `import` takes sentences, or their
forms, by key. Both print the keys that still need a translator.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po
from babel.plural import to_gettext

from bot.text.english import Entry, catalogue, is_translated
from bot.text.language import locale_of
from bot.text.translation import (
    forms_of,
    message_id,
    plural_categories,
    read_translation,
)

FOLDER = Path(__file__).parents[1] / "bot" / "text" / "translations"
# CLDR tells millions apart in these languages, by a rule that gettext cannot express.
_ROMANCE = "nplurals=3; plural=({one} ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2);"
_PLURALS = {
    "es": _ROMANCE.format(one="n == 1"),
    "fr": _ROMANCE.format(one="n == 0 || n == 1"),
    "it": _ROMANCE.format(one="n == 1"),
    "pt-BR": _ROMANCE.format(one="n == 0 || n == 1"),
}
_HEADER = """\
# {name} translation of help-clip. The context of a message is its key.
msgid ""
msgstr ""
"Language: {gettext_tag}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""

Translated = Mapping[str, str | Mapping[str, str]]


def main(arguments: list[str]) -> int:
    """Run a command. Return 1 if it is none."""
    match arguments:
        case ["update"]:
            for path in sorted(FOLDER.glob("*.po")):
                _report(path.stem, update(path.stem))
        case ["import", tag, path]:
            sentences = json.loads(Path(path).read_text("utf-8"))
            _report(tag, import_sentences(tag, sentences))
        case _:
            print(__doc__)
            return 1
    return 0


def update(tag: str) -> list[str]:
    """Merge the English catalogue into a translation. Return the keys to translate."""
    before = {str(message.context): message for message in read_translation(tag)}
    messages = []
    for key, entry in _source().items():
        messages.append(_merge(key, entry, before.get(key)))
    return _write(tag, messages)


def import_sentences(tag: str, sentences: Translated) -> list[str]:
    """Put sentences by key into a translation. Return the keys still to translate.

    A sentence of a key that English no longer has is left out.
    """
    before = {}
    if (FOLDER / f"{tag}.po").exists():
        before = {str(message.context): message for message in read_translation(tag)}
    messages = []
    for key, entry in _source().items():
        message = _merge(key, entry, before.get(key))
        if key in sentences:
            message.string = _forms(tag, sentences[key])
            message.flags.discard("fuzzy")
            message.previous_id = []
        messages.append(message)
    return _write(tag, messages)


def plural_forms(tag: str) -> str:
    """Return the Plural-Forms header of a language."""
    return _PLURALS.get(tag) or to_gettext(locale_of(tag).plural_form)


def _source() -> dict[str, Entry]:
    entries = catalogue()
    return {key: entries[key] for key in sorted(entries) if is_translated(key)}


def _merge(key: str, entry: Entry, before: Message | None) -> Message:
    """Return the message of an English sentence, with what was translated before."""
    wanted = message_id(entry)
    assert wanted is not None, "the entry is one of the catalogue"
    message = Message(wanted, context=key)
    if before is None:
        return message
    if before.id == wanted:
        message.string = before.string
        message.flags |= before.flags & {"fuzzy"}
        message.previous_id = before.previous_id
    elif isinstance(before.id, str) == isinstance(wanted, str):
        message.string = before.string
        message.flags.add("fuzzy")
        message.previous_id = _as_list(before.id)
    return message


def _as_list(identifier: str | Sequence[str]) -> list[str]:
    if isinstance(identifier, str):
        return [identifier]
    return list(identifier)


def _forms(tag: str, translated: str | Mapping[str, str]) -> str | tuple[str, ...]:
    if isinstance(translated, str):
        return translated
    return tuple(translated[category] for category in plural_categories(tag))


def _write(tag: str, messages: Iterable[Message]) -> list[str]:
    translated = Catalog(locale=locale_of(tag))
    # Babel pads the forms of a message to this number.
    translated.mime_headers = [("Plural-Forms", plural_forms(tag))]
    missing = []
    for message in messages:
        key = str(message.context)
        translated[message.id] = message
        if message.fuzzy or not all(forms_of(message)):
            missing.append(key)
    header = _HEADER.format(
        name=locale_of(tag).english_name,
        gettext_tag=locale_of(tag),
        plurals=plural_forms(tag),
    )
    with (FOLDER / f"{tag}.po").open("wb") as file:
        file.write(header.encode())
        write_po(
            file,
            translated,
            width=0,
            omit_header=True,
            include_previous=True,
        )
    return missing


def _report(tag: str, missing: list[str]) -> None:
    print(f"{tag}: {len(missing)} to translate")
    for key in missing:
        print(f"  {key}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
