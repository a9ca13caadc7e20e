"""GET /images..., POST /images: pictures, their bytes, and new ones from a person."""

import asyncio
import os
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from astrolens.api.context import ApiContext
from astrolens.api.route import Asked, Parameter, ParameterKind, Route, json_reply
from astrolens.api.rows import answer_row, description_row, image_row
from astrolens.api.wire import ImageDetail, ImagePage, SubmitReply
from astrolens.domain.image import ImageState, MediaType
from astrolens.domain.text import clean
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

_SUFFIXES = {
    MediaType.JPEG: ".jpg",
    MediaType.PNG: ".png",
    MediaType.FITS: ".fits",
    MediaType.FITS_GZIP: ".fits.gz",
}
_CHUNK_BYTES = 256 * 1024
_UPLOAD_TIMEOUT_S = 60.0
_BYTES_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
}

LIMIT = Parameter(
    name="limit",
    words="Rows in the page.",
    kind=ParameterKind.INTEGER,
    default=100,
    minimum=1,
    maximum=1000,
)


async def existing(store: Store, image_id: int) -> ImageRecord:
    """One picture.

    Parameters
    ----------
    store : Store
        The open store.
    image_id : int
        From the request.

    Returns
    -------
    ImageRecord
        Its row.

    Raises
    ------
    aiohttp.web.HTTPNotFound
        If there is none.
    """
    record = await store.run(store.images.get, image_id)
    if record is None:
        raise _unknown(image_id)
    return record


async def detail(store: Store, image_id: int) -> dict[str, Any]:
    """Everything that is known of one picture.

    Parameters
    ----------
    store : Store
        The open store.
    image_id : int
        From the request.

    Returns
    -------
    dict
        An `ImageDetail`.

    Raises
    ------
    aiohttp.web.HTTPNotFound
        If there is no such picture.
    """
    row = await store.run(store.verdicts.row, image_id)
    if row is None:
        raise _unknown(image_id)
    answers = await store.run(store.crossref.get, image_id)
    description = await store.run(store.words.of_image, image_id)
    told = {} if description is None else {"description": description_row(description)}
    return row | {"answers": [answer_row(answer) for answer in answers]} | told


def _unknown(image_id: int) -> web.HTTPNotFound:
    return web.HTTPNotFound(text=f"no image {image_id}; 'astrolens candidates' and GET /images list them")


class ImageHandlers:
    """Answers of ``/images``.

    Parameters
    ----------
    context : ApiContext
        Store and daemon.
    """

    def __init__(self, context: ApiContext) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            Route(
                method="GET",
                path="/images",
                handler=self._page,
                words="Pictures, newest first.",
                reply=ImagePage,
                parameters=(
                    Parameter(
                        name="state",
                        words="Only pictures that are this far.",
                        choices=tuple(state.value for state in ImageState),
                    ),
                    Parameter(name="source", words="Only pictures of this source."),
                    Parameter(
                        name="after",
                        words="Cursor: 'next' of the page before.",
                        kind=ParameterKind.INTEGER,
                        minimum=1,
                        maximum=2**62,
                    ),
                    LIMIT,
                ),
            ),
            Route(
                method="POST",
                path="/images",
                handler=self._submit,
                words="Take a JPEG, PNG or FITS file into the flow: a form with one part 'file'.",
                reply=SubmitReply,
                status=202,
                takes_form=True,
                errors=(408, 413, 415, 422),
            ),
            Route(
                method="GET",
                path="/images/{id}",
                handler=self._detail,
                words="Everything that is known of one picture.",
                reply=ImageDetail,
                errors=(404,),
            ),
            Route(
                method="GET",
                path="/images/{id}/file",
                handler=self._file,
                words="The original bytes, as they came.",
                media_type="application/octet-stream",
                errors=(404,),
            ),
            Route(
                method="GET",
                path="/images/{id}/thumbnail",
                handler=self._thumbnail,
                words="A small JPEG.",
                media_type="image/jpeg",
                errors=(404,),
            ),
        ]

    async def _page(self, asked: Asked) -> web.StreamResponse:
        store, query = self._context.store, asked.query
        records = await store.run(
            store.images.page,
            state=None if query["state"] is None else ImageState(query["state"]),
            source=query["source"],
            before=query["after"],
            limit=query["limit"],
        )
        full = len(records) == query["limit"]
        return json_reply(
            ImagePage(
                rows=[image_row(record) for record in records],
                next=str(records[-1].image_id) if full else None,
            )
        )

    async def _detail(self, asked: Asked) -> web.StreamResponse:
        return json_reply(await detail(self._context.store, asked.number))

    async def _file(self, asked: Asked) -> web.StreamResponse:
        record = await existing(self._context.store, asked.number)
        store = self._context.store
        if record.sha256 is None:
            raise web.HTTPNotFound(
                text=f"image {asked.number} is {record.state.value}; its file is not here yet"
            )
        path = await store.run(store.blobs.path, record.sha256)
        if not await asyncio.to_thread(path.is_file):
            raise web.HTTPNotFound(text=f"the original of image {asked.number} is no longer kept")
        suffix = "" if record.media_type is None else _SUFFIXES[record.media_type]
        kind = "application/octet-stream" if record.media_type is None else record.media_type.value
        headers = {
            **_BYTES_HEADERS,
            "Content-Type": kind,
            "Content-Disposition": f'attachment; filename="astrolens-{record.image_id}{suffix}"',
            "ETag": f'"{record.sha256}"',
        }
        return web.FileResponse(path, headers=headers)

    async def _thumbnail(self, asked: Asked) -> web.StreamResponse:
        record = await existing(self._context.store, asked.number)
        store = self._context.store
        jpeg = None if record.sha256 is None else await store.run(store.blobs.thumbnail, record.sha256)
        if jpeg is None:
            raise web.HTTPNotFound(text=f"image {asked.number} is {record.state.value} and has no thumbnail")
        return web.Response(body=jpeg, headers={**_BYTES_HEADERS, "Content-Type": MediaType.JPEG.value})

    async def _submit(self, asked: Asked) -> web.StreamResponse:
        request = asked.request
        if request.content_type != "multipart/form-data":
            raise web.HTTPUnsupportedMediaType(text="send a form with one part named 'file'")
        temporary = await self._context.store.run(self._context.store.blobs.temporary)
        try:
            async with asyncio.timeout(_UPLOAD_TIMEOUT_S):
                name = await self._receive(request, temporary)
            number = await self._context.control.submit(temporary, name)
        except TimeoutError:
            raise web.HTTPRequestTimeout(
                text=f"the file did not arrive within {_UPLOAD_TIMEOUT_S:g} s; send it again"
            ) from None
        except ValueError:
            raise web.HTTPBadRequest(text="the form is damaged; send one part named 'file'") from None
        finally:
            await asyncio.to_thread(temporary.unlink, missing_ok=True)
        return json_reply(SubmitReply(image_id=number), status=202)

    async def _receive(self, request: web.Request, temporary: Path) -> str:
        """Write the one part of a form to a file; its name, made harmless."""
        part = await (await request.multipart()).next()
        if not isinstance(part, BodyPartReader) or part.name != "file":
            raise web.HTTPBadRequest(text="the form's first part is not named 'file'")
        limit = self._context.upload_limit_bytes
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = await asyncio.to_thread(os.open, temporary, flags, 0o600)
        size = 0
        try:
            while chunk := await part.read_chunk(_CHUNK_BYTES):
                size += len(chunk)
                if size > limit:
                    raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=size)
                await asyncio.to_thread(_write_all, handle, chunk)
        finally:
            await asyncio.to_thread(os.close, handle)
        if size == 0:
            raise web.HTTPBadRequest(text="the file is empty; send a JPEG, PNG or FITS file")
        return clean(part.filename or "unnamed", 120)


def _write_all(handle: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(handle, rest) :]
