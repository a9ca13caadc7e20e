"""The list inside the installation: bright galaxies by area, no network, and fast."""

import time

import numpy as np

from astrolens.catalog.nearby import Directions
from astrolens.catalog.offline import OFFLINE_NAME, OfflineCatalogue, objects
from astrolens.catalog.question import Question
from astrolens.config.settings import CatalogSettings
from astrolens.domain.sky import SkyPosition, separation_arcsec

ANDROMEDA = SkyPosition(ra_deg=10.684708, dec_deg=41.26875)


def at(position: SkyPosition, radius: float = 5.0) -> Question:
    return Question(position=position, radius_arcsec=radius)


async def test_a_large_galaxy_claims_its_area_and_no_more() -> None:
    one = OfflineCatalogue(CatalogSettings())
    disc = SkyPosition(ra_deg=10.684708 + 0.45, dec_deg=41.26875 + 0.45)  # along its major axis, 35 degrees
    beside = SkyPosition(ra_deg=10.684708 - 0.9, dec_deg=41.26875 + 0.7)  # across it
    centre, inside, outside = await one.search([at(ANDROMEDA), at(disc), at(beside)])
    assert centre.matches[0].name == "NGC0224 = M31"
    assert centre.matches[0].chance_probability < 1e-6
    assert inside.matches[0].name == "NGC0224 = M31"
    assert inside.matches[0].chance_probability < 0.01
    assert outside.matches == ()


def test_clusters_and_the_magellanic_clouds_claim_no_degrees() -> None:
    found = {one.name.split(" ")[0]: one for one in objects()}
    assert found["ESO056-115"].major_axis_arcsec is None
    assert found["Mel111"].major_axis_arcsec is None
    assert all((one.major_axis_arcsec or 0.0) <= 14_400.0 for one in found.values())
    assert len(found) > 13_000


async def test_a_thousand_places_are_looked_up_at_once() -> None:
    generator = np.random.default_rng(5)
    one = OfflineCatalogue(CatalogSettings())
    await one.search([at(ANDROMEDA)])
    places = [
        at(SkyPosition(ra_deg=float(ra), dec_deg=float(dec)))
        for ra, dec in zip(generator.uniform(0, 360, 1000), generator.uniform(-90, 90, 1000), strict=True)
    ]
    started = time.perf_counter()
    replies = await one.search(places)
    assert time.perf_counter() - started < 20.0
    assert sum(bool(reply.matches) for reply in replies) < 60
    assert one.traits.name == OFFLINE_NAME
    assert "offline" in OFFLINE_NAME


def test_the_tree_finds_what_a_search_through_all_finds() -> None:
    generator = np.random.default_rng(7)
    vectors = generator.normal(size=(400, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    places = [
        SkyPosition(ra_deg=float(np.degrees(np.arctan2(y, x)) % 360), dec_deg=float(np.degrees(np.arcsin(z))))
        for x, y, z in vectors
    ]
    tree = Directions(vectors)
    for radius in (0.0, 3600.0, 100_000.0, 648_000.0):
        wanted = [row for row, place in enumerate(places) if separation_arcsec(places[3], place) <= radius]
        assert set(tree.within(places[3], radius)) >= set(wanted)
        assert len(tree.within(places[3], radius)) - len(wanted) <= 1
    assert Directions(np.empty((0, 3))).within(places[0], 648_000.0) == []
