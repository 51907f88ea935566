"""The numbers that an office signs: read once, bound to the frozen dataclass that uses them, none left over.

A rule is a table ``{value, unit, source, article, valid_from, confirmed_by}``. A rule without a source, with an
unknown key, or that nothing asks for stops the start: an office must be able to trust that what it signed is in use.
"""

from __future__ import annotations

import hashlib
import tomllib
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from flows.errors import ConfigurationError

KEYS = frozenset({"value", "unit", "source", "article", "valid_from", "confirmed_by"})
UNCONFIRMED = "未确认"
RuleFiles = tuple[tuple[str, bytes], ...]
"""Name and content of each file of a folder of rules, in the order of names."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Rule:
    """One signed number, or one that still waits for a signature."""

    name: str
    """``file.section.key``."""
    value: Any
    unit: str
    source: str
    article: str
    valid_from: date
    confirmed_by: str

    @property
    def confirmed(self) -> bool:
        """Whether an office put its name to it."""
        return bool(self.confirmed_by)


class RuleBook:
    """All rules of a folder, with a record of which were asked for."""

    def __init__(self, rules: Mapping[str, Rule], digest: str) -> None:
        self._rules = dict(rules)
        self._used: set[str] = set()
        self.digest = digest
        """sha256 over all files: stands in every run row as part of the configuration's version."""

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def value(self, name: str) -> Any:
        """The value of a rule.

        Raises:
            ConfigurationError: no such rule.
        """
        if name not in self._rules:
            raise ConfigurationError(f"rules: {name} is missing")
        self._used.add(name)
        return self._rules[name].value

    def section(self, prefix: str) -> dict[str, Any]:
        """All rules below ``prefix`` as ``{rest of the name: value}``."""
        names = [name for name in self._rules if name.startswith(f"{prefix}.")]
        return {name[len(prefix) + 1 :]: self.value(name) for name in names}

    def rules(self, prefix: str) -> list[Rule]:
        """All rules below ``prefix``, whole, for those whose source and dates are part of what they say."""
        names = [f"{prefix}.{rest}" for rest in self.section(prefix)]
        return [self._rules[name] for name in names]

    def bind(self, prefix: str, group: type[_T]) -> _T:
        """Make ``group``, a dataclass whose fields are named as the rules below ``prefix``.

        Raises:
            ConfigurationError: a rule is missing, unknown to the group, of another type, or refused by it.
        """
        found = self.section(prefix)
        declared = {field.name: field for field in fields(group)}  # type: ignore[arg-type]
        unknown = sorted(found.keys() - declared.keys())
        if unknown:
            raise ConfigurationError(f"rules: {prefix}.{unknown[0]} is not known to {group.__name__}")
        needed = {name for name, field in declared.items() if field.default is field.default_factory is MISSING}
        missing = sorted(needed - found.keys())
        if missing:
            raise ConfigurationError(f"rules: {prefix}.{missing[0]} is missing; {group.__name__} needs it")
        hints = typing.get_type_hints(group)
        try:
            return group(**{name: _as_type(f"{prefix}.{name}", value, hints[name]) for name, value in found.items()})
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"rules: {prefix}: {error}") from error

    def refuse_unused(self) -> None:
        """Raise for a rule that nothing asked for: it would look signed and do nothing.

        Raises:
            ConfigurationError: names the rules.
        """
        unused = sorted(self._rules.keys() - self._used)
        if unused:
            raise ConfigurationError(f"rules: nothing uses {', '.join(unused)}")


def _as_type(name: str, value: Any, hint: Any) -> Any:
    """``value`` as the annotated type: a whole number may stand for a float, a TOML array for a tuple."""
    if hint is float and type(value) is int:
        return float(value)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise ConfigurationError(f"rules: {name} must be a list, got {value!r}")
        inner = typing.get_args(hint)[0]
        return tuple(_as_type(name, item, inner) for item in value)
    if typing.get_origin(hint) in {dict, Mapping} or typing.get_origin(hint) is typing.get_origin(Mapping[str, int]):
        inner = typing.get_args(hint)[1]
        return {key: _as_type(name, item, inner) for key, item in value.items()}
    if isinstance(hint, type) and not isinstance(value, hint):
        try:
            return hint(value) if issubclass(hint, str) and isinstance(value, str) else _refuse(name, value, hint)
        except ValueError as error:
            raise ConfigurationError(f"rules: {name}: {error}") from error
    return value


def _refuse(name: str, value: Any, hint: type) -> typing.NoReturn:
    raise ConfigurationError(f"rules: {name} must be of type {hint.__name__}, got {value!r}")


def shipped_rules() -> Path:
    """The folder of rules that comes with the code, in a checkout or in a wheel."""
    beside = Path(__file__).parent / "rules_shipped"
    return beside if beside.is_dir() else Path(__file__).parent.parent / "rules"


def load_rules(folder: Path) -> RuleBook:
    """Read ``folder/*.toml``.

    Raises:
        ConfigurationError: no file, unreadable TOML, or a rule that is not whole; the message names file and rule.
    """
    return read_rules(rule_files(folder))


def rule_files(folder: Path) -> RuleFiles:
    """Every ``folder/*.toml`` as it stands now.

    Raises:
        ConfigurationError: there is none.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise ConfigurationError(f"rules: no *.toml in {folder}")
    return tuple((path.name, path.read_bytes()) for path in paths)


def read_rules(files: RuleFiles) -> RuleBook:
    """The rules that stand in files.

    Raises:
        ConfigurationError: unreadable TOML, or a rule that is not whole; the message names file and rule.
    """
    rules: dict[str, Rule] = {}
    digest = hashlib.sha256()
    for name, content in files:
        digest.update(name.encode() + b"\0" + content)
        try:
            tree = tomllib.loads(content.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"rules: {name}: {error}") from error
        for rule in _rules_of(tree, name.removesuffix(".toml")):
            rules[rule.name] = rule
    return RuleBook(rules, digest.hexdigest())


def _rules_of(tree: Mapping[str, Any], prefix: str) -> Iterator[Rule]:
    for key, node in tree.items():
        name = f"{prefix}.{key}"
        if not isinstance(node, dict):
            raise ConfigurationError(f"rules: {name} is a bare value; write {{value, unit, source, …}}")
        if "value" in node:
            yield _rule(name, node)
        else:
            yield from _rules_of(node, name)


def _rule(name: str, table: Mapping[str, Any]) -> Rule:
    unknown, missing = sorted(table.keys() - KEYS), sorted(KEYS - table.keys())
    if unknown or missing:
        problem = f"unknown key {unknown[0]}" if unknown else f"key {missing[0]} is missing"
        raise ConfigurationError(f"rules: {name}: {problem}; a rule has {', '.join(sorted(KEYS))}")
    if not str(table["source"]).strip():
        raise ConfigurationError(f"rules: {name}: source is empty; say where the number comes from")
    valid_from = table["valid_from"]
    try:
        valid_from = valid_from if isinstance(valid_from, date) else date.fromisoformat(str(valid_from))
    except ValueError as error:
        raise ConfigurationError(f"rules: {name}: valid_from: {error}") from error
    texts = {key: str(table[key]) for key in ("unit", "source", "article", "confirmed_by")}
    return Rule(name=name, value=table["value"], valid_from=valid_from, **texts)
