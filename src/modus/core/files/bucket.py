"""Files on storage that speaks the protocol of S3; loaded only where a bucket is set, for it needs the extra `s3`."""

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

# A storage that does not answer must not hold a page for minutes.
PATIENCE = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"max_attempts": 3, "mode": "standard"},
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class BucketStorage(S3Storage):
    """Files in a bucket. Nobody gets its address: they are fetched by us and go through the file door."""

    faults: tuple[type[Exception], ...] = (OSError, Boto3Error, BotoCoreError, ClientError)

    def get_default_settings(self) -> dict[str, object]:
        own = {"client_config": PATIENCE, "default_acl": None, "file_overwrite": True, "max_memory_size": 30_000_000}
        return {**super().get_default_settings(), **own}

    def url(self, name: str, **unused: object) -> str:
        raise NotImplementedError("Files are read through the file door only.")
