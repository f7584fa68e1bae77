"""The options that say where weights go, and what is said when they are there. Without torch."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model_layer.cli import outputs
from model_layer.cli.options import WEIGHTS
from model_layer.store.manifest import Model

if TYPE_CHECKING:
    from model_layer.store.install import InstallTarget


@dataclass(frozen=True)
class InstallOptions:
    """Where weights go, and how."""

    into: Annotated[
        Path,
        typer.Option(
            "--into", "--weights", envvar="WEIGHTS", parser=outputs.folder, metavar="DIR",
            help="Folder with manifest.json, made if missing.", show_default=False,
        ),
    ] = Path(WEIGHTS)  # fmt: skip
    half: Annotated[bool, typer.Option("--half", help="Store in half precision.")] = False
    default: Annotated[
        bool,
        typer.Option("--default", help="Use it from now on, instead of the default there is."),
    ] = False
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of a model of the same name.")
    ] = False

    def target(self) -> "InstallTarget":
        """Return what the options ask for."""
        from model_layer.store.install import InstallTarget  # noqa: PLC0415

        return InstallTarget(self.into, self.half, self.default, self.replace)


def installed(model: Model, target: "InstallTarget") -> str:
    """Say what was written, and which model the effect uses now; two lines."""
    default = target.default_for(model)
    stays = "" if default == model.name else "; --default would make it this one"
    return (
        f"{model.name}: {model.file}, {model.bytes / 1e6:.1f} MB, SHA-256 {model.sha256}\n"
        f"  default for {model.purpose}: {default}{stays}"
    )
