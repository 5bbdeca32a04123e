"""Clouds in Terraform: pinned, described, without secrets, and for what overlays and services say."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hcl2.api import loads

from deploy.drawing import drawn, one, settings_of
from deploy.ground import DEPLOY, SERVICES

FOLDER = DEPLOY / "terraform"
MODULES = sorted({str(path.parent.relative_to(FOLDER)) for path in FOLDER.rglob("*.tf")})
ROOTS = [name for name in MODULES if name != "aws/identity"]
BACKED = {"aws": {"encrypt": True, "use_lockfile": True}, "digitalocean": {"use_lockfile": True}}
# What these make is a secret, and would stand in the state.
SECRETIVE = {
    "aws_iam_access_key",
    "aws_secretsmanager_secret_version",
    "aws_ssm_parameter",
    "digitalocean_spaces_key",
    "random_password",
}
ALIGNED = re.compile(r"( *)(?P<name>\S[^=]*? +)= .*[^\[({]$")
PINNED = re.compile(r"\d+\.\d+\.\d+")

Block = dict[str, Any]


def _id_of(path: Path) -> str:
    return str(path.relative_to(FOLDER))


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.tf")), ids=_id_of)
def test_it_is_written_as_terraform_formats_it(path: Path):
    lines = path.read_text("utf-8").splitlines()
    matches = [ALIGNED.match(line) for line in lines]

    for first, second in pairwise(matches):
        if first and second and first[1] == second[1]:
            assert first.end("name") == second.end("name"), (first[0], second[0])
    for first, second in pairwise(line for line in lines if line):
        assert abs(_depth(second) - _depth(first)) in {0, 2}, second
    assert not [line for line in lines if line != line.rstrip() or "\t" in line]


@pytest.mark.parametrize("module", MODULES)
def test_what_is_asked_for_is_described_and_used(module: str):
    text = _text(module)
    variables = dict(_named(module, "variable"))

    assert set(re.findall(r"\bvar\.(\w+)", text)) == variables.keys()
    for name, variable in variables.items():
        assert variable["description"].endswith("."), name
        assert variable["type"], name
    for name, output in _named(module, "output"):
        assert output["description"], name


@pytest.mark.parametrize("module", MODULES)
def test_what_is_referred_to_is_there(module: str):
    text = _text(module)
    made = {f"{kind}.{name}" for kind, name, _ in _made(module)}
    read = {f"data.{kind}.{name}" for kind, name, _ in _made(module, "data")}
    known = {name for block in _parsed(module, "locals") for name in block}

    assert set(re.findall(r"\b(?:data\.)?(?:aws|digitalocean)_\w+\.\w+", text)) <= made | read
    assert set(re.findall(r"\blocal\.(\w+)", text)) == known


def test_a_module_is_given_all_that_it_asks_for():
    asked = {name for name, _ in _named("aws/identity", "variable")}

    for name, given in _named("aws", "module"):
        assert given["source"] == "./identity"
        assert given.keys() - {"source", "for_each"} == asked, name


def test_providers_are_pinned_and_everywhere_the_same():
    pinned = {
        name: {
            (provider["source"], provider["version"])
            for module in MODULES
            for block in _parsed(module, "terraform")
            for needed in block["required_providers"]
            for its, provider in needed.items()
            if its == name
        }
        for name in ("aws", "digitalocean")
    }

    for versions in pinned.values():
        ((_, version),) = versions
        assert PINNED.fullmatch(version)


@pytest.mark.parametrize("module", ROOTS)
def test_every_root_says_which_terraform_it_needs(module: str):
    (said,) = [
        block["required_version"]
        for block in _parsed(module, "terraform")
        if "required_version" in block
    ]

    assert said == ">= 1.11.0, < 2.0.0"  # 1.11 made locks in the bucket itself stable


@pytest.mark.parametrize("module", BACKED)
def test_the_state_is_elsewhere_and_locked(module: str):
    ((_, backend),) = [
        it
        for block in _parsed(module, "terraform")
        for backend in block["backend"]
        for it in backend.items()
    ]

    assert BACKED[module].items() <= backend.items()
    assert not {"bucket", "access_key", "secret_key"} & backend.keys()


@pytest.mark.parametrize("module", MODULES)
def test_nothing_makes_or_holds_a_secret(module: str):
    assert not {kind for kind, _, _ in _made(module)} & SECRETIVE
    assert not re.findall(r"\b(?:password|token|secret_key|access_key) *=", _text(module))


@pytest.mark.parametrize("module", ["aws", "state/aws"])
def test_buckets_are_closed_encrypted_and_keep_old_versions(module: str):
    buckets = {name for kind, name, _ in _made(module) if kind == "aws_s3_bucket"}

    assert buckets
    for part in (
        "public_access_block",
        "server_side_encryption_configuration",
        "versioning",
        "policy",
    ):
        assert {name for kind, name, _ in _made(module) if kind == f"aws_s3_bucket_{part}"} == (
            buckets
        )


def test_the_cluster_encrypts_secrets_and_its_nodes_are_inside():
    (cluster,) = _of("aws", "aws_eks_cluster")
    (nodes,) = _of("aws", "aws_eks_node_group")
    (images,) = _of("aws", "aws_ecr_repository")
    keys = _of("aws", "aws_kms_key")

    assert cluster["encryption_config"][0]["resources"] == ["secrets"]
    assert "aws_subnet.private" in cluster["vpc_config"][0]["subnet_ids"]
    assert nodes["for_each"] == "${aws_subnet.private}"
    assert images["image_tag_mutability"] == "IMMUTABLE"
    assert images["image_scanning_configuration"][0]["scan_on_push"] is True
    assert all(key["enable_key_rotation"] is True for key in keys)


def test_every_database_has_a_role_for_its_own_backups():
    (listed,) = [it["services"] for it in _parsed("aws", "locals") if "services" in it]
    accounts = {it["metadata"]["name"] for it in drawn("aws") if it["kind"] == "Cluster"}

    assert listed == list(SERVICES)
    assert accounts == {f"database-{name}" for name in SERVICES}
    assert dict(_named("aws", "module"))["backups"]["account"] == "database-${each.key}"


def test_who_fetches_secrets_may_read_all_that_overlays_ask_for_and_no_more():
    (block,) = [it for it in _parsed("aws", "locals") if "parameters" in it]
    root = block["parameters"].rpartition(":parameter")[2]
    asked = {
        one["remoteRef"]["key"]
        for it in drawn("aws")
        if it["kind"] == "ExternalSecret"
        for one in it["spec"]["data"]
    }
    (store,) = [it for it in drawn("aws") if it["kind"] == "SecretStore"]

    assert asked
    assert all(place.startswith(f"{root}/") for place in asked)
    assert (
        dict(_named("aws", "variable"))["region"]["default"]
        == store["spec"]["provider"]["aws"]["region"]
    )


def test_the_overlay_names_what_terraform_makes():
    classes = {it["metadata"]["name"] for it in drawn("aws") if it["kind"] == "StorageClass"}
    asked = set(re.findall(r"'storageClass(?:Name)?': '(\w+)'", str(drawn("aws"))))
    proxies = dict(_named("aws", "variable"))["network"]["default"]

    assert asked == classes
    assert proxies.startswith("10.")


def test_production_names_the_buckets_that_terraform_makes_at_digitalocean():
    variables = dict(_named("digitalocean", "variable"))
    name, region = variables["name"]["default"], variables["region"]["default"]
    (bucket,) = _of("digitalocean", "digitalocean_spaces_bucket")
    backup = one("production", "Cluster", "database-orders")["spec"]["backup"]
    pod = one("production", "Deployment", "boxoffice-shows")["spec"]["template"]["spec"]
    told = {it["name"]: it.get("value") for it in pod["containers"][0]["env"]}

    assert bucket["name"] == "${var.name}-${each.key}"
    assert settings_of("production")["BOXOFFICE_PICTURES_URL"] == f"s3://{name}-pictures"
    assert backup["barmanObjectStore"]["destinationPath"] == f"s3://{name}-backups/"
    assert told["AWS_REGION"] == region
    assert told["AWS_ENDPOINT"] == f"https://{region}.digitaloceanspaces.com"
    assert backup["barmanObjectStore"]["endpointURL"] == told["AWS_ENDPOINT"]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@cache
def _files(module: str) -> list[Block]:
    return [loads(path.read_text("utf-8")) for path in sorted((FOLDER / module).glob("*.tf"))]


def _text(module: str) -> str:
    """All that a module says, without its comments."""
    lines = [
        line
        for path in (FOLDER / module).glob("*.tf")
        for line in path.read_text("utf-8").splitlines()
    ]
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def _parsed(module: str, sort: str) -> list[Block]:
    return [block for file in _files(module) for block in file.get(sort, [])]


def _named(module: str, sort: str) -> Iterator[tuple[str, Block]]:
    """Blocks with one label, such as variables."""
    for block in _parsed(module, sort):
        yield from block.items()


def _made(module: str, sort: str = "resource") -> Iterator[tuple[str, str, Block]]:
    """Blocks with two labels: resources, and what is read."""
    for block in _parsed(module, sort):
        for kind, named in block.items():
            for name, body in named.items():
                yield kind, name, body


def _of(module: str, kind: str) -> list[Block]:
    return [body for its, _, body in _made(module) if its == kind]
