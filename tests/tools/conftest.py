"""The databases that measurements run on."""

from tests.databases import postgres  # noqa: F401
from tests.storage.conftest import database_url, store  # noqa: F401
