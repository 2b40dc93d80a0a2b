"""Clients who pretend: tokens without a user, and whatever a client may put into a request, set to somebody else's."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

from pgtandem.model.key import quote
from pgtandem.prove.attempts import Attempts
from pgtandem.prove.cells import Cell
from pgtandem.prove.laboratory import Trial
from pgtandem.prove.values import literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.prove.access import Identity
    from pgtandem.prove.beyond import Beyond
    from pgtandem.prove.experiment import Experiment
    from pgtandem.prove.standing import Actor

_CLAIMS = "request.jwt.claims"
_KEYS, _VALUES = 80, 10
_CHANGED: dict[str, dict[str, Any]] = {
    "a token without role": {"role": ""},
    "a token for others": {"aud": "other"},
    "a token of one factor": {"aal": "aal1", "amr": [{"method": "password"}]},
    "a token of an anonymous user": {"is_anonymous": True},
}
_WORD = re.compile(r"[\w-]{1,40}\Z")


class Pretence:
    """The pretenders of one experiment."""

    def __init__(self, experiment: Experiment, beyond: Beyond) -> None:
        self.experiment, self.beyond = experiment, beyond

    def check(self, outsider: Actor) -> None:
        """Let each of them read everything, and change what somebody may change."""
        by_token = _CLAIMS in outsider.settings
        pretenders = (*self._nobodies(outsider), *self._spoofers(outsider)) if by_token else self._unset(outsider)
        for actor in pretenders:
            self._read(actor)
            self._write(actor)

    def _unset(self, outsider: Actor) -> Iterator[Actor]:
        """Yield sessions in which what tells who asks was not set, or a part of it."""
        nothing = dict.fromkeys(outsider.settings, "")
        yield dataclasses.replace(outsider, name="no settings", id=None, settings=nothing)
        for name in outsider.settings if len(nothing) > 1 else ():
            settings = {**outsider.settings, name: ""}
            yield dataclasses.replace(outsider, name=f"no {name}", settings=settings)

    def _nobodies(self, outsider: Actor) -> Iterator[Actor]:
        claims = json.loads(outsider.settings[_CLAIMS])
        of_user = {"sub", "email"} | {name for each in self._identities(outsider) for name in each.claims}
        without = {name: value for name, value in claims.items() if name not in of_user}
        tokens = {
            "no token": "",
            "an empty token": "{}",
            "a token without user": json.dumps(without),
            "a token whose user is null": json.dumps(without | {"sub": None}),
            "a token whose user is empty": json.dumps(without | {"sub": ""}),
            "a token whose user is no id": json.dumps(without | {"sub": "nobody"}),
        }
        for name, token in tokens.items():
            yield dataclasses.replace(outsider, name=name, id=None, settings={_CLAIMS: token})
        for name, changed in _CHANGED.items():
            yield dataclasses.replace(outsider, name=name, settings={_CLAIMS: json.dumps(claims | changed)})

    def _identities(self, outsider: Actor) -> Iterator[Identity]:
        return (each for each in self.experiment.access.identities.values() if each.name in outsider.sorts)

    def _spoofers(self, outsider: Actor) -> Iterator[Actor]:
        words = literals(self.experiment.shape.words)
        keys = [word for word in words if _WORD.match(word)][:_KEYS]
        claims = json.loads(outsider.settings[_CLAIMS])
        for value in self._values(words):
            spoof = dict.fromkeys(keys, value)
            lists = {key: [value] for key in keys}
            for metadata in (spoof, lists):
                settings = {
                    _CLAIMS: json.dumps(claims | {"user_metadata": metadata}),
                    "request.headers": json.dumps(spoof),
                    "request.cookies": json.dumps(spoof),
                }
                yield dataclasses.replace(outsider, name=f"outsider who says {value!r}", settings=settings)

    def _values(self, words: list[str]) -> list[str]:
        owner = self.experiment.world.owners[1]
        keys = [
            str(owner.anchors[group.key[0]].get(group.key[1][0]))
            for group in self.experiment.access.groups.values()
            if group.key is not None and group.key[0] in owner.anchors
        ]
        spoken = [word for word in words if _WORD.match(word)]
        privileged = [word for word in ("admin", "service_role", "owner") if word in spoken]
        return list(dict.fromkeys([owner.id, *keys, "true", *privileged]))[:_VALUES]

    def _read(self, actor: Actor) -> None:
        experiment = self.experiment
        trials = []
        for relation in experiment.subjects():
            columns = sorted(experiment.readable.get((actor.role, relation.name), ()))
            if columns:
                sql = f"SELECT {', '.join(map(quote, columns))} FROM {relation.sql}"
                trials.append((relation, Trial(actor=actor, statements=(sql,))))
        for (relation, trial), seen in zip(trials, experiment.laboratory.run(t for _, t in trials), strict=True):
            cell = Cell(actor.name, relation.label, "read")
            tally = experiment.tally(cell)
            tally.attempts += 1
            tally.told = True
            if seen.failure is None:
                texts = [value for row in seen.answers[0] for value in row if value]
                shown = self.beyond.foreign(actor, texts, json.dumps(dict(actor.settings)))
                if shown:
                    experiment.breach(cell, "access-read", f"reads {', '.join(shown[:3])}", trial)

    def _write(self, actor: Actor) -> None:
        experiment = self.experiment
        attempts = Attempts(experiment.laboratory, experiment.world, experiment.access, experiment.judge, actor)
        for relation in experiment.subjects():
            table = experiment.declared(relation)
            texts = experiment.texts[relation.name]
            targets = list(attempts.targets(relation, texts))[:2]
            listed = []
            if table and table.rules["delete"]:
                listed += list(attempts.deletes(relation, targets))[:1]
            if table and table.rules["update"]:
                columns = [column for column in relation.columns if table.rules["update"][0].covers(column.name)]
                listed += [a for column in columns[:2] for a in attempts.updates(relation, column, targets)][:2]
            listed = [attempt for attempt in listed if attempt.trial.before]
            for attempt, seen in zip(listed, experiment.laboratory.run(a.trial for a in listed), strict=True):
                tally = experiment.tally(attempt.cell)
                tally.attempts, tally.told = tally.attempts + 1, True
                wrong = experiment.wrong(actor, attempt, seen.changes)
                if wrong:
                    experiment.breach(attempt.cell, "access-write", wrong[0], attempt.trial)
