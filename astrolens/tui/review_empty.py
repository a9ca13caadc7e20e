"""Why a review has no picture, and what to do about it."""

from astrolens.api.wire_review import QueueOrder, QueueReply
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.live import Live

_BACK = {QueueOrder.DISPUTED: "D", QueueOrder.AUDIT: "R", QueueOrder.CALIBRATION: "K"}


def why_no_picture(
    live: Live,
    reply: QueueReply | None,
    order: QueueOrder,
    error: str,
    *,
    reading: bool,
    gone: int = 0,
    skipped: int = 0,
) -> list[str]:
    """One to three short lines for the place where a picture would be.

    ``gone`` pictures of this queue were shown, ``skipped`` of them without a word.
    """
    if error:
        return [f"The queue could not be read: {clean(error, 300)}"]
    if reply is None or reading:
        return ["Reading the queue." if live.attached else "No daemon has answered yet."]
    if order in _BACK:
        if order is QueueOrder.DISPUTED and gone:
            said = f"That was all: {words.counted(gone, 'picture')} on which people do not agree."
        elif skipped:
            said = _skipped(skipped)
        else:
            said = _nothing_of(live, order)
        again = "g reads them again, " if gone else ""
        return [said, f"{again}{_BACK[order]} goes back to the usual queue."]
    if not reply["labels"] and (live.stats is None or not live.stats["images"]):
        return ["No picture has come in yet.", "View 1 shows what the sources are doing."]
    if reply["waiting"]:
        more = f"{words.counted(reply['waiting'], 'picture')} {'waits' if reply['waiting'] == 1 else 'wait'} for a word of yours."
        return [_skipped(skipped) if skipped else more, "g reads the queue again."]
    return [
        f"Nothing waits for you: {words.counted(reply['labels'], 'picture')} judged.",
        "u takes the newest word back; what comes in is shown here by itself.",
    ]


def _skipped(count: int) -> str:
    return f"{words.counted(count, 'picture')} that you skipped still {'waits' if count == 1 else 'wait'}."


def _nothing_of(live: Live, order: QueueOrder) -> str:
    if order is QueueOrder.DISPUTED:
        return "Nobody disagrees about any picture."
    if order is QueueOrder.AUDIT:
        return "You have judged every picture that the detectors have."
    if live.stats is not None and not any(source["calibrated"] for source in live.stats["sources"]):
        return "No source is calibrated yet: view 1 shows how far they are."
    return "All that is asked about of calibration samples has a label (detect.sample_looks: how many are asked)."
