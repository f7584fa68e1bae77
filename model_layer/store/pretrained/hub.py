"""Files of a repository on the Hugging Face hub, fetched with its own client.

The client keeps what was fetched in its cache (``HF_HOME``), goes on after a broken connection,
and moves a file into place only when it is whole. ``HF_ENDPOINT`` names another hub. No token is
sent: the repositories are public.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import (
    ModelCard,
    constants,
    errors,
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
)
from huggingface_hub.errors import (
    FileMetadataError,
    GatedRepoError,
    HFValidationError,
    LocalEntryNotFoundError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

constants.HF_HUB_DISABLE_TELEMETRY = True  # the client would tell about this machine

SECONDS = 20
"""How long to wait for an answer."""


class HubError(OSError):
    """A file cannot be had from the hub; the text is one line."""


class NoSuchFileError(HubError):
    """The repository is there, the file is not."""


@dataclass(frozen=True)
class Repository:
    """A repository at one moment.

    Args:
        name: as ``eugenesiow/edsr-base``.
        revision: a branch, or a commit to get files that belong together.
    """

    name: str
    revision: str = "main"

    def at_commit(self, file: str) -> "Repository":
        """Return the repository at the commit that the revision means now.

        Args:
            file: one that is in it.

        Raises:
            HubError: that cannot be told.
        """
        with self._explained(file):
            # Asked without repetition: who has no internet is told at once.
            url = hf_hub_url(self.name, file, revision=self.revision, endpoint=_endpoint())
            commit = get_hf_file_metadata(url, token=False, timeout=SECONDS).commit_hash
            if commit is None:
                raise HubError(f"{_hub()} does not answer like the hub")
            return Repository(self.name, commit)

    def fetch(self, file: str, max_bytes: int) -> Path:
        """Return a file, from the cache or the hub.

        Raises:
            NoSuchFileError: there is none.
            HubError: the hub cannot be reached or refuses, or the file is too large.
        """
        with self._explained(file):
            size = self._download(file, dry_run=True).file_size
            if size is None or size > max_bytes:
                shown = "of unknown size" if size is None else f"{size / 1e6:.1f} MB"
                limit = f"{max_bytes / 1e6:.1f} MB"
                raise HubError(f"{self.name}: {file} is {shown}, at most {limit} are taken")
            return Path(self._download(file))

    def licence(self) -> str | None:
        """Return the licence that the model card states, as the hub calls it; None without one.

        Raises:
            HubError: the hub cannot be reached or refuses.
        """
        try:
            card = ModelCard.load(self.fetch("README.md", 1_000_000), ignore_metadata_errors=True)
        except NoSuchFileError:
            return None
        except ValueError as error:
            raise HubError(f"{self.name}: the model card cannot be read") from error
        licence = card.data.to_dict().get("license")
        return licence if isinstance(licence, str) else None

    def _download(self, file: str, **options: Any) -> Any:
        return hf_hub_download(
            self.name, file, revision=self.revision, token=False, etag_timeout=SECONDS,
            endpoint=_endpoint(), **options,
        )  # fmt: skip

    @contextmanager
    def _explained(self, file: str) -> Iterator[None]:
        """Say in one line what the client says in many."""
        try:
            yield
        except GatedRepoError:
            raise HubError(f"{self.name}: its owner has not opened it to everybody") from None
        except RepositoryNotFoundError:
            raise HubError(f"{self.name}: no such repository on {_hub()}") from None
        except RevisionNotFoundError:
            raise HubError(f"{self.name}: no revision {self.revision}") from None
        except RemoteEntryNotFoundError:
            raise NoSuchFileError(f"{self.name}: has no file {file}") from None
        except LocalEntryNotFoundError as error:
            raise HubError(self._why(file, error.__cause__)) from None
        except HFValidationError:
            raise HubError(f"{self.name!r}: not the name of a repository, OWNER/NAME") from None
        except errors.HTTPError as error:  # type: ignore[attr-defined]
            raise HubError(self._why(file, error)) from None
        except OSError as error:
            if isinstance(error, HubError):
                raise
            raise HubError(self._why(file, error)) from None

    def _why(self, file: str, cause: BaseException | None) -> str:
        """Say why a file cannot be had."""
        status = getattr(getattr(cause, "response", None), "status_code", None)
        if status:
            return f"{self.name}: {file}: HTTP {status} from {_hub()}"
        if isinstance(cause, FileMetadataError):
            return f"{_hub()} does not answer like the hub"
        reason = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
        if isinstance(cause, errors.HTTPError):  # type: ignore[attr-defined]
            return f"{_hub()} cannot be reached ({reason}); pull needs the internet"
        return f"{self.name}: {file}: {reason}"


def _endpoint() -> str | None:
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or None


def _hub() -> str:
    return _endpoint() or "https://huggingface.co"
