"""The OpenAPI document, built from the same routes that the server serves."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from astrolens.api.route import LARGEST_BODY_BYTES, Parameter, ParameterKind, Route
from astrolens.api.shapes import Schema, schema_of
from astrolens.api.wire import ErrorReply

_EVERYWHERE = (400, 401, 403, 500)


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """Describe the API.

    Parameters
    ----------
    routes : iterable of Route
        Every route that is served.
    version : str
        Of AstroLens.

    Returns
    -------
    dict
        An OpenAPI 3.1 document.
    """
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AstroLens",
            "version": version,
            "description": "The daemon's API, on its Unix socket and, when switched on, on 127.0.0.1.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Over TCP only; the Unix socket asks the system who calls.",
                }
            },
            "schemas": {"ErrorReply": schema_of(ErrorReply)},
        },
        "security": [{}, {"token": []}],
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": operation_id(route),
        "summary": route.words,
        "parameters": [*_path_parameter(route), *(_query_parameter(one) for one in route.parameters)],
        "responses": {str(route.status): _good_answer(route)},
    }
    for status in sorted({*_EVERYWHERE, *route.errors}):
        operation["responses"][str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorReply"}}},
        }
    if route.body is not None:
        operation["requestBody"] = {
            "description": f"At most {LARGEST_BODY_BYTES} bytes.",
            "content": {"application/json": {"schema": schema_of(route.body)}},
        }
    if route.takes_form:
        part = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": part}}}
    return operation


def operation_id(route: Route) -> str:
    """Name of one route in the document.

    Parameters
    ----------
    route : Route
        Any route.

    Returns
    -------
    str
        For example ``get_images_id_file``.
    """
    words = [word.strip("{}").replace(".", "_") for word in route.path.split("/") if word]
    return "_".join([route.method.lower(), *words])


def _good_answer(route: Route) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(route.status).phrase}
    if route.reply is not None:
        answer["content"] = {"application/json": {"schema": schema_of(route.reply)}}
    elif route.media_type:
        binary = {"type": "string", "contentMediaType": route.media_type}
        answer["content"] = {route.media_type: {"schema": binary}}
    return answer


def _path_parameter(route: Route) -> list[dict[str, Any]]:
    name = route.placeholder()
    if name is None:
        return []
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}]


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    schema: Schema = {"type": parameter.kind.value}
    if parameter.kind is not ParameterKind.TEXT:
        bounds = {"minimum": parameter.minimum, "maximum": parameter.maximum}
        schema |= {name: bound for name, bound in bounds.items() if bound is not None}
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if parameter.default is not None and not parameter.many:
        schema["default"] = parameter.default
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.words,
        "schema": schema,
    }
    if parameter.many:
        schema = {"type": "array", "items": schema}
        if parameter.default is not None:
            schema["default"] = list(parameter.default)
        described |= {"schema": schema, "style": "form", "explode": False}
    return described
