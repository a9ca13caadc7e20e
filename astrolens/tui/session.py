"""What was done since the terminal was opened, and the report of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from astrolens.api.wire import CandidateRow, LabelRow
from astrolens.domain.clock import utc_now
from astrolens.domain.text import clean
from astrolens.tui import words

_MOST_SEEN = 5000
_MOST_LISTED = 500
_MOST_FILTERS = 200


@dataclass(kw_only=True)
class Session:
    """Kept in memory; the labels themselves are in the daemon."""

    began: datetime = field(default_factory=utc_now)
    seen: dict[int, CandidateRow] = field(default_factory=dict)
    more_seen: int = 0
    labels: dict[int, LabelRow] = field(default_factory=dict)
    withdrawn: int = 0
    filters: list[tuple[datetime, str]] = field(default_factory=list)

    def saw(self, row: CandidateRow) -> None:
        """The cursor stood on a finding."""
        if row["id"] not in self.seen and len(self.seen) >= _MOST_SEEN:
            self.more_seen += 1
            return
        self.seen[row["id"]] = row

    def note(self, label: LabelRow) -> None:
        """A label is on disk, or was taken back."""
        if label["withdrawn"]:
            self.withdrawn += self.labels.pop(label["label_id"], None) is not None
        else:
            self.labels[label["label_id"]] = label

    def filtered(self, said: str) -> None:
        """A filter was applied."""
        if said and len(self.filters) < _MOST_FILTERS and (not self.filters or self.filters[-1][1] != said):
            self.filters.append((utc_now(), said))

    def report(self) -> str:
        """The report, as Markdown."""
        now = utc_now()
        minutes = (now - self.began).total_seconds()
        looked_at = words.counted(len(self.seen) + self.more_seen, "finding")
        lines = [
            "# AstroLens session",
            "",
            f"{self.began:%Y-%m-%d %H:%M} to {now:%Y-%m-%d %H:%M} UTC, {words.duration(minutes)}.",
            f"{looked_at} looked at, {words.counted(len(self.labels), 'label')}, {self.withdrawn:,} taken back.",
        ]
        if self.filters:
            lines += ["", "## Filters", ""]
            lines += [f"* {at:%H:%M} `{_plain(said)}`" for at, said in self.filters]
        if self.labels:
            lines += ["", "## Labels", "", "| picture | source | key | label | interest | reviewer | at |"]
            lines.append("|---|---|---|---|---|---|---|")
            lines += [self._label(label) for label in self.labels.values()]
        if self.seen:
            lines += ["", "## Findings", "", "| picture | sigma | p | position | source | key | catalogues |"]
            lines.append("|---|---|---|---|---|---|---|")
            oddest = sorted(self.seen.values(), key=lambda row: -(row["sigma"] or 0.0))
            lines += [_finding(row) for row in oddest[:_MOST_LISTED]]
            if (left := len(self.seen) + self.more_seen - _MOST_LISTED) > 0:
                lines.append(f"\nand {left:,} less odd ones")
        return "\n".join(lines) + "\n"

    def _label(self, label: LabelRow) -> str:
        row = self.seen.get(label["image_id"])
        source, key = (row["source"], row["key"]) if row is not None else ("", "")
        interest = "" if label["interest"] is None else str(label["interest"])
        cells = (
            label["image_id"],
            source,
            key,
            label["value"],
            interest,
            label["reviewer"],
            label["made_at"],
        )
        return _cells(cells)


def _finding(row: CandidateRow) -> str:
    return _cells(
        (
            row["id"],
            words.sigma(row["sigma"]),
            words.p_value(row["p_value"], extrapolated=row["extrapolated"]),
            words.position(row["ra_deg"], row["dec_deg"]),
            row["source"],
            row["key"],
            row["catalogue_words"] or row["catalogue"].replace("_", " "),
        )
    )


def _cells(values: Iterable[object]) -> str:
    return "| " + " | ".join(_plain(value) for value in values) + " |"


def _plain(value: object) -> str:
    """Words of strangers without what Markdown would make something of."""
    said = clean(value, 120)
    for mark in "\\`|<>[]":
        said = said.replace(mark, " ")
    return said
