"""How the files of the product look: where SQL stands, how long they are, what they are called."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from boxoffice.services import NAMES

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/boxoffice"
LONGEST_FILE = 300  # lines
SHAPE = {
    *("__init__", "service", "routes", "handlers", "jobs", "commands", "store", "gateway", "model"),
    *("schema", "templates", "static", "__pycache__"),
}
BANNED = re.compile(
    r"(^|_)(utils?|helpers?|common|base|manager|data|info)($|_)|^process_|^order[12]$"
)
INHERITED = {"handle_data", "data"}  # of html.parser.HTMLParser
SQL = re.compile(
    r"\b(SELECT\s|INSERT\s+INTO\s|DELETE\s+FROM\s|UPDATE\s+\w+\s+SET\s"
    r"|(CREATE|ALTER|DROP)\s+(TABLE|INDEX))"
)


def _code(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def _strings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Every string literal that is not a docstring."""
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node


def _sql(text: str) -> list[int]:
    """The lines of a module on which SQL stands."""
    return [node.lineno for node in _strings(ast.parse(text)) if SQL.search(str(node.value))]


def _names(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives to something."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case _:
                pass


def test_sql_stands_in_stores_alone():
    elsewhere = [
        f"{path.relative_to(SOURCE)}:{line}"
        for path in _code("src/boxoffice/services", "src/boxoffice/cli", "src/boxoffice/events")
        if path.stem != "store" and path.parent.name != "store"
        for line in _sql(path.read_text("utf-8"))
    ]

    assert elsewhere == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "INSERT INTO orders VALUES (1)",
        "UPDATE orders SET version = 1",
        "DELETE FROM orders",
        "\\n        SELECT *\\n        FROM orders",
    ],
)
def test_sql_that_stands_elsewhere_would_be_found(statement: str):
    assert _sql(
        f'"""SELECT is a word."""\nasync def ask(db):\n    await db.fetch("{statement}")'
    ) == [3]


def test_every_store_holds_sql():
    stores = [path for path in _code("src/boxoffice/services") if path.stem == "store"]

    assert stores
    assert all(_sql(path.read_text("utf-8")) for path in stores)


def test_no_file_is_longer_than_one_reads():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _code("src", "tests", "bench")
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_no_name_says_nothing():
    empty = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in _code("src", "tests", "bench")
        for name in (path.stem, *_names(ast.parse(path.read_text("utf-8"))))
        if BANNED.search(name)
        and name not in INHERITED
        and "gateway" not in path.parts  # it speaks its neighbour's words
    ]

    assert empty == []


@pytest.mark.parametrize("service", NAMES)
def test_a_service_has_files_of_the_shape_alone(service: str):
    files = {path.name.removesuffix(".py") for path in (SOURCE / "services" / service).iterdir()}

    assert "service" in files
    assert files <= SHAPE


@pytest.mark.parametrize("service", NAMES)
def test_migrations_are_numbered_without_a_gap(service: str):
    steps = sorted((SOURCE / "services" / service / "schema").glob("*.sql"))

    assert [step.name[:5] for step in steps] == [f"{n:04}_" for n in range(1, len(steps) + 1)]


def test_every_module_opens_with_a_sentence():
    mute = [
        str(path.relative_to(ROOT))
        for path in _code("src", "tests", "bench")
        if not (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
        .partition("\n")[0]
        .endswith((".", "?", ":"))
    ]

    assert mute == []
