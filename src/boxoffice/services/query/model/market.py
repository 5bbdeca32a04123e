"""What pages show of things of the market, as JSON: made once, when news of one comes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.orders import OrderState
from boxoffice.events.pictures import PictureSaid
from boxoffice.events.reviews import ReviewState
from boxoffice.events.tickets import AdmissionState, TicketState
from boxoffice.kit import money
from boxoffice.kit.pictures.picture import shown_at


def view_of_ticket(news: TicketState) -> str:
    """Return what is shown of a ticket: `{id, version, title, price, …, picture?}`."""
    return _json(
        id=news.ticket_id,
        version=news.version,
        title=news.title,
        price=money.to_major(news.price_minor, news.currency),
        currency=news.currency,
        userId=news.seller_id,
        status=news.status,
        orderId=news.order_id,
        picture=news.picture and _picture(news.picture),
    )


def view_of_order(news: OrderState) -> str:
    """Return what is shown of an order: `{id, version, status, total, items, …}`."""
    return _json(
        id=news.order_id,
        version=news.version,
        status=news.status,
        total=money.to_major(news.total_minor, news.currency),
        currency=news.currency,
        placedAt=news.placed_at,
        expiresAt=news.expires_at,
        cancelledBecause=news.cancelled_because,
        performanceId=news.performance_id,
        items=[
            {
                "offerId": str(item.offer_id),
                "label": item.label,
                "price": money.to_major(item.price_minor, news.currency),
            }
            for item in news.items
        ],
    )


def view_of_admission(news: AdmissionState) -> str:
    """Return what is shown of the right to a place: `{id, orderId, performanceId, seat}`."""
    return _json(
        id=news.admission_id,
        orderId=news.order_id,
        performanceId=news.performance_id,
        seat=news.seat,
    )


def view_of_review(news: ReviewState) -> str:
    """Return what is shown of a text: `{id, version, text, stars?, status, reason?, …}`."""
    return _json(
        id=news.review_id,
        version=news.version,
        showId=news.show_id,
        ticketId=news.ticket_id,
        replyTo=news.reply_to,
        authorId=news.author_id,
        text=news.text,
        textVersion=news.text_version,
        stars=news.stars,
        status=news.status,
        reason=news.reason,
        helpful=news.helpful,
        writtenAt=news.written_at,
        editedAt=news.edited_at,
    )


def view_of_case(news: ReviewModerated) -> str:
    """Return what a moderator sees of a verdict: `{status, rule?, waitsFor?, …}`."""
    return _json(
        version=news.version,
        textVersion=news.text_version,
        status=news.status,
        reason=news.reason,
        rule=news.rule,
        rulesVersion=news.rules_version,
        decidedBy=news.decided_by,
        decidedAt=news.decided_at,
        waitsFor=news.waits_for,
        complaints=news.complaints,
        appeal=news.appeal,
    )


def _picture(picture: PictureSaid) -> Mapping[str, Any]:
    return {
        "id": str(picture.picture_id),
        **_size(picture.file, picture.width, picture.height),
        "sizes": [_size(size.file, size.width, size.height) for size in picture.sizes],
    }


def _size(file: str, width: int, height: int) -> dict[str, Any]:
    return {"url": shown_at(file), "width": width, "height": height}


def _json(**fields: Any) -> str:
    """Return fields as JSON, without those that are None."""
    known = {name: value for name, value in fields.items() if value is not None}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)
