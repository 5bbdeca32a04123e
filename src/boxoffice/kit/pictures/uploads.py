"""What counts as an upload of a picture, at first sight."""

from boxoffice.kit.errors import BadInput, Refusal, TooLarge

LARGEST_UPLOAD = 8_000_000  # bytes: a good camera's JPEG
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
BRANDS = (b"avif", b"avis", b"mif1", b"msf1")  # of AVIF; the last two others use as well
MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif")
BODY = {  # of a request with an upload, in the words of OpenAPI
    "requestBody": {
        "required": True,
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in MEDIA_TYPES
        },
    }
}
UNKNOWN = "This is no picture that we can read; send JPEG, PNG, WebP, AVIF or GIF"
UNREADABLE = "This picture cannot be opened; it seems to be damaged"


def require_picture(raw: bytes) -> None:
    """BadInput unless the first bytes are a picture's; TooLarge when there are too many."""
    if refusal := refusal_of(raw):
        raise refusal


def refusal_of(raw: bytes) -> Refusal | None:
    """Return why this is plainly no picture, or too large for one."""
    if len(raw) > LARGEST_UPLOAD:
        return TooLarge(f"A picture may have {LARGEST_UPLOAD // 1_000_000} MB")
    if not raw:
        return BadInput("Send the picture as the body")
    webp = raw[:4] == b"RIFF" and raw[8:12] == b"WEBP"
    avif = raw[4:8] == b"ftyp" and raw[8:12] in BRANDS
    known = webp or avif or raw.startswith(SIGNATURES)
    return None if known else BadInput(UNKNOWN)
