"""What a stranger may write in a name to take hold of a terminal: sixteen kinds, and mixtures of them by a seed."""

from random import Random

# Their positions lie outside every screen of the tests and their colours are none of ours, so that the bytes that
# come out tell whose sequence it is.
ATTACKS: dict[str, str] = {
    "clear and move": "\x1b[2J\x1b[3J\x1b[997;998H\x1b[9999Dmoved",
    "colours": "\x1b[31m\x1b[5;41mred\x1b[0;8mhidden",
    "title": "\x1b]0;PWNED\x07\x1b]2;PWNED\x1b\\ titled",
    "clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07 copied",
    "link": "\x1b]8;;https://evil.example/\x1b\\click\x1b]8;;\x1b\\",
    "answer back": "\x1b[c\x1b[6n\x1b[21t\x1bP+q544e\x1b\\\x05",
    "C1": "\x9b31m\x9d0;PWNED\x9c\x90q\x9c\x84\x85\x8d",
    "modes": "\x1b[?1049l\x1b[?25l\x1b[?1000h\x1bc\x1b#8\x1b(0\x0e",
    "bidi": "\u202egpj.exe\u202c \u2066evil\u2069 \u200fx\u061c",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg\U000e0041\U000e007f",
    "combining": "Z" + "\u0301\u0489\u20dd" * 60 + "\u1160" * 60 + "\u0903" * 60,
    "markup": "[bold red]b[/] [@click=app.quit]q[/] [link=https://evil.example]l[/link] [/] [[ ]] \\[x]",
    "broken markup": "[/] [/bold] [@click= [#zzz] [on [$x] {0} %s \\",
    "long": "very long " * 4000,
    "controls": "\x00\x01\x07\x08\x08\x0b\x0c\x7f\t\r\nnew\u2028line\u2029\x1a",
    "wide": "星\U0001f468\u200d\U0001f469\u200d\U0001f467\u2764\ufe0f\U0001f1e9\U0001f1ea\u3000\uff21\ud800\udfff\ufffe\U0010fffd",
}

_POOL = (
    "\x1b", "\x1b[", "\x1b]", "\x1b]0;", "\x1b]52;c;", "\x1b]8;;", "\x1b\\", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x9b", "\x9d", "\x90",
    "\x00", "\x07", "\x08", "\x0e", "\x0f", "\x18", "\x1a", "\x7f", "\r", "\n", "\t", "\v", "\f", "31m", "2J", "997;998H",
    "?1049l", "6n", "c", "\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u061c", "\u2028", "\U000e0041",
    "\u0301", "\u0489", "\u20dd", "\u0903", "\u1160", "\ufe0f", "\U000e0101", "\U0001f3fd", "[/]", "[", "]", "[@click=app.quit]",
    "[bold]", "[link=x]", "\\", "\\[", "{", "}", "%s", "$x", "A", "b ", "σ", "星", "☃", "😀", "\U0001f1e9", "\u3000", "\ud800", "\udc80", "\ufffe",
    "\U0010fffd", "\u05d0", "\u0644",
)  # fmt: skip


def fuzzed(count: int, seed: int = 20261121) -> list[str]:
    """Mixtures, the same ones for the same seed."""
    random = Random(seed)
    return ["".join(random.choices(_POOL, k=random.randrange(1, 40))) for _ in range(count)]
