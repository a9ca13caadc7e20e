"""Verbs about findings: candidates, show, label, similar, crossref."""

from typing import Annotated

import typer

from astrolens.api import orders, questions
from astrolens.api.wire import AnswerRow, CandidateOrder, CandidateRow, ImageDetail
from astrolens.cli.annotate import say_description
from astrolens.cli.profile import ConfigOption, JsonOption, connect, open_profile
from astrolens.cli.say import number, say, say_json, say_table, words
from astrolens.cli.why import say_why
from astrolens.domain.detection import Decision
from astrolens.domain.filter_text import parse_filter
from astrolens.domain.review import LabelValue

ImageArgument = Annotated[int, typer.Argument(help="Number of the picture.", metavar="ID", min=1)]


def candidates(
    near: Annotated[bool, typer.Option("--near", help="Near misses too.")] = False,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    label: Annotated[str | None, typer.Option(help="A label value, 'any' or 'none'.")] = None,
    terms: Annotated[
        str,
        typer.Option("--filter", "-f", help="For example 'sigma>4 -label:* found<2d'; see docs/terminal.md."),
    ] = "",
    sort: Annotated[CandidateOrder, typer.Option(help="What the list is sorted by.")] = CandidateOrder.SIGMA,
    reverse: Annotated[bool, typer.Option("--reverse", "-r", help="The list the other way round.")] = False,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=500, help="Rows.")] = 20,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List findings, oddest first."""
    try:
        parse_filter(terms)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--filter") from None
    decisions = (Decision.ANOMALY, Decision.NEAR_MISS) if near else (Decision.ANOMALY,)
    page = connect(config).ask(
        questions.candidates(
            decisions=decisions,
            source=source,
            label=label,
            terms=terms,
            order=sort,
            reverse=reverse,
            limit=count,
        )
    )
    if as_json:
        say_json(page)
        return
    say_table(
        ("id", "sigma", "p", "verdict", "catalogues", "source", "label", "key"),
        [_candidate_cells(row) for row in page["rows"]],
        right=frozenset({0, 1, 2}),
    )
    more = "" if page["exact"] else "+"
    say(f"{len(page['rows'])} of {page['total'] or 0:,}{more}; {page['near_misses'] or 0:,} near misses")


def show(image: ImageArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show everything about one picture, and why it was decided so."""
    client = connect(config)
    detail = client.ask(questions.image(image))
    judged = detail["decision"] != Decision.CALIBRATING
    why = client.ask(questions.why(image, heat=as_json)) if judged else None
    if as_json:
        say_json({**detail, "why": why})
        return
    _say_detail(detail)
    if why is not None:
        say_why(why)


def label(
    image: ImageArgument,
    value: Annotated[LabelValue, typer.Argument(help="What it is.")],
    interest: Annotated[int | None, typer.Option(min=0, max=5, help="How interesting, 0 to 5.")] = None,
    note: Annotated[str, typer.Option(help="Words of your own.")] = "",
    reviewer: Annotated[
        str | None, typer.Option(help="Who says so; else ui.reviewer or your login name.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a picture is; it is saved when this returns."""
    name = reviewer or open_profile(config).settings.ui.reviewer or None
    row = connect(config).ask(orders.label(image, value, reviewer=name, interest=interest, note=note))
    if as_json:
        say_json(row)
    else:
        say(f"saved: image {row['image_id']} is {row['value']} (label {row['label_id']}, {row['reviewer']})")


def similar(
    image: ImageArgument,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=200, help="Neighbours.")] = 12,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the pictures that look most alike."""
    rows = connect(config).ask(questions.similar(image, limit=count))
    if as_json:
        say_json(rows)
        return
    say_table(
        ("id", "similarity", "verdict", "source", "label", "key"),
        [
            (str(row["id"]), number(row["similarity"], ".4f"), words(row["decision"]), row["source"], row["label"] or "-", row["key"])
            for row in rows
        ],
        right=frozenset({0, 1}),
    )  # fmt: skip


def crossref(
    image: Annotated[int | None, typer.Argument(help="Number of the picture.", metavar="ID", min=1)] = None,
    ra: Annotated[float | None, typer.Option(min=0, max=360, help="Right ascension, ICRS degrees.")] = None,
    dec: Annotated[float | None, typer.Option(min=-90, max=90, help="Declination, ICRS degrees.")] = None,
    radius: Annotated[float | None, typer.Option(min=0.1, max=600, help="Search radius, arcsec.")] = None,
    epoch: Annotated[
        str | None, typer.Option(help="Time of an exposure at --ra --dec, like 2026-03-01T04:30:00Z.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the catalogues about a picture or a position."""
    client = connect(config)
    if image is not None and ra is None and dec is None:
        reply = client.ask(orders.crossref(image))
    elif image is None and ra is not None and dec is not None:
        reply = client.ask(orders.crossref_at(ra, dec, radius_arcsec=radius, epoch=epoch))
    else:
        raise typer.BadParameter("give either the number of a picture or both --ra and --dec")
    if as_json:
        say_json(reply)
        return
    say(f"catalogues together: {words(reply['catalogue'])}")
    _say_answers(reply["answers"])


def _candidate_cells(row: CandidateRow) -> tuple[str, ...]:
    p_value = number(row["p_value"], ".1e") + ("*" if row["extrapolated"] else "")
    catalogues = row["catalogue_words"] or words(row["catalogue"])
    return (
        str(row["id"]),
        number(row["sigma"]),
        p_value,
        words(row["decision"]),
        catalogues,
        row["source"],
        row["label"] or "-",
        row["key"],
    )


def _say_detail(detail: ImageDetail) -> None:
    say(f"image {detail['id']}  {detail['source']}  {detail['key']}")
    say(f"state {detail['state']}{': ' + detail['reason'] if detail['reason'] else ''}")
    tail = " (beyond the calibration sample, extrapolated)" if detail["extrapolated"] else ""
    say(
        f"{words(detail['decision'])}  sigma {number(detail['sigma'])}  p {number(detail['p_value'], '.2e')}{tail}"
    )
    if detail["ra_deg"] is not None and detail["dec_deg"] is not None:
        say(f"position {detail['ra_deg']:.5f} {detail['dec_deg']:+.5f} (ICRS degrees)")
    else:
        say("no position: the catalogues cannot be asked")
    say(f"catalogues {detail['catalogue_words'] or words(detail['catalogue'])}")
    _say_answers(detail["answers"])
    say()
    say("classes    " + "  ".join(f"{name} {share:.2f}" for name, share in detail["classes"].items()))
    say(
        "shape      "
        + "  ".join(f"{name} {number(value, '.3g')}" for name, value in detail["morphology"].items())
    )
    if detail["morphology_flags"]:
        say("shape flags " + ", ".join(detail["morphology_flags"]))
    for label_row in detail["labels"]:
        state = " (withdrawn)" if label_row["withdrawn"] else ""
        say(f"label      {label_row['value']} by {label_row['reviewer']} at {label_row['made_at']}{state}")
    if (description := detail.get("description")) is not None:
        say()
        say_description(description)
    if detail["licence"] or detail["credit"]:
        say(f"licence    {detail['licence']}   credit {detail['credit']}")


def _say_answers(answers: list[AnswerRow]) -> None:
    for answer in answers:
        say(f"  {answer['catalogue']}: {words(answer['outcome'])} {answer['reason']}")
        for match in answer["matches"][:3]:
            say(
                f'    {match["name"]}  {match["object_type"]}  {match["separation_arcsec"]:.1f}"  '
                f"chance {match['chance_probability']:.1e}"
                + ("" if match.get("explains", True) else "  (seen only)")
            )
