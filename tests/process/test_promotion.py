"""Another encoder is put to use in a running daemon: the process stays, clients come back, a kill leaves one of the two."""

import os
import random
import shutil
import signal
import sqlite3
import threading
from time import sleep

import pytest

from astrolens.api import orders, questions, view_calls
from astrolens.domain.errors import AstroLensError, BadData
from astrolens.domain.review import LabelValue
from tests.models.tiny import write_tiny_model
from tests.process.profile import DaemonProcess

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]
KILLS = int(os.environ.get("ASTROLENS_PROMOTION_KILLS", "3"))


def another(house: DaemonProcess, name: str = "other", seed: int = 1) -> str:
    return str(write_tiny_model(house.folder / name, seed))


def kinds(house: DaemonProcess) -> list[str]:
    rows = house.client.ask(questions.events_page(limit=1000))["rows"]
    return [row["kind"] for row in rows]


def in_use(house: DaemonProcess) -> str:
    return house.status()["model_id"].split("-")[0]


def promoted(house: DaemonProcess) -> list[tuple[str, str]]:
    with sqlite3.connect(house.data / "astrolens.db") as connection:
        return list(connection.execute("SELECT kind, model FROM promotions ORDER BY id"))


def rested(house: DaemonProcess, images: int) -> bool:
    status = house.status()
    at_rest = all(stage["waiting"] + stage["in_flight"] == 0 for stage in status["stages"])
    return at_rest and status["images"] == images and all(one["calibrated"] for one in status["sources"])


def test_compared_promoted_and_rolled_back(house: DaemonProcess) -> None:
    house.calibration = 44
    house.config.write_text(
        house.config.read_text().replace("calibration_images = 40", "calibration_images = 44")
    )
    other = another(house)
    house.paint(44)
    house.start()
    house.wait_until(lambda: rested(house, 44))
    house.paint(40, first=44)
    house.wait_until(lambda: rested(house, 84))
    client, process = house.client, house.process
    assert process is not None
    for number in range(45, 85):
        value = LabelValue.ANOMALY if number % 4 == 0 else LabelValue.NORMAL
        client.ask(orders.label(number, value, reviewer="ada"))
    found = client.ask(orders.compare_model(other))
    assert (found["odd"], found["normals"]) == (10, 30)
    assert found["outcome"] in ("better", "not_better")
    assert found["auroc"] is not None
    if found["outcome"] == "not_better":
        with pytest.raises(BadData, match="was not shown to be better"):
            client.ask(orders.promote_model(other))
    with pytest.raises(BadData, match="is the encoder in use"):
        client.ask(orders.compare_model(str(house.folder / "model")))
    assert in_use(house) == "tiny0"
    client.ask(orders.pause())
    done = client.ask(orders.promote_model(other, reviewer="ada", reason="to see", without_proof=True))
    assert (done["kind"], done["model"], done["by"], done["comparison"]) == ("promoted", other, "ada", None)
    house.wait_until(lambda: in_use(house) == "tiny1")
    assert house.status()["pid"] == process.pid
    assert house.status()["state"] == "paused", "what a person paused stays so"
    client.ask(orders.resume())
    house.wait_until(lambda: "remeasured" in kinds(house), 100)
    told = kinds(house)
    assert (told.count("started"), told.count("stopping")) == (2, 0)
    assert told.index("model_compared") < told.index("model_promoted")
    models = client.ask(view_calls.models())
    assert models["promotions"] == [done]
    assert models["choices"][0]["model"] == other
    assert models["models"][0]["pictures"] == 84, "measured again by the new one"
    undone = client.ask(orders.roll_back_model(reviewer="bob"))
    assert (undone["kind"], undone["model_id"]) == ("rolled_back", done["former_id"])
    house.wait_until(lambda: in_use(house) == "tiny0")
    house.wait_until(lambda: all(one["calibrated"] for one in house.status()["sources"]))
    with pytest.raises(BadData, match="nothing to go back to"):
        client.ask(orders.roll_back_model())
    assert house.status()["pid"] == process.pid
    assert house.kill(signal.SIGTERM) == 0


def test_sigkill_around_a_promotion_leaves_one_of_both(house: DaemonProcess) -> None:
    names = {"tiny0": str(house.folder / "model"), "tiny1": another(house)}
    house.paint(4)
    house.start()
    moments = random.Random(20261121)
    for _ in range(KILLS):
        wanted = "tiny0" if in_use(house) == "tiny1" else "tiny1"
        order = threading.Thread(target=ordered, args=(house, names[wanted]))
        order.start()
        sleep(moments.uniform(0.0, 0.5))
        house.kill()
        order.join(20)
        rows = promoted(house)
        house.start()
        expected = rows[-1][1] if rows else names["tiny0"]
        assert names[in_use(house)] == expected
        assert {kind for kind, _ in promoted(house)} <= {"promoted"}, "nothing was rolled back by itself"
    house.client.ask(
        orders.promote_model(names["tiny0" if in_use(house) == "tiny1" else "tiny1"], without_proof=True)
    )
    assert house.kill(signal.SIGTERM) == 0, "told to stop while it is opened anew"
    expected = promoted(house)[-1][1]
    shutil.rmtree(names["tiny1"])
    house.start()
    assert in_use(house) == "tiny0"
    assert house.log().count("Traceback") == 0
    if expected == names["tiny1"]:
        assert promoted(house)[-1] == ("rolled_back", names["tiny0"])
        assert "model_rolled_back" in kinds(house)


def ordered(house: DaemonProcess, model: str) -> None:
    """Order it; the daemon may die meanwhile."""
    try:
        house.client.ask(orders.promote_model(model, without_proof=True))
    except AstroLensError:
        return
