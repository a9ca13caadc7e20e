"""Everything about one image, and the rows of its neighbours."""

import json
import math
import sqlite3
from collections.abc import Sequence
from enum import IntFlag
from typing import Any

from astrolens.domain.analysis import Morphology
from astrolens.domain.detection import Decision
from astrolens.domain.image import QualityFlag
from astrolens.store import state as named
from astrolens.store.analyses import analysis_of
from astrolens.store.candidates import candidate_row
from astrolens.store.labels import label_row

MODEL_IN_USE = "model_in_use"

_ANALYSIS = """
SELECT analysis.*, class_set.names, image.bands FROM analyses AS analysis
JOIN class_sets AS class_set ON class_set.id = analysis.class_set
JOIN images AS image ON image.id = analysis.image_id WHERE analysis.image_id = ?
"""
_NEIGHBOURS = """
SELECT id, source, key, decision, label FROM images WHERE id IN (SELECT value FROM json_each(?))
"""


def row(connection: sqlite3.Connection, image_id: int) -> dict[str, Any] | None:
    """Everything about one image.

    Parameters
    ----------
    connection : sqlite3.Connection
        A reader.
    image_id : int
        The image.

    Returns
    -------
    dict or None
        The keys of the wire's ImageDetail (``truth`` only where a source planted it); None when there is
        no such image.
    """
    image = connection.execute("SELECT * FROM images WHERE id = ?", (image_id,)).fetchone()
    if image is None:
        return None
    found = (
        candidate_row(image)
        | _file(image)
        | _analysis(connection, image_id)
        | _verdict(connection, image_id)
        | _answers(connection, image_id)
    )
    labels = connection.execute("SELECT * FROM labels WHERE image_id = ? ORDER BY id DESC", (image_id,))
    found["labels"] = [label_row(label) for label in labels]
    if image["truth"] is not None:
        found["truth"] = image["truth"]
    return found


def neighbours(connection: sqlite3.Connection, found: Sequence[tuple[int, float]]) -> list[dict[str, Any]]:
    """Rows for images that a vector search found.

    Parameters
    ----------
    connection : sqlite3.Connection
        A reader.
    found : sequence of (int, float)
        Image and cosine, in the order wanted.

    Returns
    -------
    list of dict
        The keys of the wire's SimilarRow.
    """
    wanted = json.dumps([image_id for image_id, _ in found])
    images = {image["id"]: image for image in connection.execute(_NEIGHBOURS, (wanted,))}
    return [
        {
            "id": image_id,
            "similarity": similarity,
            "source": images[image_id]["source"],
            "key": images[image_id]["key"],
            "decision": images[image_id]["decision"] or Decision.CALIBRATING.value,
            "label": images[image_id]["label"],
        }
        for image_id, similarity in found
        if image_id in images
    ]


def _file(image: sqlite3.Row) -> dict[str, Any]:
    same = ("state", "reason", "url", "sha256", "media_type", "size_bytes", "width", "height")
    also = ("pixel_scale_arcsec", "observed_at", "licence", "credit", "duplicate_of")
    facts: dict[str, Any] = {name: image[name] for name in (*same, *also)}
    return facts | {"bands": json.loads(image["bands"]), "flags": _names(QualityFlag(image["flags"]))}


def _analysis(connection: sqlite3.Connection, image_id: int) -> dict[str, Any]:
    stored = connection.execute(_ANALYSIS, (image_id,)).fetchone()
    if stored is None:
        nothing: dict[str, Any] = {"model_id": None, "classes": {}, "heads": {}}
        return nothing | {"morphology": {}, "morphology_flags": []}
    analysis = analysis_of(stored)
    numbers = zip(Morphology.number_names(), analysis.morphology.numbers(), strict=True)
    return {
        "model_id": analysis.model_id,
        "classes": analysis.class_probabilities() if analysis.class_names else {},
        "heads": dict(analysis.heads),
        "morphology": {name: value if math.isfinite(value) else None for name, value in numbers},
        "morphology_flags": _names(analysis.morphology.flags),
    }


def _verdict(connection: sqlite3.Connection, image_id: int) -> dict[str, Any]:
    stored = connection.execute("SELECT * FROM verdicts WHERE image_id = ?", (image_id,)).fetchone()
    if stored is None:
        nothing: dict[str, Any] = {"scores": {}, "p_values": {}, "votes": 0, "budget_per_1000": None}
        held = {"held_by": "", "verdict_model_id": "", "former_model": False}
        return nothing | held | {"state_id": None, "in_calibration": False}
    in_use = named.read_value(connection, MODEL_IN_USE)
    return {
        "scores": json.loads(stored["scores"]),
        "p_values": json.loads(stored["p_values"]),
        "votes": stored["votes"],
        "budget_per_1000": stored["budget_per_1000"],
        "held_by": stored["held_by"],
        "state_id": stored["state_id"],
        "verdict_model_id": stored["model_id"],
        "former_model": bool(in_use and stored["model_id"]) and stored["model_id"] != in_use,
        "in_calibration": bool(stored["in_calibration"]),
    }


def _answers(connection: sqlite3.Connection, image_id: int) -> dict[str, Any]:
    stored = connection.execute(
        "SELECT * FROM catalog_answers WHERE image_id = ? ORDER BY catalogue", (image_id,)
    )
    names = ("catalogue", "outcome", "reason", "radius_arcsec", "asked_at")
    return {
        "answers": [
            {name: answer[name] for name in names} | {"matches": json.loads(answer["matches"])}
            for answer in stored
        ]
    }


def _names(flags: IntFlag) -> list[str]:
    return [flag.name.lower() for flag in type(flags) if flag & flags and flag.name]
