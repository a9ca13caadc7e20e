"""Keys that every screen has and that change nothing in the daemon: copy, open, report, picture of the screen."""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.binding import Binding, BindingType

from astrolens.api.wire import CandidateRow
from astrolens.domain.clock import utc_now
from astrolens.domain.sky import SkyPosition
from astrolens.tui.live import Live
from astrolens.tui.screens.site_asker import SiteAsker
from astrolens.tui.sites import Site, has_browser, sites_at
from astrolens.tui.work import begin

if TYPE_CHECKING:
    from textual.app import App

    _App = App[int]
else:
    _App = object

ERRAND_BINDINGS: tuple[BindingType, ...] = (
    Binding("y", "copy_place", "copy", tooltip="copy the coordinates of the picture", show=False),
    Binding("o", "browse", "browser", tooltip="open the place in Aladin Lite, in the browser", show=False),
    Binding("O", "choose_site", "open in", tooltip="open the place in Aladin Lite, SIMBAD or the Legacy viewer", show=False),
    Binding("ctrl+e,R", "write_report", "report", tooltip="write a report of this session", show=False),
    Binding("ctrl+s", "write_screen", "screenshot", tooltip="write a picture of the screen (SVG)", show=False),
)  # fmt: skip


class Errands(_App):
    """A part of the app. A screen says with ``shown_row`` which picture it is about."""

    live: Live
    reports: Path | None = None  # where reports and pictures of the screen go
    open_address: Callable[[str], bool] | None = None  # tests put their own here

    def _place(self) -> SkyPosition | None:
        """Where the picture of this screen lies; says so when nowhere."""
        row = cast(CandidateRow | None, getattr(self.screen, "shown_row", None))
        if row is None:
            self.live.say("there is no picture here")
            return None
        ra_deg, dec_deg = row["ra_deg"], row["dec_deg"]
        try:
            if ra_deg is not None and dec_deg is not None:
                return SkyPosition(ra_deg=float(ra_deg) % 360.0, dec_deg=float(dec_deg))
        except (TypeError, ValueError):
            pass  # a daemon that says nonsense
        self.live.say("this picture has no position")
        return None

    def action_copy_place(self) -> None:
        """Put the coordinates into the clipboard of the terminal (OSC 52)."""
        if (place := self._place()) is not None:
            said = f"{place.ra_deg:.6f} {place.dec_deg:+.6f}"
            self.copy_to_clipboard(said)
            self.live.say(f"copied: {said}")

    def action_browse(self) -> None:
        """Open the place in the browser."""
        if (place := self._place()) is not None:
            self._open(sites_at(place)[0])

    def action_choose_site(self) -> None:
        """Ask where to open the place."""
        if (place := self._place()) is not None:
            self.push_screen(SiteAsker(self.live, sites_at(place)), self._open)

    def _open(self, site: Site | None) -> None:
        if site is None:
            return
        opens = self.open_address
        if opens is None and not has_browser(os.environ, sys.platform):
            self.copy_to_clipboard(site.address)
            self.live.say(f"no browser here; copied: {site.address}")
            return
        begin(self, partial(self._visit, site, opens or webbrowser.open), group="browser", exclusive=True)

    async def _visit(self, site: Site, opens: Callable[[str], bool]) -> None:
        opened = await asyncio.to_thread(opens, site.address)
        self.live.say(
            f"opened in {site.name}" if opened else f"no browser opened; the address is {site.address}"
        )

    def action_write_report(self) -> None:
        """Write what was done since the terminal was opened."""
        self._write("session", "md", self.live.session.report)

    def action_write_screen(self) -> None:
        """Write what stands on the screen."""
        drawn = self.export_screenshot(title="AstroLens")
        self._write("screen", "svg", lambda: drawn)

    def _write(self, kind: str, ending: str, text: Callable[[], str]) -> None:
        folder = self.reports
        if folder is None:
            self.live.say("this terminal has no folder for reports", urgent=True)
            return
        file = folder / f"{kind}-{utc_now():%Y%m%d-%H%M%S-%f}.{ending}"
        begin(self, partial(self._save, file, text()), group="report")

    async def _save(self, file: Path, text: str) -> None:
        try:
            await asyncio.to_thread(_put, file, text)
        except OSError as error:
            self.live.say(f"cannot be written: {error.strerror}: {file}", urgent=True)
        else:
            self.live.say(f"written: {file}")


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
