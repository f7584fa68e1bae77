"""Puts the conversation together."""

from aiogram import Dispatcher

from handler.conversation import (
    albums,
    borrowed_light,
    cancelling,
    commands,
    errors,
    hints,
    links,
    pictures,
    presses,
    privacy,
    settings_menu,
    start,
    stats,
    words,
)
from handler.conversation.access import AccessMiddleware
from handler.conversation.dependencies import Dependencies
from handler.conversation.language import LanguageMiddleware
from handler.conversation.ownership import OwnershipMiddleware
from handler.conversation.quotas import Quotas
from handler.conversation.redeliveries import RedeliveryMiddleware
from handler.jobs.counters import Counters
from handler.jobs.memory import Memory
from handler.jobs.offers import Offers
from handler.jobs.open_jobs import OpenJobs
from handler.jobs.queue import JobQueue
from handler.jobs.results import ResultCache
from handler.settings import Settings
from handler.texts.texts import Texts
from handler.texts.vocabulary import Vocabulary
from model_layer import ModelStore


def create_dispatcher(
    settings: Settings,
    *,
    texts: Texts,
    queue: JobQueue,
    open_jobs: OpenJobs,
    results: ResultCache,
    counters: Counters,
    memory: Memory,
    store: ModelStore,
    offers: Offers,
) -> Dispatcher:
    """Return the dispatcher that takes the bot's updates.

    It keeps nothing about people: what a press needs, it finds in the update itself, and what is
    to be remembered goes into ``memory``.
    """
    dependencies = Dependencies(
        settings=settings,
        store=store,
        results=results,
        memory=memory,
        queue=queue,
        offers=offers,
        open_jobs=open_jobs,
        quotas=Quotas(counters, settings),
    )
    dispatcher = Dispatcher(
        disable_fsm=True,
        settings=settings,
        dependencies=dependencies,
        vocabulary=Vocabulary(texts),
    )
    # Outer ones, so that the handler of errors has their data; after aiogram's own, which find
    # the person.
    dispatcher.update.outer_middleware(LanguageMiddleware(texts, memory))
    dispatcher.update.outer_middleware(RedeliveryMiddleware(results))
    dispatcher.update.outer_middleware(AccessMiddleware(settings))
    dispatcher.callback_query.outer_middleware(OwnershipMiddleware())
    dispatcher.include_routers(
        start.create_router(),
        commands.create_router(settings),
        settings_menu.create_router(),
        privacy.create_router(),
        stats.create_router(settings),
        words.create_router(),
        links.create_router(),
        borrowed_light.create_router(),
        albums.create_router(),
        pictures.create_router(),
        cancelling.create_router(),
        presses.create_router(),
        hints.create_router(),  # last: it takes what is left
        errors.create_router(),
    )
    return dispatcher
