"""What is known of models and calibrations, as lines."""

from rich.text import Text

from astrolens.api.wire_models import AlarmRow, CalibrationRow, DriftRow, ModelRow, ModelsReply, NightRow
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.folding import folded
from astrolens.tui.glyphs import Glyphs
from astrolens.tui.palette import Palette
from astrolens.tui.promotion_text import NEWEST_SHOWN, promotion_lines
from astrolens.tui.table import Cell, Column, table

_NAME_WIDTH = 11
_FEW_LABELS = 20


def model_lines(reply: ModelsReply, palette: Palette, glyphs: Glyphs, width: int) -> list[Text]:
    """Every section below the versions, what a person has to look after first."""
    newest, earlier = reply["promotions"][:NEWEST_SHOWN], reply["promotions"][NEWEST_SHOWN:]
    changes = promotion_lines(newest, palette, glyphs, width)
    if earlier:
        changes.append(Text(f"{words.counted(len(earlier), 'earlier one')} at the end", palette.quiet))
    sections = [
        ("Promotions", changes),
        ("Is the budget kept?", _alarms(reply["alarms"], palette, width)),
        ("Nights", _nights(reply["nights"], palette, glyphs, width)),
        ("Calibrations", _calibrations(reply["calibrations"], palette, glyphs, width)),
        ("Drift since the calibration", _drift(reply["drift"], palette, glyphs, width)),
        ("The model in use", _facts(reply, palette)),
        ("Models that measured pictures here", _models(reply["models"], palette, glyphs, width)),
    ]
    if earlier:
        sections.append(("Earlier promotions", promotion_lines(earlier, palette, glyphs, width)))
    lines: list[Text] = []
    for title, section in sections:
        lines += [Text(title, f"bold {palette.text}"), *section, Text("")]
    return lines[:-1]


def _facts(reply: ModelsReply, palette: Palette) -> list[Text]:
    facts = [
        ["id", reply["in_use"]],
        *reply["facts"],
        ["weights", f"sha256 {clean(reply['weights_sha256'], 64)}"],
    ]
    lines = []
    for name, value in facts:
        line = Text(f"{clean(name, _NAME_WIDTH):<{_NAME_WIDTH}} ", palette.quiet)
        lines.append(line.append(clean(value, 300), palette.text))
    return lines


def _alarms(rows: list[AlarmRow], palette: Palette, width: int) -> list[Text]:
    if not rows:
        return [Text("No source is on.", palette.quiet)]
    columns = (
        Column("source"), Column("budget", True), Column("flagged", True), Column("false", True),
        Column("by labels", True, 2), Column("judged", True, 3), Column("threshold", True, 4),
    )  # fmt: skip
    cells = [_alarm(row, palette) for row in rows]
    note = Text(
        "per 1,000 pictures; false = flagged, times the share that people called normal or artefact",
        palette.quiet,
    )
    return [*table(columns, cells, width, palette.quiet), *folded(note, width)]


def _alarm(row: AlarmRow, palette: Palette) -> list[Cell]:
    false, budget = row["false_per_1000"], row["budget_per_1000"]
    over = false is not None and false > budget and row["labelled"] >= _FEW_LABELS
    labels = f"{words.number(row['false_alarms'])} of {words.number(row['labelled'])}"
    return [
        (clean(row["source"], 20), palette.strong),
        (f"{budget:g}", palette.text),
        (words.per_thousand(row["flagged_per_1000"]), palette.text),
        (words.per_thousand(false), palette.alarm if over else palette.text),
        (labels if row["labelled"] else words.UNKNOWN, palette.text),
        (words.number(row["judged"]), palette.quiet),
        (f"{row['threshold_factor']:.2f} x budget", palette.quiet),
    ]


def _nights(rows: list[NightRow], palette: Palette, glyphs: Glyphs, width: int) -> list[Text]:
    if not rows:
        return [Text("No night has ended with judged pictures yet.", palette.quiet)]
    shown = rows[-max(1, width - 34) :]
    rates = [1000.0 * row["odd"] / row["judged"] if row["judged"] else None for row in shown]
    last = rates[-1]
    lines = []
    for name, values, now in (
        ("judged", [float(row["judged"]) for row in shown], words.number(shown[-1]["judged"])),
        ("odd per 1,000", [rate or 0.0 for rate in rates], words.per_thousand(last)),
    ):
        line = Text(f"{name:<14}", palette.quiet).append(spark(values, glyphs), palette.normal)
        lines.append(line.append(f"  last {now}", palette.text))
    span = f"{clean(shown[0]['night'], 10)} to {clean(shown[-1]['night'], 10)}"
    return [*lines, Text(f"{'':<14}{span}", palette.quiet)]


def spark(values: list[float], glyphs: Glyphs) -> str:
    """One character a value, as high as it is against the largest."""
    most = max([*values, 1e-12])
    return "".join(
        glyphs.eighths[max(1, round(8 * value / most)) if value > 0 else 1 if glyphs.half_cells else 0]
        for value in values
    )


def _calibrations(rows: list[CalibrationRow], palette: Palette, glyphs: Glyphs, width: int) -> list[Text]:
    if not rows:
        return [Text("None yet: no source has shown enough normal pictures.", palette.unsure)]
    columns = (
        Column("source"), Column("state"), Column("made"), Column("fitted on", True, 2),
        Column("calibrated on", True, 1), Column("name", False, 3),
    )  # fmt: skip
    cells: list[list[Cell]] = [
        [
            (clean(row["source"], 20), palette.strong),
            (f"{glyphs.running} in use", palette.normal)
            if row["of_model_in_use"]
            else (f"{glyphs.calibrating} of a former model", palette.unsure),
            (words.ago(row["made_at"]), palette.text),
            (words.number(row["fitted"]), palette.text),
            (words.number(row["calibrated"]), palette.text),
            (clean(row["state_id"], 20), palette.quiet),
        ]
        for row in rows
    ]
    return table(columns, cells, width, palette.quiet)


def _drift(rows: list[DriftRow], palette: Palette, glyphs: Glyphs, width: int) -> list[Text]:
    if not rows:
        return [Text("No source is on.", palette.quiet)]
    marks = {
        "none": (f"{glyphs.running} none", palette.normal),
        "suspected": (f"{glyphs.half} suspected", palette.unsure),
        "alarm": (f"{glyphs.alarm} alarm", palette.alarm),
    }
    columns = (
        Column("source"), Column("drift"), Column("evidence", True, 1), Column("alarm at", True, 3),
        Column("where to", False, 2), Column("pictures", True, 4),
    )  # fmt: skip
    cells: list[list[Cell]] = [
        [
            (clean(row["source"], 20), palette.strong),
            marks.get(row["word"], (words.UNKNOWN, palette.quiet)),
            (f"{row['evidence']:,.3g}" if row["state_id"] else words.UNKNOWN, palette.text),
            (f"{row['alarm_at']:.3g}", palette.quiet),
            (clean(row["direction"], 30) if row["word"] in ("suspected", "alarm") else "", palette.text),
            (words.number(row["pictures"]), palette.quiet),
        ]
        for row in rows
    ]
    return table(columns, cells, width, palette.quiet)


def _models(rows: list[ModelRow], palette: Palette, glyphs: Glyphs, width: int) -> list[Text]:
    columns = (
        Column("model"), Column("", False, 2), Column("pictures", True, 1), Column("calibrations", True, 3),
        Column("newest", False, 4),
    )  # fmt: skip
    cells: list[list[Cell]] = [
        [
            (clean(row["model_id"], 48), palette.strong if row["in_use"] else palette.text),
            (f"{glyphs.running} in use" if row["in_use"] else "former", palette.quiet),
            (words.number(row["pictures"]), palette.text),
            (words.number(row["calibrations"]), palette.text),
            (
                words.ago(row["newest_calibration"]) if row["newest_calibration"] else words.UNKNOWN,
                palette.quiet,
            ),
        ]
        for row in rows
    ]
    return table(columns, cells, width, palette.quiet)
