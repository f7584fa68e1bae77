"""What the conversation works with."""

from dataclasses import dataclass

from handler.conversation.quotas import Quotas
from handler.jobs.memory import Memory
from handler.jobs.offers import Offers
from handler.jobs.open_jobs import OpenJobs
from handler.jobs.queue import JobQueue
from handler.jobs.results import ResultCache
from handler.settings import Settings
from model_layer import ModelStore


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What a press needs to become a result."""

    settings: Settings
    store: ModelStore
    results: ResultCache
    memory: Memory
    queue: JobQueue
    offers: Offers
    open_jobs: OpenJobs
    quotas: Quotas
