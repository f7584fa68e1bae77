"""A person in the playground: what they do, and what they see."""

from __future__ import annotations

from collections.abc import Callable

from playground.callbacks import CallbackAnswer
from playground.chats import Chat, HistoryEntry, User
from playground.events import Json
from playground.screen import file_id, find_button, transcript
from playground.sender import Sender
from playground.state import State

Predicate = Callable[[Json], object]


class Person(Sender):
    """A user in one chat: their own with the bot, or a group.

    Made by ``Playground.person``, and by ``Group.member`` for what they do in a group. Messages are
    Telegram's Message objects as plain dicts, snapshots that do not change.
    """

    def __init__(self, state: State, user: User, chat: Chat) -> None:
        super().__init__(state, user, chat)
        # By id(), with the entries themselves so that no id is given to another one.
        self._returned: dict[int, HistoryEntry] = {}

    @property
    def id(self) -> int:
        """The user id, which is the id of the private chat too."""
        return self._user.id

    @property
    def chat_id(self) -> int:
        """The id of the chat, which is another one in a group."""
        return self._chat.id

    @property
    def user(self) -> User:
        """Who the person is, whatever the chat."""
        return self._user

    @property
    def name(self) -> str:
        """The first name."""
        return self._user.name

    @property
    def language(self) -> str:
        """The language code that the bot sees; may be changed."""
        return self._user.language

    @language.setter
    def language(self, code: str) -> None:
        self._user.language = code

    @property
    def messages(self) -> list[Json]:
        """The chat as it is now, oldest message first."""
        return [self._chat.render(message_id) for message_id in self._chat.messages]

    @property
    def history(self) -> list[HistoryEntry]:
        """Everything that happened in the chat, oldest first."""
        return list(self._chat.history)

    async def press(
        self,
        button: str,
        message: Json | None = None,
        timeout: float = 15.0,  # noqa: ASYNC109
    ) -> str | None:
        """Press an inline button and return the text with which the bot answers, if any.

        Args:
            button: its callback data or its label.
            message: the message with the button, as it was seen (so that a keyboard which the
                bot has changed meanwhile can still be hit); by default the newest message that
                has such a button now.
            timeout: seconds to wait for answerCallbackQuery.

        Raises:
            LookupError: there is no such button, or its message was deleted.
            TimeoutError: the bot did not answer.
        """
        return (await self.press_for_answer(button, message, timeout)).text

    async def press_for_answer(
        self,
        button: str,
        message: Json | None = None,
        timeout: float = 15.0,  # noqa: ASYNC109
    ) -> CallbackAnswer:
        """Press an inline button as `press` does; return text and show_alert."""
        found = find_button(self.messages[::-1] if message is None else [message], button)
        if found is None:
            raise LookupError(self._report(f"no button {button!r}"))
        data, message_id = found
        if message_id not in self._chat.messages:
            raise LookupError("the message with the button was deleted")
        query = self._state.callbacks.open(self.chat_id)
        payload = {
            "id": query.id,
            "from": self._user.json(),
            "message": self._chat.render(message_id),
            "chat_instance": str(self.chat_id),
            "data": data,
        }
        self._state.updates.add("callback_query", payload, self.chat_id)

        def answer() -> CallbackAnswer | None:
            return query.answer.result() if query.answer.done() else None

        try:
            return await self._state.events.wait_until(answer, timeout)
        except TimeoutError as error:
            raise TimeoutError(self._report(f"no answer to the button {button!r}")) from error

    async def wait_for(self, predicate: Predicate, timeout: float = 30.0) -> Json:  # noqa: ASYNC109
        """Return the first message of the bot that fulfils the predicate.

        Every state that a message of the bot has had counts, in order and once: what was sent
        and every edit of it, even if it was changed or deleted since (`messages` has the
        present). A state that an earlier call returned is not returned again.

        Raises:
            TimeoutError: none came within `timeout` seconds; its text lists the chat.
        """
        try:
            return await self._state.events.wait_until(lambda: self._take(predicate), timeout)
        except TimeoutError as error:
            raise TimeoutError(self._report("no such message of the bot")) from error

    async def wait_until(
        self,
        condition: Callable[[], object],
        timeout: float = 30.0,  # noqa: ASYNC109
    ) -> None:
        """Wait for something that is asked anew after each event of the playground.

        Raises:
            TimeoutError: it did not come true within `timeout` seconds; its text lists the chat.
        """
        try:
            await self._state.events.wait_until(lambda: bool(condition()) or None, timeout)
        except TimeoutError as error:
            raise TimeoutError(self._report("the condition did not come true")) from error

    async def download(self, message: Json) -> bytes:
        """Return the document of a message, or its photo in the largest size.

        Raises:
            LookupError: the message has no file, or the file was dropped.
        """
        wanted = file_id(message)
        file = self._state.files.get(wanted) if wanted else None
        if file is None:
            raise LookupError("the message has no file, or it is not kept any more")
        return file.data

    def _take(self, predicate: Predicate) -> Json | None:
        for entry in self._chat.history:
            if entry.kind not in {"message", "edited"} or id(entry) in self._returned:
                continue
            if entry.payload["from"]["is_bot"] and predicate(entry.payload):
                self._returned[id(entry)] = entry
                message: Json = entry.payload
                return message
        return None

    def _report(self, problem: str) -> str:
        return f"{problem}; {transcript(self.name, self.messages)}"
