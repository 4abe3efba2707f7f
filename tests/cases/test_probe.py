"""How a service is probed, and what may be wrong with that."""

import pytest

from cases.probe import Probe, faults, is_probe, is_probe_call


def test_what_is_well_set_has_no_fault() -> None:
    rules = Probe(address="sonde@example.com", caller="+3281001999", webhook="https://alert.example.org/x")
    assert list(faults(rules, {"help@example.org"}, ["+3281001718"])) == []
    assert list(faults(Probe(), (), ())) == []


@pytest.mark.parametrize(
    ("rules", "key"),
    [
        (Probe(address="help@example.org"), "probe.address"),
        (Probe(address="nobody"), "probe.address"),
        (Probe(caller="081001999"), "probe.caller"),
        (Probe(caller="+3281001718"), "probe.caller"),
        (Probe(seconds=5), "probe.seconds"),
        (Probe(webhook="http://alert.example.org"), "probe.webhook"),
        (Probe(alert_to="nobody"), "probe.alert_to"),
        (Probe(alert_to="Help@example.org"), "probe.alert_to"),
    ],
)
def test_each_fault_is_named(rules: Probe, key: str) -> None:
    assert [fault[0] for fault in faults(rules, {"help@example.org"}, ["+3281001718"])] == [key]


def test_a_probe_is_known_by_its_flag() -> None:
    assert is_probe(["spoofed", "probe"])
    assert not is_probe([])
    assert is_probe_call({"probe": True})
    assert not is_probe_call({"line": "1718"})
    assert not is_probe_call(None)
