"""`aiguillage profile`: what it says of a whole profile, and of a case."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app import profile as profiles
from app.cli import app
from cases.errors import ConfigurationError


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, ["profile", *arguments], env=environment, catch_exceptions=False)


def test_a_whole_profile_is_counted() -> None:
    said = run("check", AIGUILLAGE_PROFILE="mon-permis").stdout
    assert "no fault" in said
    assert "9 routing rules, 3 agents, 3 second levels, 1 receipt rule" in said


def test_what_a_service_does_without_is_not_counted(tmp_path: Path) -> None:
    folder = shutil.copytree("profiles/exemple-hebergement", tmp_path / "service")
    (folder / "voice.toml").unlink()
    said = run("check", AIGUILLAGE_PROFILE=str(folder)).stdout
    assert "3 mailboxes" in said
    assert "phone line" not in said


def test_articles_that_nobody_is_shown_are_named(tmp_path: Path) -> None:
    folder = shutil.copytree(profiles.find("profiles/mon-permis"), tmp_path / "service")
    text = (folder / "cases.toml").read_text(encoding="utf-8")
    text = text.replace('expires = "2027-06-30"', 'expires = "2026-01-31"').replace(
        "approved = true", "approved = false", 1
    )
    (folder / "cases.toml").write_text(text, encoding="utf-8")
    said = run("check", AIGUILLAGE_PROFILE=str(folder)).stdout
    assert "Article mandat_fr is not proposed: nobody has approved it." in said
    assert "Article notice_acces_fr is not proposed: it expired on 2026-01-31." in said


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (("motif=incident", "tool=notice"), ("Queue      n2  (panne sûre : second niveau, to digital)", "N2 by")),
        (("scope=spam",), ("Receipt    nothing  (publicité)",)),
        (("sender=staff", "lang=de"), ("Priority   P3  (sender)", "Offered    anke")),
    ],
)
def test_a_case_is_told_in_lines(arguments: tuple[str, ...], lines: tuple[str, ...]) -> None:
    said = run("route", *arguments, AIGUILLAGE_PROFILE="mon-permis").stdout
    assert all(line in said for line in lines)


def test_a_rule_that_no_second_level_answers_says_why_the_supervisor_has_the_case(tmp_path: Path) -> None:
    folder = shutil.copytree("profiles/exemple-commune", tmp_path / "town")
    text = (folder / "cases.toml").read_text(encoding="utf-8").replace('queue = "line2"', 'queue = "n2"', 1)
    text += (
        '\n[[second_level]]\nid = "maker"\nlabel = "Maker"\naddress = "help@maker.example.com"\ntools = ["parcarte"]\n'
    )
    (folder / "cases.toml").write_text(text, encoding="utf-8")
    said = run("route", "motif=incident", AIGUILLAGE_PROFILE=str(folder)).stdout
    assert "Queue      supervisor  (machines, no_second_level)" in said


def test_a_text_of_a_kind_that_no_mail_has_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree("profiles/exemple-commune", tmp_path / "town")
    (folder / "texts").mkdir()
    (folder / "texts" / "acknowledgment.fr.txt").write_text("Subject: x\n\ny\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"texts\.acknowledgment: no mail is of that kind"):
        run("check", AIGUILLAGE_PROFILE=str(folder))


def test_a_case_is_told_as_json() -> None:
    said: dict[str, Any] = json.loads(run("route", "tool=gesper", "--json", AIGUILLAGE_PROFILE="mon-permis").stdout)
    assert (said["queue"], said["why"], said["n2"]) == ("line1", "rule", "")
