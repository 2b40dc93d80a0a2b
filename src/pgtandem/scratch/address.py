"""Where a server is, and the URLs of its databases."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from pgtandem.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server on which throwaway databases can be made.

    `url` is a libpq URI of a role that may create databases (a superuser on the servers that we start), on the
    maintenance database; it holds no password. `version` is `server_version_num`. The names of all databases that are
    made through this value start with `prefix`. `is_ours` says that we started it, with settings that risk its data.
    """

    url: str
    version: int
    prefix: str = "scratch"
    is_ours: bool = True

    @property
    def major(self) -> int:
        """The major version, such as 18."""
        return self.version // 10_000


def socket_url(*, folder: str, user: str, database: str, port: int = 5432) -> str:
    """The URI of a database that is reached through the Unix socket in this folder."""
    # The port is a part of the socket's name, and PGPORT would change it if it were left out.
    return url_of({"user": user, "dbname": database, "host": folder, "port": str(port)})


def url_of(parameters: dict[str, str]) -> str:
    """The URI that says the same as these libpq connection parameters."""
    rest = {name: value for name, value in parameters.items() if name not in {"user", "dbname"}}
    user, database = (quote(parameters.get(name, ""), safe="") for name in ("user", "dbname"))
    query = urlencode(rest, quote_via=quote, safe="")
    return f"postgresql://{user}{'@' if user else ''}/{database}{'?' if query else ''}{query}"


def parameters_of(url: str) -> dict[str, str]:
    """The libpq connection parameters of a URI, or of a string of `name=value` pairs. Raises UsageError."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:
        # The driver's message quotes the part that it does not understand, which may be the password.
        raise UsageError(
            "a server's address cannot be understood: expected postgresql://user:password@host:port/database, with "
            "any of the characters @ : / % ? # inside the parts written as %40 %3A %2F %25 %3F %23."
        ) from None


def with_parameters(url: str, **changed: str | int | None) -> str:
    """The same URI with other libpq parameters (`dbname`, `user`, ...); None takes one away."""
    parameters = parameters_of(url) | {name: str(value) for name, value in changed.items()}
    return url_of({name: value for name, value in parameters.items() if changed.get(name, "") is not None})


_NOT_SHOWN = (
    "password passfile sslpassword application_name "
    "keepalives_idle keepalives_interval keepalives_count tcp_user_timeout"
).split()


def without_password(url: str) -> str:
    """The same URI, fit to be shown: without secrets, and without what does not say where it leads."""
    return with_parameters(url, **dict.fromkeys(_NOT_SHOWN))
