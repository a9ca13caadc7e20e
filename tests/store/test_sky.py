"""Cone search finds exactly what brute force finds, at the poles and at RA 0 too."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolens.domain.sky import Cone, SkyPosition, separation_arcsec
from astrolens.store import sky
from astrolens.store.database import Database, connect
from astrolens.store.store import Store
from tests.store.samples import an_offer

_RA = st.one_of(st.floats(0, 360, exclude_max=True), st.sampled_from([0.0, 1e-9, 359.9999999, 180.0]))
_DEC = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 90.0, 89.9999, -89.9999, 0.0]))
_PLACE = st.builds(SkyPosition, ra_deg=_RA, dec_deg=_DEC)
_RADIUS = st.one_of(st.floats(0.001, 648_000.0), st.sampled_from([1.0, 5.0, 3600.0, 324_000.0, 648_000.0]))


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("sky") / "sky.db"
    connection = connect(path, readonly=False)
    connection.execute("CREATE TABLE images (id INTEGER PRIMARY KEY, ra_deg REAL, dec_deg REAL)")
    connection.execute("CREATE VIRTUAL TABLE sky USING rtree(image_id, x0, x1, y0, y1, z0, z1)")
    connection.close()
    database = Database(path, readers=1)
    yield database
    database.close()


@settings(max_examples=80, deadline=None)
@given(points=st.lists(_PLACE, min_size=1, max_size=25), centre=_PLACE, radius=_RADIUS, data=st.data())
def test_agrees_with_brute_force(
    places: Database, points: list[SkyPosition], centre: SkyPosition, radius: float, data: st.DataObject
) -> None:
    centre = data.draw(st.one_of(st.just(centre), st.sampled_from(points)))

    def _fill(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM images")
        connection.execute("DELETE FROM sky")
        for number, point in enumerate(points, start=1):
            connection.execute("INSERT INTO images VALUES (?, ?, ?)", (number, point.ra_deg, point.dec_deg))
            sky.place(connection, number, point)

    places.write(_fill)
    with places.read() as connection:
        found = sky.inside(connection, Cone(centre=centre, radius_arcsec=radius))
    expected = sorted(
        (separation_arcsec(centre, point), number)
        for number, point in enumerate(points, start=1)
        if separation_arcsec(centre, point) <= radius
    )
    assert found == [number for _, number in expected]


@pytest.mark.parametrize(
    ("centre", "points", "radius"),
    [
        ((0.0, 0.0), [(359.9999, 0.0), (0.0001, 0.0), (0.01, 0.0)], 1.0),
        ((10.0, 90.0), [(0.0, 89.9999), (180.0, 89.9999), (90.0, 89.9)], 1.0),
        ((200.0, -90.0), [(0.0, -89.9999), (270.0, -89.9999), (90.0, -89.9)], 1.0),
    ],
)
def test_seams_of_the_sphere(
    store: Store, centre: tuple[float, float], points: list[tuple[float, float]], radius: float
) -> None:
    offers = [an_offer(n, position=SkyPosition(ra_deg=ra, dec_deg=dec)) for n, (ra, dec) in enumerate(points)]
    numbers = store.images.offer_many(offers)
    cone = Cone(centre=SkyPosition(ra_deg=centre[0], dec_deg=centre[1]), radius_arcsec=radius)
    assert sorted(store.images.in_cone(cone)) == numbers[:2]
