"""The API for readers: `/api/docs`, drawn from what the services say of themselves."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web import model
from boxoffice.services.web.routes.visit import Anyone, Visit

router = Router()
METHODS = ("get", "post", "put", "patch", "delete")
KINDS = {
    ("string", "uuid"): "id",
    ("string", "date-time"): "time",
    ("string", "uri"): "address",
    ("string", ""): "text",
    ("integer", ""): "whole number",
    ("boolean", ""): "true | false",
}
LIMITS = {  # of JSON Schema, in words
    "minLength": "shortest {}",
    "maxLength": "longest {}",
    "exclusiveMinimum": "more than {:.10g}",
    "minimum": "at least {:.10g}",
    "maximum": "at most {:.10g}",
    "default": "{} unless given",
}

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of the query, for readers."""

    name: str
    kind: str
    description: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that may be asked, for readers; bodies and answers are outlines of their JSON."""

    method: str
    path: str
    says: str
    who: str
    query: Sequence[Parameter]
    body: str | None
    answers: Sequence[tuple[str, str | None]]
    problems: Sequence[int]


@router.get("/api/docs")
@allow("anyone")
async def get_docs(visit: Anyone) -> Response:
    """Show what programs may ask."""
    documents, missing = await _get_documents(visit)
    groups: dict[str, list[Endpoint]] = {}
    for document in documents:
        for path, method, operation in _operations(document):
            endpoint = read_endpoint(document, path, method, operation)
            groups.setdefault(operation["tags"][0], []).append(endpoint)
    return visit.page("reference.html", groups=groups, missing=missing)


async def _get_documents(visit: Visit) -> tuple[Sequence[Schema], Sequence[str]]:
    """Return each process's document once, and the services that could not be asked."""
    asked: dict[str, str] = {}
    for service in model.MISSING:
        asked.setdefault(visit.address(service), service)
    answers = {
        service: await visit.ask(service, "GET", "/api/openapi.json") for service in asked.values()
    }
    documents = [answer.body for answer in answers.values() if not answer.refused]
    return documents, [service for service, answer in answers.items() if answer.refused]


def _operations(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                yield path, method, operations[method]


def read_endpoint(document: Schema, path: str, method: str, operation: Schema) -> Endpoint:
    """Return what an operation of an OpenAPI document says."""
    schemas: Schema = document.get("components", {}).get("schemas", {})
    responses: Mapping[str, Schema] = operation["responses"]
    schema = _schema_of(operation.get("requestBody", {}))
    body = outline(schema, schemas) if schema else None
    query = [
        Parameter(one["name"], outline(one["schema"], schemas), one.get("description", ""))
        for one in operation.get("parameters", [])
        if one["in"] == "query"
    ]
    return Endpoint(
        method=method.upper(),
        path=path,
        says=operation.get("description", ""),
        who=operation["x-allows"],
        query=query,
        body=body,
        answers=[
            (status, outline(schema, schemas) if (schema := _schema_of(response)) else None)
            for status, response in responses.items()
            if status < "4"
        ],
        problems=sorted(int(status) for status in responses if status >= "4"),
    )


def outline(schema: Schema, schemas: Schema, indent: str = "") -> str:
    """Return the shape of what a schema describes: JSON with words in place of values.

    A `?` stands behind the name of what may be absent.
    """
    if "$ref" in schema:
        return outline(schemas[schema["$ref"].rpartition("/")[2]], schemas, indent)
    if variants := [one for one in schema.get("anyOf", []) if one.get("type") != "null"]:
        return " | ".join(outline(one, schemas, indent) for one in variants)
    if values := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return " | ".join(json.dumps(value) for value in values)
    if schema.get("type") == "array":
        return f"[{outline(schema.get('items', {}), schemas, indent)}]"
    if "properties" in schema:
        required = schema.get("required", [])
        lines = [
            f'{indent}  "{name}"{"?" if name not in required or _may_be_null(one) else ""}: '
            + outline(one, schemas, f"{indent}  ")
            for name, one in schema["properties"].items()
        ]
        return "\n".join(["{", *lines, indent + "}"])
    type_: str = schema.get("type", "anything")
    kind = KINDS.get((type_, schema.get("format", ""))) or KINDS.get((type_, "")) or type_
    limits = [words.format(schema[name]) for name, words in LIMITS.items() if name in schema]
    return f"{kind} ({', '.join(limits)})" if limits else kind


def _may_be_null(schema: Schema) -> bool:
    return any(one.get("type") == "null" for one in schema.get("anyOf", []))


def _schema_of(content: Schema) -> Schema | None:
    return content.get("content", {}).get("application/json", {}).get("schema") or None
