"""The command ``collect``. What it needs is imported when it runs."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from model_layer.cli import outputs

if TYPE_CHECKING:
    from training.collect.collection import Collection
    from training.collect.gather import Tally, Wish

KEY = "FLICKR_API_KEY"
ADDRESS = "FLICKR_API_URL"


Searches = list[str] | None


def collect(
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", parser=outputs.folder, metavar="DIR",
            help="Folder to fill; an unfinished one is gone on with.",
        ),
    ],
    count: Annotated[
        int, typer.Option(min=1, help="Pictures that are to be in the folder in the end.")
    ],
    text: Annotated[
        Searches,
        typer.Option(
            metavar="WORDS", help="Search titles, descriptions and tags; may be repeated."
        ),
    ] = None,
    tag: Annotated[
        Searches,
        typer.Option(
            metavar="TAG[,TAG]", help="Search tags; of several, a photo has all; may be repeated."
        ),
    ] = None,
    group: Annotated[
        Searches,
        typer.Option(help="A group's pool: its id, name or address; may be repeated."),
    ] = None,
    smallest: Annotated[
        int, typer.Option(min=1, help="Skip pictures with a shorter short side, pixels.")
    ] = 256,
    short_side: Annotated[
        int, typer.Option(min=1, help="Fetch the smallest file with so many pixels.")
    ] = 768,
    any_licence: Annotated[
        bool, typer.Option("--any-licence", help="Also take pictures that are not free to use.")
    ] = False,
    rate: Annotated[float, typer.Option(help="Requests per second.")] = 1.0,
) -> None:  # fmt: skip
    """Gather pictures for training from Flickr."""
    from training.collect.collection import Collection  # noqa: PLC0415
    from training.collect.flickr import Query  # noqa: PLC0415
    from training.collect.gather import Tally, Wish  # noqa: PLC0415

    if not 0 < rate < float("inf"):
        raise ValueError("--rate is to be a positive number")
    key = os.environ.get(KEY, "").strip()
    if not key:
        raise ValueError(f"{KEY} is not set; get a key at https://www.flickr.com/services/apps/")
    queries = (
        *(Query("text", value) for value in text or ()),
        *(Query("tag", value) for value in tag or ()),
        *(Query("group", value) for value in group or ()),
    )
    if not queries:
        raise ValueError("say what to look for: --text, --tag or --group")
    wish = Wish(
        queries=queries, count=count, short_side=short_side, smallest=smallest,
        any_licence=any_licence,
    )  # fmt: skip
    collection, tally = Collection(output), Tally()
    try:
        asyncio.run(_gather(key, rate, collection, wish, tally))
    finally:  # also after Ctrl-C
        print(f"{collection.folder}: {len(collection)} pictures, {tally.added} of them new")
        for reason, number in tally.skipped.most_common():
            print(f"skipped {number}: {reason}")
    if len(collection) < wish.count:
        print("Flickr has no more that fit")


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
