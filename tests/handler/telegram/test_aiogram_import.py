"""The quick import of aiogram, and the models that come of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from handler.telegram.aiogram_import import put_off_building

ROOT = Path(__file__).parents[3]

# Builds every model and describes it to the last field and type.
DESCRIBE = """
import re
from pydantic import BaseModel
import aiogram.methods, aiogram.types
for module in (aiogram.types, aiogram.methods):
    for name in sorted(module.__all__):
        model = getattr(module, name)
        if isinstance(model, type) and issubclass(model, BaseModel):
            assert model.model_rebuild() is not False, name
            assert model.__pydantic_complete__, name
            fields = str(sorted(model.model_fields.items()))
            print(name, re.sub(" at 0x[0-9a-f]+", "", fields))  # without addresses in memory
"""


def output(program: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return run.stdout


def test_too_late_it_does_nothing() -> None:
    import aiogram  # noqa: F401, PLC0415

    assert not put_off_building()


def test_models_are_built_when_they_are_used() -> None:
    program = """
from handler.telegram.aiogram_import import put_off_building
assert put_off_building()
import handler.app
from aiogram.methods import Response
from aiogram.types import Chat, Message, Update
assert not Chat.__pydantic_complete__
chat = {"id": 1, "type": "private"}
message = {"message_id": 1, "date": 0, "chat": chat, "reply_to_message": None}
update = Update.model_validate({"update_id": 1, "message": message})
assert update.message.chat == Chat(id=1, type="private")
answer = Response[Message].model_validate_json('{"ok": true, "result": %s}'
    % update.message.model_dump_json(exclude_none=True))
assert isinstance(answer.result, Message)
"""
    output(program)


@pytest.mark.slow
def test_models_are_the_same_as_ever() -> None:
    quick = "from handler.telegram.aiogram_import import put_off_building\nput_off_building()\n"
    described = output(quick + DESCRIBE)
    assert len(described.splitlines()) > 300
    assert described == output(DESCRIBE)
