"""The one page: textual-serve's terminal with its own files, and nothing from another server."""

from html import escape
from string import Template

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>AstroLens</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/css/xterm.css">
<script src="/static/js/textual.js"></script>
<script src="/keys.js"></script>
<style>
@font-face { font-family: "Roboto Mono"; src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf"); }
@font-face { font-family: "Roboto Mono"; font-style: italic; src: url("/static/fonts/RobotoMono-Italic-VariableFont_wght.ttf"); }
html, body { margin: 0; height: 100%; overflow: hidden; background: #101418; color: #c8d0d8; font: 16px "Roboto Mono", monospace; }
.textual-terminal { width: 100vw; height: 100vh; background: #101418; }
.told { position: absolute; inset: 0; display: none; align-items: center; justify-content: center; z-index: 10; }
body:not(.-first-byte) .told.waiting, body.-closed .told.ended { display: flex; background: #101418; }
</style>
</head>
<body>
<div class="told waiting">AstroLens is on its way</div>
<div class="told ended"><p>The terminal has ended; the daemon goes on. <a href="/">Open it again</a></p></div>
<div id="terminal" class="textual-terminal" data-session-websocket-url="ws://$host/ws" data-font-size="$size"></div>
</body>
</html>
""")

KEYS_SCRIPT = """"use strict";
// Keys go to the terminal as soon as it has drawn something: nobody should have to click into it first.
addEventListener("load", () => {
  const watch = new MutationObserver(() => {
    const keys = document.querySelector(".xterm-helper-textarea");
    if (keys !== null && document.body.classList.contains("-first-byte")) {
      watch.disconnect();
      keys.focus();
    }
  });
  watch.observe(document.body, { attributes: true, attributeFilter: ["class"], childList: true, subtree: true });
});
"""

_SMALLEST, _USUAL, _LARGEST = 6, 15, 48


def page(host: str, font_size: str | None) -> str:
    """The page for a host that was checked.

    Parameters
    ----------
    host : str
        Name and port, as in the header.
    font_size : str or None
        In pixels, as a stranger wrote it; None or nonsense: the usual one.

    Returns
    -------
    str
        HTML.
    """
    size = (
        int(font_size) if font_size is not None and font_size.isdecimal() and len(font_size) < 4 else _USUAL
    )
    return _PAGE.substitute(host=escape(host), size=min(max(size, _SMALLEST), _LARGEST))
