"""Messages that are neither text, photo nor document: what else a person may send to a bot."""

from __future__ import annotations

from playground.events import Json
from playground.files import FileStore

# Fields beside the file's own, with values such as a short recording has.
MEDIA: dict[str, Json] = {
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    },
    "voice": {"duration": 3, "mime_type": "audio/ogg"},
    "video": {"duration": 3, "width": 640, "height": 360, "mime_type": "video/mp4"},
    "animation": {"duration": 3, "width": 320, "height": 240, "mime_type": "video/mp4"},
    "audio": {"duration": 3, "mime_type": "audio/mpeg"},
    "video_note": {"duration": 3, "length": 240},
}
PLAIN: dict[str, Json] = {
    "location": {"latitude": 35.6595, "longitude": 139.7005},
    "contact": {"phone_number": "+10000000000", "first_name": "Somebody"},
    "dice": {"emoji": "🎲", "value": 4},
}
KINDS = frozenset(MEDIA) | frozenset(PLAIN)


def other_content(files: FileStore, kind: str, data: bytes, file_name: str | None) -> Json:
    """Return the content of such a message; a file is kept as it is, without a look inside.

    Raises:
        ValueError: no message is of this kind.
    """
    if kind in PLAIN:
        return {kind: dict(PLAIN[kind])}
    if kind not in MEDIA:
        raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
    file = files.add(kind, data or kind.encode(), file_name, MEDIA[kind].get("mime_type"))
    content: Json = {kind: {**MEDIA[kind], **file.reference()}}
    if kind == "animation":
        # Telegram sets both, for bots that are older than animations.
        content["document"] = {"mime_type": file.mime_type, **file.reference()}
    return content
