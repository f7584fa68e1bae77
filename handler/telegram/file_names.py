"""Names for the files that the bot sends."""

import re
import unicodedata

from model_layer.effects import Effect, Neon, Strength

_EXTENSIONS = {"JPEG": "jpg", "PNG": "png"}
_MAX_STEM_LENGTH = 45
"""Telegram cuts names off at about 60 characters; suffix and extension need up to 14."""
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def result_name(source_name: str | None, effect: Effect, file_format: str) -> str:
    """Name a result after its source: ``cat.webp`` → ``cat-neon-max.jpg``, ``cat-x2.png``.

    Args:
        source_name: name of the picture as the person sent it, trusted in nothing.
        effect: what was applied.
        file_format: ``JPEG`` or ``PNG``.
    """
    return f"{safe_stem(source_name)}-{_suffix(effect)}.{_EXTENSIONS[file_format]}"


def safe_stem(name: str | None) -> str:
    """Return a file name without folders, extension and characters that fool people or programs.

    Left out are control characters and those that turn the direction of text round; at most
    45 characters remain, and ``photo`` where nothing does.
    """
    base = re.split(r"[/\\]", name or "")[-1]
    stem = re.sub(r"(?<=.)\.\w{1,5}$", "", base)
    stem = "".join(c for c in unicodedata.normalize("NFC", stem) if not _is_invisible(c))
    stem = " ".join(_FORBIDDEN.sub("_", stem).split())
    return stem.strip(" .-")[:_MAX_STEM_LENGTH].rstrip(" .-") or "photo"


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith("C") or category in ("Zl", "Zp")


def _suffix(effect: Effect) -> str:
    if not isinstance(effect, Neon):
        return f"x{effect.scale}"
    return "neon" if effect.strength is Strength.NEON else f"neon-{effect.strength}"
