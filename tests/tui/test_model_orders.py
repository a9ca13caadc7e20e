"""What the daemon is told about models, on a fake daemon."""

from pathlib import Path

import pytest

from astrolens.api.client import Client
from astrolens.domain.errors import BadData
from astrolens.tui.model_orders import Consent, compare, promote, roll_back
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.fake_models import FOLDER

_MODEL = f"{FOLDER}/night-school"


async def test_orders_say_what_came_of_them(socket: Path) -> None:
    async with FakeDaemon(socket) as daemon, Client(socket) as client:
        daemon.views.promotions.outcome = "not_better"
        assert (await compare(client, _MODEL)).startswith("night-school: not shown to be better; AUROC 0.878")
        consent = Consent(reason="sharper", without_proof=True)
        said = await promote(client, "bea", _MODEL, consent)
        assert said == "night-school is put to use: the daemon opens anew with it"
        assert daemon.views.asked[-1] == f"promote {_MODEL} True sharper"
        assert daemon.views.models["promotions"][0]["by"] == "bea"
        said = await roll_back(client, None, Consent(reason="", without_proof=False))
        assert said.startswith("first-light is put to use")
        daemon.views.promotions.refusal = "not now"
        with pytest.raises(BadData, match="not now"):
            await roll_back(client, "bea", consent)
