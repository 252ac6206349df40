"""A review made by hand: findings without a model run."""

from dataclasses import dataclass, field

from hezhu.engines.findings import Finding, Quantity, Requirement, Severity, Shape, Source, Subject, Verdict, count_verdicts

CLAUSE = Source("GB 55038-2025", "4.1.14", "卧室门不应小于0.80m", confirmed=False)


@dataclass
class StubReview:
    findings: list[Finding] = field(default_factory=list)

    def summary(self):
        return {"model": {"file": "a.ifc", "project": "楼<1>"}, "counts": count_verdicts(self.findings)}


def door(number, verdict=Verdict.FAIL, global_id=None):
    missing = ("门扇几何",) if verdict is Verdict.MANUAL else ()
    return Finding(
        rule="door-width",
        title="房间门通行净宽",
        verdict=verdict,
        subject=Subject(global_id or f"{number:022d}", "IfcDoor", f"门{number}", "3F"),
        source=CLAUSE,
        measured=None if missing else Quantity(0.655, "m"),
        required=Requirement(">=", 0.8, unit="m"),
        method="由门的几何形体量取",
        missing=missing,
        severity=Severity.MANDATORY,
        shape=Shape("line", ((1.0, 2.0, 3.0), (2.0, 2.0, 5.0))),
    )
