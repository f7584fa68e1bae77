"""Makes importing aiogram quick, by building its models when they are first used.

aiogram describes Telegram in some hundred Pydantic models that refer to each other, and builds
the validators of every one of them while it is imported: seconds, of which a bot that answers one
update needs a fraction. Imported before aiogram, this module puts the building off. What is built
is the same, since Pydantic finishes an unfinished model by itself when it is used; here it only
learns where to look for the names of the others.
"""

import importlib
import sys
from typing import Any

from pydantic import BaseModel


def put_off_building() -> bool:
    """Import aiogram without building its models.

    Returns:
        Whether that was done: False when aiogram is imported already.
    """
    if "aiogram" in sys.modules:
        return False
    build = BaseModel.__dict__["model_rebuild"].__func__
    names: dict[str, Any] = {}

    def note(_: type[BaseModel], /, *, _types_namespace: Any = None, **__: Any) -> None:
        names.update(_types_namespace or {})

    def build_now(cls: type[BaseModel], /, **options: Any) -> bool | None:
        options["_types_namespace"] = {**names, **(options.get("_types_namespace") or {})}
        result: bool | None = build(cls, **options)
        return result

    BaseModel.model_rebuild = classmethod(note)  # type: ignore[assignment,method-assign]
    try:
        importlib.import_module("aiogram.types")
    finally:
        BaseModel.model_rebuild = classmethod(build)  # type: ignore[assignment,method-assign]
    from aiogram.client.context_controller import BotContextController  # noqa: PLC0415
    from aiogram.methods import Response  # noqa: PLC0415

    for model in (BotContextController, Response):  # all types and methods; answers
        model.model_rebuild = classmethod(build_now)  # type: ignore[assignment,method-assign]
    return True
