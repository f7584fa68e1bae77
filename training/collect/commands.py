"""The command ``collect``. What it needs is imported when it runs."""

import argparse
import asyncio
import os
from typing import TYPE_CHECKING

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from model_layer.cli import outputs

if TYPE_CHECKING:
    from training.collect.collection import Collection
    from training.collect.gather import Tally, Wish

KEY = "FLICKR_API_KEY"
ADDRESS = "FLICKR_API_URL"


def add_collect(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``collect``."""
    parser.add_argument("-o", "--output", type=outputs.folder, required=True, metavar="DIR",
                        help="folder to fill; an unfinished one is gone on with")  # fmt: skip
    parser.add_argument("--count", type=_positive, required=True, metavar="N",
                        help="pictures that are to be in the folder in the end")  # fmt: skip
    for kind, value, what in (
        ("text", "WORDS", "search titles, descriptions and tags"),
        ("tag", "TAG[,TAG]", "search tags; of several, a photo has all"),
        ("group", "GROUP", "go through a group's pool: its id, name or address"),
    ):
        parser.add_argument(f"--{kind}", action="append", default=[], metavar=value,
                            help=f"{what}; may be repeated")  # fmt: skip
    parser.add_argument("--smallest", type=_positive, default=256, metavar="PIXELS",
                        help="skip pictures with a shorter short side (default: 256)")  # fmt: skip
    parser.add_argument("--short-side", type=_positive, default=768, metavar="PIXELS",
                        help="fetch the smallest file with so many (default: 768)")  # fmt: skip
    parser.add_argument("--any-licence", action="store_true",
                        help="also take pictures that are not free to use")  # fmt: skip
    parser.add_argument("--rate", type=_rate, default=1.0, metavar="R",
                        help="requests per second (default: 1)")  # fmt: skip
    parser.set_defaults(run=collect)


def collect(options: argparse.Namespace) -> int:
    """``collect -o DIR --count N --text WORDS…``."""
    from training.collect.collection import Collection  # noqa: PLC0415
    from training.collect.gather import Tally  # noqa: PLC0415

    key = os.environ.get(KEY, "").strip()
    if not key:
        raise ValueError(f"{KEY} is not set; get a key at https://www.flickr.com/services/apps/")
    wish = _wish(options)
    collection, tally = Collection(options.output), Tally()
    try:
        asyncio.run(_gather(key, options.rate, collection, wish, tally))
    finally:  # also after Ctrl-C
        print(f"{collection.folder}: {len(collection)} pictures, {tally.added} of them new")
        for reason, number in tally.skipped.most_common():
            print(f"skipped {number}: {reason}")
    if len(collection) < wish.count:
        print("Flickr has no more that fit")
    return 0


def _wish(options: argparse.Namespace) -> "Wish":
    from training.collect.flickr import Query  # noqa: PLC0415
    from training.collect.gather import Wish  # noqa: PLC0415

    queries = (
        *(Query("text", value) for value in options.text),
        *(Query("tag", value) for value in options.tag),
        *(Query("group", value) for value in options.group),
    )
    if not queries:
        raise ValueError("say what to look for: --text, --tag or --group")
    return Wish(
        queries=queries,
        count=options.count,
        short_side=options.short_side,
        smallest=options.smallest,
        any_licence=options.any_licence,
    )


async def _gather(
    key: str, rate: float, collection: "Collection", wish: "Wish", tally: "Tally"
) -> None:
    import aiohttp  # noqa: PLC0415

    from training.collect import flickr  # noqa: PLC0415
    from training.collect.gather import Gatherer  # noqa: PLC0415
    from training.collect.polite import PoliteClient  # noqa: PLC0415

    address = os.environ.get(ADDRESS, flickr.ADDRESS)
    there = min(len(collection), wish.count)
    with (
        logging_redirect_tqdm(),
        tqdm(total=wish.count, initial=there, disable=None, unit=" pictures") as bar,
    ):
        # trust_env: a proxy named in the environment is used.
        async with aiohttp.ClientSession(trust_env=True) as session:
            client = PoliteClient(session, rate)
            api = flickr.Flickr(client, key, address)
            await Gatherer(client, api, collection, tally, bar.update).run(wish)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return rate
