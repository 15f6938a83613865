"""JUnit XML, as GitLab, Jenkins and others show it: a suite for an exercise, a case for a check."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from cli.formats.results import Results, Told
from grader.messages import Finding
from grader.words import amount, titled

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold at all


def write(results: Results) -> str:
    """The document. Points are properties of the suite: JUnit has no word for them."""
    root = ET.Element("testsuites", name="chainrule")
    for told in results.told:
        root.append(_suite(results, told))
    for name in ("tests", "failures", "errors"):  # of `skipped` the schema knows in a suite only
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{sum(report.seconds.wall for report in results.reports):.3f}")
    ET.indent(root)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + ET.tostring(root, encoding="unicode") + "\n"


def _suite(results: Results, told: Told) -> ET.Element:
    report = told.report
    suite = ET.Element("testsuite", name=report.exercise, timestamp=results.moment.strftime("%Y-%m-%dT%H:%M:%S"))
    properties = ET.SubElement(suite, "properties")
    for name, value in (("points", amount(report.points)), ("out_of", amount(report.out_of))):
        ET.SubElement(properties, "property", name=name, value=value)
    cases = [_case(results, told, finding) for finding in report.findings]
    suite.extend(cases)
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("tests", str(len(cases)))
    suite.set("time", f"{report.seconds.wall:.3f}")
    for tag, printed in (("system-out", report.stdout), ("system-err", report.stderr)):
        if printed.text.strip():
            ET.SubElement(suite, tag).text = clean(printed.text)
    return suite


def _case(results: Results, told: Told, finding: Finding) -> ET.Element:
    report = told.report
    case = ET.Element("testcase", classname=f"chainrule.{report.exercise}", name=clean(results.say(titled(finding))))
    spot = told.spot_of(finding)
    if spot:
        case.set("file", clean(spot.path))
    if finding.passed:
        return case
    why = clean(results.why(told, finding))
    if finding.passed is False:
        ET.SubElement(case, "failure", message=why, type=finding.check).text = why
    elif report.trouble and finding.public:
        ET.SubElement(case, "error", message=why, type=report.trouble.code).text = why
    else:
        ET.SubElement(case, "skipped", message=why)
    return case


def clean(text: str) -> str:
    """Without characters that XML cannot hold."""
    return NO_XML.sub("", text)
