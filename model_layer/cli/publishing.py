"""The command ``publish``."""

from typing import Annotated

import typer

from model_layer.cli import console
from model_layer.cli.options import WEIGHTS, local_folder
from model_layer.store.bucket import Bucket
from model_layer.store.publish import compare, send


def publish(
    target: Annotated[str, typer.Argument(metavar="s3://BUCKET/PREFIX")],
    weights: Annotated[
        str,
        typer.Option(
            "--from", "--weights", envvar="WEIGHTS", metavar="DIR", show_default=False,
            help="Folder with manifest.json.",
        ),
    ] = WEIGHTS,
) -> None:  # fmt: skip
    """Upload the models that changed to a bucket."""
    bucket = Bucket(target)
    publication = compare(local_folder(weights), bucket)
    with console.progress() as bars:
        size = sum(len(upload.data) for upload in publication.uploads)
        bar = bars.add_task(str(bucket), total=size)
        send(publication, bucket, lambda sent: bars.advance(bar, sent))
    for upload in publication.uploads:
        print(f"{upload.name}: {len(upload.data) / 1e6:.1f} MB")
    sent, unchanged = len(publication.uploads), len(publication.unchanged)
    print(f"{bucket}: {sent} files published, {unchanged} unchanged")
