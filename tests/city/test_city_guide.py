"""The guide for other cities: following it word for word gives a pack that works."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.city.brand import Colors, Palette
from app.city.city import Bureau, City, Examples
from app.city.contacts import Contact, EmergencyText, Office, Rights, WalkIn
from app.city.loader import load_city, register_catalogs
from app.city.pack import ADDED_TO_ATTRIBUTE, ADDED_TO_SERVICE
from app.city.search import find_services
from app.city.services import (
    Attribute,
    AttributeValue,
    CallInstead,
    PrivateProperty,
    PublicRule,
    Service,
    ServiceGroup,
)
from app.city.streets import Neighbor, Streets
from app.places.points import Boundary, Hole, MapLine, Place, Point
from app.places.whereabouts import check_place, describe
from app.retention.schedule import RetentionRule
from i18n import translator
from tests.city.helpers import GUIDE, PORTLAND, ROOT, guide_files


def test_the_guide_shows_every_file(pack: Path) -> None:
    assert set(guide_files()) == {
        "city.yaml",
        "services/streets.yaml",
        "places.yaml",
        "boundary.yaml",
        "locales/es.po",
    }


def test_the_guides_pack_loads_and_is_what_was_written(pack: Path) -> None:
    city = load_city(pack)
    (service,) = city.services
    assert (city.name, service.service_code, service.agency_responsible) == (
        "Springfield",
        "pothole",
        "Public Works",
    )
    assert [(attribute.code, attribute.order) for attribute in service.attributes] == [
        ("SIZE", 1),
        ("COUNT", 2),
    ]
    assert service.attributes[0].values[1].name == "Bigger, like a car tire"
    assert check_place(city, 44.05, -123.0) is None
    assert translator("en")(describe(city, Point(lat=44.0473, long=-123.0220))) == (
        "About 400 feet (120 meters) north of City Hall"
    )


def test_the_guides_commands_run_as_written(pack: Path) -> None:
    """The check, and the sentences collected, with the folder of the pack in place of the guide's."""
    commands = [
        line.strip() for line in GUIDE.read_text(encoding="utf-8").splitlines() if "python -m " in line
    ]
    assert len(commands) == 2
    (pack / "locales/es.po").unlink()
    for command in commands:
        words = command.replace("app/city/springfield", str(pack)).split()
        run = subprocess.run(
            [sys.executable, *words[1:]], cwd=ROOT, capture_output=True, text=True, timeout=60
        )
        assert run.returncode == 0, run.stderr
        if "app.city.loader" in command:
            assert run.stdout.strip() == "OK, 1 request types in 1 groups"
    assert 'msgid "How big is the hole?"' in (pack / "locales/es.po").read_text(encoding="utf-8")


def test_the_guides_translation_is_used(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Other tests must not see this pack's catalog.
    monkeypatch.setattr(sys.modules["i18n.translator"], "_catalog_folders", [])
    translator.cache_clear()
    city = load_city(pack)
    register_catalogs(pack)
    assert translator("es")(city.services[0].service_name) == "Bache"
    assert find_services(city, "calle", translator("es")) == [city.services[0]]
    translator.cache_clear()


def test_the_guide_names_every_key() -> None:
    """Of what the models know; a key that is added to the pack's files is not one to write."""
    guide = GUIDE.read_text(encoding="utf-8")
    models = (
        *(
            City,
            Palette,
            Colors,
            Contact,
            EmergencyText,
            Office,
            Rights,
            WalkIn,
            Examples,
            Bureau,
            ServiceGroup,
        ),
        *(Service, Attribute, AttributeValue, CallInstead, PublicRule, PrivateProperty, RetentionRule),
        *(Neighbor, Streets, Place, Boundary, Hole, MapLine),
    )
    known = {key for model in models for key in model.model_fields}
    known -= {*ADDED_TO_SERVICE, *ADDED_TO_ATTRIBUTE, "folder"}
    shown = set(re.findall(r"`(\w+)[`:]|^\s*(?:- )?\{?(\w+):|[{,] (\w+):", guide, re.M))
    named = {name for names in shown for name in names} | set(re.findall(r"[{ ](\w+):", guide))
    assert known - named == set()
    assert "app/city/portland" in guide
    assert PORTLAND.is_dir()
