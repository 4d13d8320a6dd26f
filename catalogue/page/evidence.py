"""Which records speak for each entry: the newest that still holds, under each set of conditions.

Chooses among records. Does not judge reported figures by them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalogue.entry import Entry, Zoo
from catalogue.freshness import changes
from catalogue.provenance import Environment
from catalogue.record import (
    USUAL_DATASET,
    Accuracy,
    AccuracyConditions,
    Complexity,
    ComplexityConditions,
    Conditions,
    Failure,
    Kind,
    Latency,
    LatencyConditions,
    Record,
)
from catalogue.store import Stored


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """The record that speaks for one model under one set of conditions."""

    record: Record
    environment: Environment | None
    """None where the file of the environment is missing."""
    stale: tuple[str, ...] = ()
    """What has changed since: words of `catalogue.freshness.changes`."""
    later_failure: Record | None = None
    """A newer attempt under the same conditions, that failed and so replaced nothing."""
    earlier: tuple[Record, ...] = ()
    """All other records of the same conditions, oldest first."""

    @property
    def failure(self) -> Failure | None:
        """Why nothing was measured, if so."""
        return self.record.result if isinstance(self.record.result, Failure) else None

    @property
    def usual(self) -> bool:
        """Whether it is of what nobody has to ask for.

        Of the model as it is built, at its own input size; of an accuracy: on the whole
        ImageNet-1k validation set, in fp32.
        """
        match self.record.conditions:
            case ComplexityConditions() as conditions:
                return self.record.at_own_size and conditions.form == "training"
            case AccuracyConditions() as conditions:
                asked = (conditions.dataset, conditions.precision)
                return asked == (USUAL_DATASET, "fp32") and not conditions.subset
        return self.record.at_own_size

    @property
    def holds(self) -> bool:
        """Whether there is a result and it is up to date."""
        return self.failure is None and not self.stale


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Complexity under known conditions."""

    finding: Finding
    conditions: ComplexityConditions
    result: Complexity


@dataclass(frozen=True, kw_only=True, slots=True)
class Timed:
    """Latency under known conditions."""

    finding: Finding
    conditions: LatencyConditions
    result: Latency


@dataclass(frozen=True, kw_only=True, slots=True)
class Validated:
    """Accuracy under known conditions."""

    finding: Finding
    conditions: AccuracyConditions
    result: Accuracy


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """An entry with everything that was measured of it."""

    entry: Entry
    findings: tuple[Finding, ...] = ()
    """One of each kind and conditions, in the order of the kinds, oldest first."""
    counts: tuple[Counted, ...] = ()
    timings: tuple[Timed, ...] = ()
    validations: tuple[Validated, ...] = ()

    @property
    def input_size(self) -> tuple[int, int, int] | None:
        """(C, H, W): the recipe's, else what was counted."""
        recipe = self.entry.recipe
        if recipe is not None and recipe.input_size is not None:
            return recipe.input_size
        own = [one for one in self.counts if one.finding.record.at_own_size]
        return own[-1].conditions.input_size if own else None

    def counted(self, size: tuple[int, int] | None = None) -> Counted | None:
        """The count at (H, W), or at the model's own input size, of the model as it is built."""
        own = self.input_size
        wanted = size or (own[1:] if own else None)
        fitting = (one for one in self.counts if one.conditions.input_size[1:] == wanted)
        return next((one for one in fitting if one.conditions.form == "training"), None)

    def counted_elsewhere(self) -> tuple[Counted, ...]:
        """Counts that somebody asked for: at other input sizes, or of the fused model."""
        usual = self.counted()
        return tuple(one for one in self.counts if one is not usual)

    def validated(self) -> Validated | None:
        """The newest validation that holds on the whole set by the entry's own recipe, if any."""
        own = [one for one in self.validations if self._is_own(one) and one.finding.holds]
        return own[-1] if own else None

    def validated_once(self) -> Validated | None:
        """The newest validation of that kind that no longer holds, if any."""
        own = [one for one in self.validations if self._is_own(one) and one.finding.stale]
        return own[-1] if own else None

    def failed(self, kind: Kind) -> Finding | None:
        """The newest failure of a kind under usual conditions, if nothing succeeded under them."""
        of_kind = [one for one in self.findings if one.record.kind is kind and one.usual]
        if not of_kind or any(finding.failure is None for finding in of_kind):
            return None
        return of_kind[-1]

    def _is_own(self, one: Validated) -> bool:
        recipe = self.entry.recipe
        own = (recipe.id if recipe else None) or "own"
        return one.finding.usual and one.conditions.recipe_id == own


def gather(zoo: Zoo, stored: Stored) -> tuple[Evidence, ...]:
    """Put each entry together with the records that speak for it, in the zoo's order."""
    grouped: dict[str, dict[tuple[Kind, Conditions], list[Record]]] = defaultdict(dict)
    for record in stored.records:
        grouped[record.model].setdefault((record.kind, record.conditions), []).append(record)
    return tuple(
        _evidence(entry, grouped.get(entry.id, {}).values(), stored.environments)
        for entry in zoo.entries
    )


def _evidence(
    entry: Entry, histories: Iterable[list[Record]], environments: Mapping[str, Environment]
) -> Evidence:
    findings = sorted(
        (_finding(entry, history, environments) for history in histories),
        key=lambda finding: (
            list(Kind).index(finding.record.kind),
            finding.record.provenance.time,
            repr(finding.record.conditions),
        ),
    )
    return _typed(entry, tuple(findings))


def _finding(
    entry: Entry, history: list[Record], environments: Mapping[str, Environment]
) -> Finding:
    """Choose the newest result that holds; else the newest result; else the newest failure."""
    results = [record for record in history if not isinstance(record.result, Failure)]
    holding = [record for record in results if not changes(record, entry)]
    chosen = (holding or results or history)[-1]
    newest = history[-1]
    return Finding(
        record=chosen,
        environment=environments.get(chosen.provenance.environment),
        stale=changes(chosen, entry),
        later_failure=newest if newest is not chosen and newest not in results else None,
        earlier=tuple(record for record in history if record is not chosen),
    )


def _typed(entry: Entry, findings: tuple[Finding, ...]) -> Evidence:
    counts, timings, validations = [], [], []
    for finding in findings:
        match finding.record.conditions, finding.record.result:
            case ComplexityConditions() as conditions, Complexity() as result:
                counts.append(Counted(finding=finding, conditions=conditions, result=result))
            case LatencyConditions() as conditions, Latency() as result:
                timings.append(Timed(finding=finding, conditions=conditions, result=result))
            case AccuracyConditions() as conditions, Accuracy() as result:
                validations.append(Validated(finding=finding, conditions=conditions, result=result))
    return Evidence(
        entry=entry,
        findings=findings,
        counts=tuple(counts),
        timings=tuple(timings),
        validations=tuple(validations),
    )
