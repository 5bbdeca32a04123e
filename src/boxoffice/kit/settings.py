"""Every setting there is, as `BOXOFFICE_*` in the environment, with unit and default."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from boxoffice.kit.errors import Refusal
from boxoffice.kit.money import THOUSANDTHS


class Settings(BaseSettings):
    """What an operator decides. What has no default must be given."""

    model_config = SettingsConfigDict(env_prefix="BOXOFFICE_", frozen=True, extra="ignore")

    database_url: SecretStr = Field(
        description="PostgreSQL, one database per service; `{service}` stands for its name",
        examples=["postgresql://boxoffice_{service}:secret@db:5432/boxoffice_{service}"],
    )
    database_connections: int = Field(8, ge=1, le=100, description="at most, per service here")
    nats_url: SecretStr = Field(description="NATS with JetStream", examples=["nats://nats:4222"])
    nats_replicas: int = Field(1, ge=1, le=5, description="copies of each stream: 3 in production")
    shared_answer_ms: int = Field(
        1_000,
        ge=0,
        le=60_000,
        description="for which the answer of a public list or page is given to all who ask the same",
    )
    secret: SecretStr = Field(
        min_length=32, description="encrypts signing keys at rest; the same for every replica"
    )
    hop_secret: SecretStr = Field(
        min_length=32,
        description="signs what services tell each other of a visitor; the same for all of them",
    )
    trusted_proxies: str = Field(
        "",
        description="networks whose `X-Forwarded-For` counts, with commas between",
        examples=["10.0.0.0/8,fd00::/8"],
    )
    public_url: str = Field("http://127.0.0.1:8000", description="where people reach the pages")
    services_url: str = Field(
        "http://127.0.0.1:8000",
        description="where services reach each other; `{service}` stands for a name",
    )
    currency: str = Field("USD", pattern="^[A-Z]{3}$", description="of the market (ISO 4217)")
    hold_seconds: int = Field(
        900, ge=1, le=86_400, description="to pay an order: long enough to find a card"
    )
    seats_per_person: int = Field(
        8, ge=1, le=100_000, description="of one performance, in all orders of a person"
    )
    token_seconds: int = Field(900, ge=5, le=3_600, description="life of an access token")
    refresh_days: int = Field(30, ge=1, le=365, description="life of a sign-in without a visit")
    smtp_url: SecretStr = Field(description="smtp:// or smtps:// or smtp+starttls://user:pw@host")
    mail_from: str = Field("Boxoffice <tickets@localhost>", description="sender of every mail")
    stripe_key: SecretStr = Field(description="secret key of the Stripe account")
    stripe_webhook_secret: SecretStr = Field(description="signs what Stripe tells us")
    stripe_url: str = Field("https://api.stripe.com", description="where Stripe's API is")
    kopis_url: str = Field(
        "http://www.kopis.or.kr/openApi/restful",
        pattern="^https?://",
        description="where the performing-arts open API is that shows are imported from",
    )
    kopis_key: SecretStr | None = Field(
        None, min_length=1, description="its service key; without one nothing is imported from it"
    )
    kopis_capacity: int = Field(
        200, ge=1, le=100_000, description="places of an imported section that no map has"
    )
    kopis_organiser: UUID | None = Field(
        None, validate_default=True, description="id of the account that imported shows belong to"
    )
    pictures_url: str = Field(
        "file:///var/lib/boxoffice/pictures",
        pattern="^(file:///|(s3|gs|az)://)[^/]",
        description="folder or bucket for pictures, one for all replicas: `file:///…`, `s3://…`,"
        " `gs://…` or `az://…`, with credentials where each usually has them",
    )
    rate_limits: bool = Field(True, description="refuse who asks too often (on or off)")
    require_verified: bool = Field(
        False, description="sell, buy and organise with a verified address only (on or off)"
    )
    demo_rules: bool = Field(
        False,
        description="reject texts about oranges, to show what a rejection is, until a moderator"
        " makes other rules (on or off)",
    )
    delivery_tries: int = Field(20, ge=1, le=100, description="of an event before a dead letter")
    body_limit_bytes: int = Field(65_536, ge=1_024, description="largest request body")
    traces_url: str | None = Field(
        None,
        pattern="^https?://",
        description="where OpenTelemetry collects spans (OTLP over HTTP); needs the extra `telemetry`",
        examples=["http://collector:4318/v1/traces"],
    )
    traces_share: float = Field(1, ge=0, le=1, description="of all traces that are collected")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="what is logged: this and worse"
    )

    @field_validator("currency")
    @classmethod
    def _two_decimals(cls, currency: str) -> str:
        if currency in THOUSANDTHS:
            raise ValueError(f"{currency} has three decimals; prices here have two")
        return currency

    @field_validator("kopis_organiser")
    @classmethod
    def _organised(cls, organiser: UUID | None, others: ValidationInfo) -> UUID | None:
        if organiser is None and others.data.get("kopis_key"):
            raise ValueError("this is needed where a key is given")
        return organiser

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, networks: str) -> str:
        for network in filter(None, networks.split(",")):
            ip_network(network.strip())
        return networks

    @property
    def hold(self) -> timedelta:
        """How long an order holds what it wants."""
        return timedelta(seconds=self.hold_seconds)

    @property
    def https(self) -> bool:
        """Whether people come by TLS, so that cookies may insist on it."""
        return self.public_url.startswith("https://")


class SettingsError(Refusal):
    """A setting is missing or wrong; the sentence names it."""


def load(
    file: Path | None = None,
    given: Mapping[str, str] | None = None,
    unread: Collection[str] = (),
) -> Settings:
    """Return the settings of the environment, those of a file below them, and `given` above both.

    Those that nobody here reads may be missing, and are left empty: a secret stays with its owner.
    SettingsError names the first that is missing or wrong.
    """
    if file and not file.exists():
        raise SettingsError(f"There is no {file}: is anything running there?")
    fields = Settings.model_fields
    empty = {name: "" for name in unread if fields[name].is_required()}
    try:
        return Settings(_env_file=file, **empty | dict(given or {}))  # pyright: ignore[reportArgumentType, reportCallIssue] - checked here
    except ValidationError as error:
        first = error.errors()[0]
        name = "BOXOFFICE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg'].lower()}") from None
