"""The commands of ``policygraph keys``: who may ask the service."""

from typing import Annotated

import typer

from graph.errors import InputError, SettingsError
from policygraph import render
from policygraph.cli_common import JsonOption, LangOption, Output, asker, audited, output
from policygraph.keys import KeyFile
from policygraph.scopes import SCOPES, Scope
from policygraph.words import word

commands = typer.Typer(
    name="keys",
    help="服务的密钥：生成、列出、撤销。 Keys of the service: make, list, revoke.",
    no_args_is_help=True,
)

FileOption = Annotated[
    str | None,
    typer.Option("--keys-file", help="密钥文件；默认为设置 keys_file · Instead of the setting keys_file"),
]
ScopeOption = Annotated[
    list[str],
    typer.Option(
        "--scope",
        metavar="SCOPE",
        help="权限，可重复：read 查看，review 复核，ingest 导入计划，admin 全部 · Repeatable: read, review, ingest, admin for all",
    ),
]


@commands.command("add")
def add(
    name: Annotated[
        str,
        typer.Argument(help="使用者姓名或工具名称，记入决定记录 · Person or tool, as decisions name them"),
    ],
    scope: ScopeOption,
    expires: Annotated[
        str, typer.Option("--expires", metavar="DAY", help="最后有效日，如 2027-01-01 · Its last day")
    ] = "",
    replaces: Annotated[
        bool,
        typer.Option(
            "--replace", help="同名的有效密钥随即撤销 · Revoke the keys of this name that are still valid"
        ),
    ] = False,
    keys_file: FileOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """生成密钥，只显示一次；同名的有效密钥用 --replace 替换。 Make a key; it is shown once. --replace puts it in the place of the one of this name."""
    out = output(as_json, lang, keys_file=keys_file)
    file, audit = _file(out), audited(out)
    made, token = file.add(name, _scopes(scope), expires, replaces=replaces)
    ended = [key for key in file.keys if key.revoked == made.created and key.name == made.name]
    for key in ended:
        audit.event(asker(), "key-revoked", id=key.id, name=key.name)
    audit.event(
        asker(), "key-added", id=made.id, name=made.name, scopes=list(made.scopes), expires=made.expires
    )
    if as_json:
        out.show(made.shown() | {"key": token, "replaced": [key.id for key in ended]})
        return
    for key in ended:
        out.say(word("key_ended", out.language, id=key.id, name=key.name))
    out.say(word("key_made", out.language, name=made.name))
    out.say(token)


@commands.command("list")
def list_keys(keys_file: FileOption = None, as_json: JsonOption = False, lang: LangOption = None) -> None:
    """列出全部密钥及状态，不含密钥本身。 All keys with their state, without what opens the service."""
    out = output(as_json, lang, keys_file=keys_file)
    file = _file(out)
    found = [key.shown() for key in file.keys] if file.path.exists() else []
    shown = [
        {
            "key_id": row["id"],
            "key_name": row["name"],
            "key_scopes": ", ".join(row["scopes"]),
            "key_created": row["created"],
            "key_expires": row["expires"],
            "key_state": word(f"key_state_{row['state']}", out.language),
        }
        for row in found
    ]
    out.show(found, lambda: render.rows(word("keys", out.language), shown, out.language))


@commands.command("revoke")
def revoke(
    id_: Annotated[str, typer.Argument(metavar="ID", help="密钥编号，见 keys list · Id of the key")],
    keys_file: FileOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """撤销密钥，即刻生效，不可恢复。 Revoke a key, at once and for good."""
    out = output(as_json, lang, keys_file=keys_file)
    file, audit = _file(out), audited(out)
    ended = file.revoke(id_)
    audit.event(asker(), "key-revoked", id=ended.id, name=ended.name)
    if as_json:
        out.show(ended.shown())
    out.say(word("key_ended", out.language, id=ended.id, name=ended.name))


def _scopes(names: list[str]) -> list[Scope]:
    if unknown := sorted(set(names) - set(SCOPES)):
        raise InputError(f"there is no scope {unknown[0]!r}", remedy=f"Take one of {', '.join(SCOPES)}.")
    return [scope for scope in SCOPES if scope in names]


def _file(out: Output) -> KeyFile:
    if not out.settings.keys_file:
        raise SettingsError(
            "no keys file is named",
            where="keys_file",
            remedy="Set POLICYGRAPH_KEYS_FILE, or keys_file in policygraph.toml, so that serve finds the keys as well.",
        )
    return KeyFile(out.settings.keys_file)
