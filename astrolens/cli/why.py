"""The evidence for a verdict, and what a new calibration would change, as lines of text."""

from astrolens.api.wire import SimilarRow
from astrolens.api.wire_verdict import TrialReply, WhyReply
from astrolens.cli.say import number, say, say_table, words


def say_why(card: WhyReply) -> None:
    """Print the evidence for a verdict."""
    say()
    rows = [
        (
            one["name"],
            number(one["score"], ".4g"),
            number(one["p_value"], ".3g"),
            f"{one['weight']:g}" if one["weight"] else "-",
            "yes" if one["votes"] else "",
        )
        for one in card["detectors"]
    ]
    say_table(("detector", "score", "p", "weight", "votes"), rows, right=frozenset({1, 2, 3}))
    majority = "a majority" if card["majority"] else "no majority"
    say(f"votes      {card['votes']} of msp, energy and mahalanobis alone would flag it: {majority}")
    if card["held_by"]:
        say(f"held back  by {card['held_by']}: inside the budget, and no finding")
    if card["former_model"]:
        say(f"model      {card['model_id']}: a former one; measured again when nothing new waits")
    for outlier in card["outliers"]:
        say(
            f"odd shape  {outlier['name']} {outlier['value']:.3g}: normals {outlier['low']:.3g} to {outlier['high']:.3g}, "
            f"{outlier['percentile']:.1f} % of them are below"
        )
    if card["flags"]:
        say("flags      " + ", ".join(card["flags"]))
    _say_neighbours("nearest normals", card["normals"])
    _say_neighbours("nearest labelled pictures", card["labelled"])


def say_trial(reply: TrialReply) -> None:
    """Print what new calibrations would change."""
    for row in reply["sources"]:
        say(
            f"{row['source']}: {row['new']:,} new and {row['gone']:,} no longer anomalies among {row['pictures']:,} "
            f"pictures judged by a calibration on {row['sample']:,}; nothing was changed"
        )
        say_table(
            ("was", "would be", "pictures", "first of them"),
            [
                (
                    words(one["old"]),
                    words(one["new"]),
                    f"{one['count']:,}",
                    " ".join(map(str, one["ids"][:12])) or "-",
                )
                for one in row["table"]
            ],
            right=frozenset({2}),
        )
    if not reply["sources"]:
        say("no source has enough pictures to calibrate")


def _say_neighbours(title: str, rows: list[SimilarRow]) -> None:
    if not rows:
        say(f"{title}: none")
        return
    say(f"{title}:")
    say_table(
        ("id", "similarity", "verdict", "label", "source", "key"),
        [
            (
                str(one["id"]),
                number(one["similarity"], ".4f"),
                words(one["decision"]),
                one["label"] or "-",
                one["source"],
                one["key"],
            )
            for one in rows
        ],
        right=frozenset({0, 1}),
    )
