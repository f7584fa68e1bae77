"""Puts the conversation together."""

from aiogram import Dispatcher

from handler.conversation import commands, errors, hints, pictures, presses
from handler.conversation.dependencies import Dependencies
from handler.conversation.language import LanguageMiddleware
from handler.conversation.redeliveries import RedeliveryMiddleware
from handler.jobs.offers import Offers
from handler.jobs.queue import JobQueue
from handler.jobs.results import ResultCache
from handler.settings import Settings
from handler.texts.texts import Texts
from model_layer import ModelStore


def create_dispatcher(
    settings: Settings,
    *,
    texts: Texts,
    queue: JobQueue,
    results: ResultCache,
    store: ModelStore,
    offers: Offers,
) -> Dispatcher:
    """Return the dispatcher that takes the bot's updates.

    It keeps nothing about people: what a press needs, it finds in the update itself.
    """
    dependencies = Dependencies(
        settings=settings, store=store, results=results, queue=queue, offers=offers
    )
    dispatcher = Dispatcher(disable_fsm=True, settings=settings, dependencies=dependencies)
    # Outer ones, so that the handler of errors has their data; after aiogram's own, which find
    # the person.
    dispatcher.update.outer_middleware(LanguageMiddleware(texts))
    dispatcher.update.outer_middleware(RedeliveryMiddleware(results))
    dispatcher.include_routers(
        commands.create_router(),
        pictures.create_router(),
        presses.create_router(),
        hints.create_router(),  # last: it takes what is left
        errors.create_router(),
    )
    return dispatcher
