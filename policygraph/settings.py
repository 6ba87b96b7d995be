"""Settings: from the command line, ``POLICYGRAPH_*`` variables, ``.env`` and ``policygraph.toml``, in that order.

``policygraph config`` prints each with its value and where that comes from.
"""

import os
import re
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SourceError

from embeddings.counsel import Counsel
from embeddings.encoder import ENDPOINT_TIMEOUT_S, FORMS, Backend, Encoder, open_encoder
from embeddings.opinion import CONCURRENCY, Adviser, open_adviser
from embeddings.opinion import FORMS as ADVISERS
from embeddings.scoring import Scoring, read_scoring, shipped_scoring
from graph.asked import MOST_BYTES, MOST_MEMORY_MB, MOST_ROWS, MOST_SECONDS
from graph.errors import SettingsError
from graph.store import READ_TIMEOUT_S, Store, open_store
from policygraph.scopes import Scope
from policygraph.words import Language

PREFIX: Final = "POLICYGRAPH_"
FILE: Final = "policygraph.toml"
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](:[0-9]{1,5})?")


def default_vector_cache() -> str:
    """``policygraph/vectors.sqlite`` in the user's cache folder; empty for a user who has no home."""
    folder = os.environ.get("XDG_CACHE_HOME", "")
    try:
        cache = Path(folder) if Path(folder).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return ""
    return str(cache / "policygraph" / "vectors.sqlite")


def _ordered(band: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= band[0] <= band[1] <= 1:
        raise PydanticCustomError("range", "this is no range: two numbers from 0 to 1, the lower one first")
    return band


def _networks(texts: list[str]) -> list[str]:
    for text in texts:
        try:
            ip_network(text)
        except ValueError as error:
            raise PydanticCustomError(
                "network", "{text} is no address and no range such as 10.2.0.0/16", {"text": text}
            ) from error
    return texts


def _origins(texts: list[str]) -> list[str]:
    for text in texts:
        if text != "*" and not _ORIGIN.fullmatch(text):
            raise PydanticCustomError(
                "origin", "{text} is no origin such as https://plans.example", {"text": text}
            )
    return texts


def default_scoring_folder() -> str:
    """``policygraph/scoring`` in the user's data folder; empty for a user who has no home."""
    folder = os.environ.get("XDG_DATA_HOME", "")
    try:
        data = Path(folder) if Path(folder).is_absolute() else Path.home() / ".local" / "share"
    except RuntimeError:
        return ""
    return str(data / "policygraph" / "scoring")


def default_upload_folder() -> str:
    """``policygraph/uploads`` in the user's data folder, or, without a home, in that of temporary files."""
    scoring = default_scoring_folder()
    return str((Path(scoring).parent if scoring else Path(tempfile.gettempdir()) / "policygraph") / "uploads")


class Settings(BaseSettings):
    """Everything that can be set. The description of each field is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", toml_file=FILE, extra="ignore", env_nested_delimiter="__"
    )

    store: str = Field("policygraph.kgl", description="Where the graph is: a file, or neo4j://HOST:7687")
    store_user: str = Field("neo4j", description="User name on a Neo4j server")
    store_password: SecretStr = Field(SecretStr(""), description="Password on a Neo4j server")
    store_database: str = Field("neo4j", description="Database on a Neo4j server")
    encoder: str = Field("policy-zh", description=FORMS)
    device: str = Field(
        "", description="Device of a sentence-transformers model; empty: chosen by the library"
    )
    backend: Backend = Field(
        "torch",
        description="torch, or onnx where a sentence-transformers model's folder holds onnx/model.onnx",
    )
    batch_size: int = Field(
        32, ge=1, le=4096, description="Texts a step of a model, or a request to a server"
    )
    local_files_only: bool = Field(False, description="Never ask a model hub")
    prompt: str = Field("", description="Text put before each text that a model encodes")
    endpoint_key: SecretStr = Field(
        SecretStr(""),
        description="Key for the server of openai:MODEL@URL; empty: OPENAI_API_KEY, for https and this machine",
    )
    endpoint_timeout: float = Field(
        ENDPOINT_TIMEOUT_S,
        gt=0,
        le=3600,
        description="Seconds without a sign of life from that server, or the adviser's",
    )
    vector_cache: str = Field(
        default_factory=default_vector_cache,
        examples=["~/.cache/policygraph/vectors.sqlite"],
        description="File that keeps the vectors of models, so that each text is encoded once; empty: none",
    )
    thresholds: dict[str, float] = Field(
        default_factory=dict, description="Thresholds instead of the scoring's own, by name"
    )
    scoring_folder: str = Field(
        default_factory=default_scoring_folder,
        examples=["~/.local/share/policygraph/scoring"],
        description="Folder of what policygraph calibrate fits, one file an encoder; empty: none",
    )
    adviser: str = Field(
        "", description=f"Who gives second opinions on uncertain links: {ADVISERS}; empty: nobody"
    )
    adviser_key: SecretStr = Field(
        SecretStr(""),
        description="Key for the adviser's server; empty: OPENAI_API_KEY, for https and this machine",
    )
    adviser_band: Annotated[tuple[float, float], AfterValidator(_ordered)] = Field(
        (0.35, 0.75),
        examples=["[0.35, 0.75]"],
        description="Confidence from which and up to which a link is uncertain",
    )
    adviser_most: int = Field(
        500, ge=1, le=1_000_000, description="Questions that an adviser is asked in one run, at most"
    )
    adviser_concurrency: int = Field(
        CONCURRENCY, ge=1, le=64, description="Questions that the adviser's server is asked at a time"
    )
    host: str = Field("127.0.0.1", description="Address that the service listens on")
    port: int = Field(8000, ge=0, le=65535, description="Port that the service listens on")
    writes: bool = Field(
        True, description="Whether the service takes decisions and plans; off: it only answers, whoever asks"
    )
    keys_file: str = Field(
        "",
        description="File of API keys (policygraph keys add); empty: none, then the service is for this machine alone",
    )
    proxy_user_header: str = Field(
        "", description="Header in which a trusted proxy names the user, such as X-Remote-User; empty: none"
    )
    trusted_proxies: Annotated[list[str], AfterValidator(_networks)] = Field(
        default_factory=list,
        description='Addresses or ranges of the proxies whose headers count, such as ["10.1.2.3", "10.2.0.0/16"]',
    )
    proxy_scopes_header: str = Field(
        "", description="Header in which that proxy lists the scopes of the user; empty: none"
    )
    proxy_scopes: list[Scope] = Field(
        ["read"],
        examples=['["read"]'],
        description="Scopes of a proxy's user where that header says none: read, review, ingest, admin",
    )
    upload_folder: str = Field(
        default_factory=default_upload_folder,
        examples=["~/.local/share/policygraph/uploads"],
        description="Folder where uploaded plans and the records of jobs are kept; one service each",
    )
    upload_mb: int = Field(64, ge=1, le=4096, description="Size in MiB of one upload, all its files together")
    upload_files: int = Field(100, ge=1, le=1000, description="Files of one upload")
    upload_hours: float = Field(
        24, gt=0, le=8760, description="Hours that an upload waits to be confirmed before it is thrown away"
    )
    rate_limit: int = Field(
        600,
        ge=0,
        le=1_000_000,
        description="Requests a minute of one key, person or address; 0: no limit; none either for this machine without keys",
    )
    cors_origins: Annotated[list[str], AfterValidator(_origins)] = Field(
        default_factory=list,
        description='Other sites whose pages may ask with a key, such as ["https://plans.example"]; "*": all',
    )
    query_timeout: float = Field(
        READ_TIMEOUT_S, gt=0, le=3600, description="Seconds that one reading query may take"
    )
    answer_cache_mb: int = Field(
        64,
        ge=0,
        le=100_000,
        description="Memory in MB for answers of the service that are kept while the graph is the same",
    )
    look_every: float = Field(
        5.0,
        ge=0,
        le=3600,
        description="Seconds after which the service looks for what other processes wrote, to compute the first page ahead; 0: never",
    )
    cypher: bool = Field(True, description="Whether the service answers free Cypher (POST /api/v1/cypher)")
    cypher_rows: int = Field(
        MOST_ROWS,
        ge=1,
        le=1_000_000,
        description="Rows that free Cypher may return; further ones are cut off",
    )
    cypher_timeout: float = Field(
        MOST_SECONDS, gt=0, le=3600, description="Seconds that a statement of free Cypher may take"
    )
    cypher_answer_kb: int = Field(
        MOST_BYTES // 1000,
        ge=1,
        le=1_000_000,
        description="Size of its answer as JSON, in KB; further rows are cut off",
    )
    cypher_memory_mb: int = Field(
        MOST_MEMORY_MB,
        ge=16,
        le=1_000_000,
        description="Memory in MB that it may take on the embedded store, beside the graph; a server has its own limit",
    )
    cypher_concurrency: int = Field(
        2,
        ge=1,
        le=64,
        description="Statements of free Cypher that the service runs at a time; others get 503",
    )
    audit_log: str = Field(
        "",
        description="File of who did what, a JSON object a line: sign-ins, decisions, plans, keys, free Cypher; empty: none",
    )
    lang: Language = Field("zh", description="Language of tables and pages: zh or en")
    reviewer: str = Field(
        "", description="Who decides, as the log of decisions names them; empty: the name of the user"
    )
    page_size: int = Field(100, ge=1, le=1000, description="Rows of a page where the request names no limit")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls)

    def open_store(self, *, read_only: bool = False) -> Store:
        """Open the store that these settings name."""
        return open_store(
            self.store,
            user=self.store_user,
            password=self.store_password.get_secret_value(),
            database=self.store_database,
            read_only=read_only,
            timeout=self.query_timeout,
        )

    def open_encoder(self) -> Encoder:
        """The encoder that these settings name."""
        return open_encoder(
            self.encoder,
            device=self.device,
            batch_size=self.batch_size,
            local_files_only=self.local_files_only,
            prompt=self.prompt,
            backend=self.backend,
            endpoint_key=self.endpoint_key.get_secret_value(),
            endpoint_timeout=self.endpoint_timeout,
            cache=Path(self.vector_cache) if self.vector_cache else None,
        )

    def open_adviser(self) -> Adviser | None:
        """The adviser that these settings name, or None where they name none."""
        if not self.adviser:
            return None
        return open_adviser(
            self.adviser,
            device=self.device,
            batch_size=self.batch_size,
            local_files_only=self.local_files_only,
            key=self.adviser_key.get_secret_value(),
            timeout=self.endpoint_timeout,
            concurrency=self.adviser_concurrency,
        )

    @contextmanager
    def counsel(self) -> Iterator[Counsel | None]:
        """The adviser that these settings name, with when to ask it; closed at the end."""
        adviser = self.open_adviser()
        if adviser is None:
            yield None
            return
        try:
            yield Counsel(adviser, *self.adviser_band, self.adviser_most)
        finally:
            adviser.close()

    def scoring_file(self, encoder: Encoder) -> Path:
        """Where the scoring that was calibrated for ``encoder`` is kept."""
        return Path(self.scoring_folder).expanduser() / f"{encoder.fingerprint}.json"

    def open_scoring(self, encoder: Encoder) -> Scoring:
        """The scoring calibrated for ``encoder``, else the one that ships, with the thresholds that are set here."""
        own = self.scoring_file(encoder) if self.scoring_folder else None
        found = read_scoring(own) if own is not None and own.is_file() else shipped_scoring()
        return found.changed(self.thresholds)


def load_settings(**given: Any) -> Settings:
    """Settings with ``given`` on top (None means not given).

    Raises:
        SettingsError: a value is not valid; names the setting and its origin.
    """
    explicit = {k: v for k, v in given.items() if v is not None}
    try:
        if unknown := sorted(set(_from_file()) - set(Settings.model_fields)):
            raise SettingsError(
                f"there is no setting {unknown[0]!r}",
                where=FILE,
                remedy="policygraph config lists all settings.",
            )
        return Settings(**explicit)
    except (UnicodeDecodeError, SourceError) as error:
        raise SettingsError(
            f"the settings cannot be read ({error})",
            where=f"{FILE}, .env or {PREFIX}… variables",
            remedy="Files must be UTF-8, structured values JSON.",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        raise SettingsError(
            f"{name}: {first['msg']}",
            where=origin(name, explicit),
            remedy="policygraph config lists all settings.",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"this is not valid TOML: {error}", where=FILE) from error


def origin(name: str, given: dict[str, Any]) -> str:
    """Where the value of setting ``name`` comes from, in words."""
    if given.get(name) is not None:
        return "command line"
    variable = PREFIX + name.upper()
    if _sets(variable, os.environ):
        return f"environment {variable}"
    if _sets(variable, dotenv_values(".env")):
        return ".env"
    return FILE if name in _from_file() else "default"


def _sets(variable: str, names: Iterable[str]) -> bool:
    return any(name.upper() == variable or name.upper().startswith(f"{variable}__") for name in names)


def _from_file() -> dict[str, Any]:
    file = Path(FILE)
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
