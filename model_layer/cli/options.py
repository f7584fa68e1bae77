"""Options of commands: the fields of dataclasses, each typed once, with its help beside it."""

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, get_origin, get_type_hints

import typer

from model_layer.store.bucket import SCHEME

WEIGHTS = str(Path(__file__).parents[2] / "weights")

Weights = Annotated[
    str,
    typer.Option(
        envvar="WEIGHTS",
        metavar="PLACE",
        help="Folder with manifest.json, or s3://BUCKET/PREFIX.",
        show_default=False,
    ),
]


def setting(default: Any, help: str) -> Any:  # noqa: A002  # as typer.Option calls it
    """A field of a dataclass that is an option of a command; see :func:`with_settings`."""
    return dataclasses.field(default=default, metadata={"help": help})


def local_folder(weights: str) -> Path:
    """Return the folder of weights on this machine.

    Raises:
        ValueError: the place is a bucket.
    """
    if weights.startswith(SCHEME):
        raise ValueError(f"{weights}: name a folder; publish puts it into a bucket")
    return Path(weights)


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command's parameters that are dataclasses be options, one for each field.

    A field is an option if it is a :func:`setting`, or if its type is annotated by
    ``typer.Option``; others keep their defaults.
    """
    signature = inspect.signature(command, eval_str=True)
    settings: dict[str, Any] = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if dataclasses.is_dataclass(parameter.annotation)
    }
    own = [p for name, p in signature.parameters.items() if name not in settings]
    options = {name: list(_options(kind)) for name, kind in settings.items()}

    def run(**given: Any) -> Any:
        for name, kind in settings.items():
            given[name] = kind(**{option.name: given.pop(option.name) for option in options[name]})
        return command(**given)

    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
    parameters += [option for those in options.values() for option in those]
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return run


def _options(settings: Any) -> Iterator[inspect.Parameter]:
    types = get_type_hints(settings, include_extras=True)
    for field in dataclasses.fields(settings):
        kind = types[field.name]
        if get_origin(kind) is not Annotated:
            if "help" not in field.metadata:
                continue
            names = [f"--{field.name.replace('_', '-')}"] if kind is bool else []
            option = typer.Option(
                *names, help=_sentence(field.metadata["help"]), rich_help_panel="Settings"
            )
            kind = Annotated[kind, option]
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        yield inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if default is dataclasses.MISSING else default,
            annotation=kind,
        )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
