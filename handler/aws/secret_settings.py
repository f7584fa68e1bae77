"""Settings that are read from AWS, where the environment names a secret's ARN."""

from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from handler.aws.cloud_error import CloudError
from handler.aws.secrets import read_secret

SECRETS: Final = ("bot_token", "webhook_secret")
"""Settings that may be given as ``…_arn`` instead."""


class SecretSettings(PydanticBaseSettingsSource):
    """Reads the secrets whose ARNs the sources before this one have found."""

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002  # every secret is read in the same way
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """Return the secret, if it is given by its ARN; raises CloudError as the call does."""
        arn = self.current_state.get(f"{field_name}_arn")
        if not arn:
            return None, field_name, False
        if self.current_state.get(field_name):
            name = field_name.upper()
            raise CloudError(f"{name} and {name}_ARN are both set; one of them is enough")
        return read_secret(str(arn)), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the secrets.

        Raises:
            CloudError: one cannot be read, or is given twice.
        """
        fields = self.settings_cls.model_fields
        found = {name: self.get_field_value(fields[name], name)[0] for name in SECRETS}
        return {name: value for name, value in found.items() if value is not None}
