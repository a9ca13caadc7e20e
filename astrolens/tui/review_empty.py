"""Why a review has no picture, and what to do about it."""

from astrolens.api.wire_review import QueueOrder, QueueReply
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.live import Live


def why_no_picture(
    live: Live, reply: QueueReply | None, order: QueueOrder, error: str, *, reading: bool
) -> list[str]:
    """One to three short lines for the place where a picture would be."""
    if error:
        return [f"The queue could not be read: {clean(error, 300)}"]
    if reply is None or reading:
        return ["Reading the queue." if live.attached else "No daemon has answered yet."]
    if order is QueueOrder.DISPUTED:
        return ["Nobody disagrees about any picture.", "D goes back to the usual queue."]
    if order is QueueOrder.AUDIT:
        return ["You have judged every picture that the detectors have.", "R goes back to the usual queue."]
    if not reply["labels"] and (live.stats is None or not live.stats["images"]):
        return ["No picture has come in yet.", "View 1 shows what the sources are doing."]
    if reply["waiting"]:
        return [
            f"{words.counted(reply['waiting'], 'picture')} that you skipped still {'waits' if reply['waiting'] == 1 else 'wait'}.",
            "g reads the queue again.",
        ]
    return [
        f"Nothing waits for you: {words.counted(reply['labels'], 'picture')} judged.",
        "u takes the newest word back; what comes in is shown here by itself.",
    ]
