"""Pictures, their bytes, and new ones."""

from pathlib import Path

import aiohttp
import pytest

from astrolens.api import orders, questions
from astrolens.api.client import Client
from astrolens.api.shapes import mistake_in, schema_of
from astrolens.api.wire import ImageDetail, ImagePage
from astrolens.domain.errors import BadData
from astrolens.domain.image import ImageState, Offer
from tests.api.conftest import PNG, House, judged, match_answer


def session(house: House) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        "http://localhost", connector=aiohttp.UnixConnector(path=str(house.paths.socket))
    )


async def test_pages_go_through_everything_once(house: House, client: Client) -> None:
    numbers = await house.store.run(judged, house.store, 5)
    await house.store.run(house.store.images.offer_many, [Offer(source="folder", key="a", url="file:///a")])
    seen, after = [], None
    while True:
        page = await client.ask(questions.images(source="sdss", limit=2, after=after))
        assert mistake_in(page, schema_of(ImagePage)) is None
        seen += [row["id"] for row in page["rows"]]
        after = page["next"]
        if after is None:
            break
    assert seen == sorted(numbers, reverse=True)
    offered = await client.ask(questions.images(state=ImageState.OFFERED))
    assert [(row["source"], row["media_type"]) for row in offered["rows"]] == [("folder", None)]


async def test_a_detail_has_its_shape_and_the_catalogues_words(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    await house.store.run(house.store.crossref.put, first, [match_answer()], required=["simbad"])
    told = await client.ask(questions.image(first))
    assert mistake_in(told, schema_of(ImageDetail)) is None
    assert told["answers"][0]["matches"][0]["ra_deg"] == 203.0
    assert told["catalogue"] == "known"
    assert told["scores"] == {"msp": 0.4}
    with pytest.raises(BadData, match="no image 42"):
        await client.ask(questions.image(42))


async def test_bytes_come_with_their_type_and_never_run(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    assert (await client.ask(questions.image_file(first))).startswith(PNG)
    assert await client.ask(questions.thumbnail(first)) == PNG
    async with session(house) as http:
        async with http.get(f"/images/{first}/file") as answer:
            assert answer.content_type == "image/png"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Disposition"] == f'attachment; filename="astrolens-{first}.png"'
            assert "sandbox" in answer.headers["Content-Security-Policy"]
        async with http.get(f"/images/{first}/file", headers={"Range": "bytes=1-3"}) as part:
            assert (part.status, await part.read()) == (206, b"PNG")


async def test_bytes_that_are_not_here_say_why(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    (offered,) = await house.store.run(
        house.store.images.offer_many, [Offer(source="folder", key="a", url="file:///a")]
    )
    with pytest.raises(BadData, match="is offered; its file is not here yet"):
        await client.ask(questions.image_file(offered))
    with pytest.raises(BadData, match="no thumbnail"):
        await client.ask(questions.thumbnail(offered))
    record = await house.store.run(house.store.images.get, first)
    assert record is not None
    await house.store.run(house.store.blobs.remove, str(record.sha256))
    with pytest.raises(BadData, match="no longer kept"):
        await client.ask(questions.image_file(first))


async def left_behind(house: House) -> list[Path]:
    return await house.store.run(
        lambda: [path for path in house.store.blobs.temporary().parent.iterdir() if path.is_file()]
    )


async def test_a_file_is_handed_over_and_no_copy_stays(house: House, client: Client, tmp_path: Path) -> None:
    picture = tmp_path / "..%2F-rf \x1b.png"
    picture.write_bytes(PNG * 20_000)
    assert await client.ask(orders.submit(picture)) == {"image_id": 77}
    content, name = house.control.sent[0]
    assert content == PNG * 20_000
    assert "\x1b" not in name
    assert await left_behind(house) == []


@pytest.mark.parametrize("size", [0, (1 << 20) + 1])
async def test_files_that_are_empty_or_too_large_are_refused(
    house: House, client: Client, tmp_path: Path, size: int
) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(bytes(size))
    with pytest.raises(BadData):
        await client.ask(orders.submit(picture))
    assert house.control.sent == []
    assert await left_behind(house) == []


async def test_a_refused_file_leaves_no_copy(house: House, client: Client, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    picture.write_bytes(b"<html>")
    house.control.error = BadData("page.png looks like HTML; send a JPEG, PNG or FITS file")
    with pytest.raises(BadData, match="looks like HTML"):
        await client.ask(orders.submit(picture))
    assert await left_behind(house) == []


async def test_other_forms_are_refused(house: House) -> None:
    async with session(house) as http:
        form = aiohttp.FormData()
        form.add_field("wrong", b"x", filename="x")
        for body, headers, status in [
            (b"raw", {"Content-Type": "image/png"}, 415),
            (form, {}, 400),
            (b"--nothing", {"Content-Type": "multipart/form-data; boundary=zz"}, 400),
            (b"--nothing", {"Content-Type": "multipart/form-data"}, 400),
        ]:
            async with http.post("/images", data=body, headers=headers) as answer:
                assert answer.status == status, await answer.text()
