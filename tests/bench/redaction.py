"""All the numbers of the redaction: `python -m tests.bench.redaction` (words, cut, voice).

What needs `../shared` or VOICE_EVAL_PYTHON is skipped, with a sentence, where they are not.
"""

import time

from tests.bench import redaction_heard, redaction_speed, redaction_voice, words


def main() -> None:
    start = time.monotonic()
    print("## Words\n")
    if words.DATA.exists():
        words.main()
    else:
        print("Words: skipped. Needs ../shared.")
    print("\n## Cut and speed\n")
    if redaction_speed.SHARED.exists():
        redaction_speed.main([])
    else:
        print("Speed: skipped. Needs ../shared.")
    print("\n## What is heard\n", flush=True)
    redaction_heard.main()
    print("\n## Voice\n", flush=True)
    redaction_voice.table([redaction_voice.OURS, *redaction_voice.REFERENCES])
    print(f"\n{(time.monotonic() - start) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
