"""A bad pack is refused with file, line and reason: all at once, in words for the person who wrote it."""

from pathlib import Path

import pytest

from app.city.loader import CityPackError, load_city, main
from app.city.yaml_lines import MAX_BYTES

STREETS = "services/streets.yaml"


def problems(folder: Path) -> list[str]:
    """Load a bad pack and return what is said about it."""
    with pytest.raises(CityPackError) as refused:
        load_city(folder)
    return [str(problem) for problem in refused.value.problems]


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Replace a text that stands once in a file; return the line on which it began."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


# file, text to replace, replacement, lines from there to the problem, reason
RETENTION = '\nretention:\n  - {kind: report, period: 2 years, schedule: "8001"}\n'
EMERGENCY = 'emergency_phone: "911"\n'
BAD_VALUES = [
    *(
        ("city.yaml", EMERGENCY, f"{written}\n{EMERGENCY}", 0, reason)
        for written, reason in (
            ("rights: {checked_on: lately}", '"lately" is not a day, as 2026-11-28 is'),
            ("rights: {}", '"checked_on" is missing'),
            (
                "rights: {checked_on: 2026-11-28, ada: {name: Ada}}",
                'needs one of "phone", "email", "web" and "address"',
            ),
            (
                "rights: {checked_on: 2026-11-28, ada: {name: Ada, email: ada@}}",
                '"ada@" is not an e-mail address',
            ),
            (
                "rights: {checked_on: 2026-11-28, ada: {name: Ada, web: ada.example}}",
                '"web" must be a web address that begins with "https://"',
            ),
            ("emergency_text: {languages: [en]}", '"checked_on" is missing'),
            (
                "emergency_text: {languages: [English], checked_on: 2026-11-28}",
                'entry 1 of "languages" must be codes of languages, as "en" and "zh-Hans" are',
            ),
        )
    ),
    (
        "city.yaml",
        EMERGENCY,
        RETENTION.replace("report,", "reports,") + EMERGENCY,
        2,
        'retention reports: "kind" must be one of "contact", "photos" or "report"',
    ),
    (
        "city.yaml",
        EMERGENCY,
        RETENTION.replace("2 years", "2 weeks") + EMERGENCY,
        2,
        "retention report: must be a time between 30 days and 100 years, "
        'as "90 days", "18 months" or "2 years"',
    ),
    (
        "city.yaml",
        EMERGENCY,
        RETENTION.replace(', schedule: "8001"', "") + EMERGENCY,
        2,
        'retention report: "schedule" is missing',
    ),
    (
        "city.yaml",
        EMERGENCY,
        RETENTION.replace('"8001"', "8001") + EMERGENCY,
        2,
        'retention report: "schedule" must be text; put it in quotes if it looks like a number or yes/no',
    ),
    (
        "city.yaml",
        EMERGENCY,
        RETENTION + RETENTION.split("\n", 2)[2] + EMERGENCY,
        3,
        'kind "report" is used twice; the first is in city.yaml:14',
    ),
    (
        "city.yaml",
        '  relay: "711"\n',
        '  relay: "711"\n  feedback: others\n',
        1,
        'contact: "feedback" names "others", which is not a service_code of this pack',
    ),
    (
        STREETS,
        "datatype: singlevaluelist",
        "datatype: choice",
        0,
        'service pothole, attribute SIZE: "datatype" must be one of "string", "number", "datetime", "text", '
        '"singlevaluelist" or "multivaluelist"',
    ),
    (
        STREETS,
        "datatype: singlevaluelist",
        "datatyp: singlevaluelist",
        0,
        'service pothole, attribute SIZE: unknown key "datatyp"; did you mean "datatype"?',
    ),
    (
        STREETS,
        "    public:\n",
        "    publish: later\n    public:\n",
        0,
        'service pothole: "publish" must be one of "after_look" or "at_once"',
    ),
    (
        STREETS,
        "        datatype: number\n",
        "",
        -1,
        'service pothole, attribute COUNT: "datatype" is missing',
    ),
    (
        STREETS,
        "description: How big is the hole?",
        "description:",
        0,
        'service pothole, attribute SIZE: "description" must be text; '
        "put it in quotes if it looks like a number or yes/no",
    ),
    (
        STREETS,
        "required: true",
        "required: maybe",
        0,
        'service pothole, attribute SIZE: "required" must be true or false',
    ),
    (
        STREETS,
        "    confirmed_by: Street maintenance\n",
        "",
        -5,
        'service pothole: "confirmed_by" and "confirmed_on" belong together: who said it, and when',
    ),
    (
        STREETS,
        "    expected_days: 14\n",
        "",
        -4,
        'service pothole: "confirmed_by" confirms "expected_days", which is missing',
    ),
    (
        STREETS,
        "confirmed_on: 2026-11-28",
        "confirmed_on: in spring",
        0,
        'service pothole: "in spring" is not a day, as 2026-11-28 is',
    ),
    (
        STREETS,
        "expected_days: 14",
        "expected_days: soon",
        0,
        'service pothole: "expected_days" must be a whole number',
    ),
    (
        STREETS,
        "expected_days: 14",
        "expected_days: 1.5",
        0,
        'service pothole: "expected_days" must be a whole number',
    ),
    (
        STREETS,
        "expected_days: 14",
        "expected_days: -1",
        0,
        'service pothole: "expected_days" must be 0 or more',
    ),
    (
        STREETS,
        "expected_days: 14",
        "expected_days: 4000",
        0,
        'service pothole: "expected_days" must be 365 or less',
    ),
    *(
        (
            STREETS,
            "expected_days: 14",
            f"near_m: {meters}\n    expected_days: 14",
            0,
            'service pothole: "near_m" must be 0, or 10 to 1000 meters',
        )
        for meters in (-1, 9, 1001)
    ),
    (
        STREETS,
        "expected_days: 14",
        "near_m: far\n    expected_days: 14",
        0,
        'service pothole: "near_m" must be a whole number',
    ),
    (
        STREETS,
        "place: exact\n      answers: true",
        "place: approximate\n      answers: true\n    near_m: 40",
        2,
        'service pothole: "near_m" must be 0 or left out, because requests near by are shown only if their '
        '"place" is exact and their "description" or "photos" are public',
    ),
    *(
        (
            STREETS,
            "expected_days: 14",
            f"private_property: {written}\n    expected_days: 14",
            0,
            f"service pothole: {reason}",
        )
        for written, reason in (
            ("{ours: maybe}", '"ours" must be true or false'),
            ("{}", '"private_property" needs "ours: true" or an "advice"'),
            (
                "{advice: Ask the owner., phone: soon, name: Us}",
                '"phone" must be a phone number such as "911", "503-823-4000" or "+52 55 1234 5678"',
            ),
            (
                "{advice: Ask the owner., name: Us}",
                '"phone" and "name" belong together: a number, and who answers it',
            ),
            (
                "{ours: true, advice: Ask the owner.}",
                'with "ours: true" nothing else is said; take "advice", "phone" and "name" out',
            ),
            ("{our: true}", 'unknown key "our"; did you mean "ours"?'),
        )
    ),
    (STREETS, "bureau: works", "bureau: roads", 0, 'bureau "roads" is not in the bureaus of city.yaml'),
    (STREETS, "    bureau: works\n", "", -3, 'service pothole: "bureau" is missing'),
    (
        STREETS,
        "service_code: pothole",
        "service_code: Pot Hole",
        0,
        'service Pot Hole: "service_code" must be lowercase letters, digits and hyphens, '
        "starting with a letter",
    ),
    (
        STREETS,
        "keywords: [pothole, hole in the road, bad pavement]",
        "keywords: []",
        0,
        'service pothole: "keywords" needs at least 1 entries',
    ),
    (
        STREETS,
        "keywords: [pothole, hole in the road, bad pavement]",
        "keywords: pothole",
        0,
        'service pothole: "keywords" must be a list',
    ),
    (
        STREETS,
        "keywords: [pothole, hole in the road, bad pavement]",
        'keywords: ["pothole, hole"]',
        0,
        'service pothole: entry 1 of "keywords" must be 2 to 40 characters without a comma',
    ),
    (
        STREETS,
        'phone: "911"',
        "phone: 911",
        0,
        'service pothole: "phone" must be text; put it in quotes if it looks like a number or yes/no',
    ),
    (
        STREETS,
        'phone: "911"',
        "phone: call us",
        0,
        'service pothole: "phone" must be a phone number such as "911", "503-823-4000" or "+52 55 1234 5678"',
    ),
    (
        STREETS,
        "place: exact",
        "place: secret",
        0,
        'service pothole: "place" must be one of "exact", "approximate" or "hidden"',
    ),
    (STREETS, "photos: true", "photos: yes please", 0, 'service pothole: "photos" must be true or false'),
    (
        STREETS,
        "service_name: Pothole",
        f"service_name: {'P' * 121}",
        0,
        'service pothole: "service_name" may have at most 120 characters',
    ),
    (
        STREETS,
        "- code: COUNT",
        "- code: count",
        0,
        'service pothole, attribute count: "code" must be capital letters, digits and _, '
        "starting with a letter",
    ),
    (STREETS, "- code: COUNT", "- code: SIZE", 0, f'code "SIZE" is used twice; the first is in {STREETS}:23'),
    (STREETS, "{key: large,", "{key: small,", 0, f'key "small" is used twice; the first is in {STREETS}:28'),
    (
        STREETS,
        "{key: large,",
        "{key: no,",
        0,
        'service pothole, attribute SIZE, value: "key" must be text; '
        "put it in quotes if it looks like a number or yes/no",
    ),
    (
        STREETS,
        '          - {key: large, name: "Bigger, like a car tire"}\n',
        "",
        -6,
        'service pothole, attribute SIZE: a singlevaluelist needs at least two "values"',
    ),
    (
        STREETS,
        "datatype: number",
        "datatype: text",
        -1,
        'service pothole, attribute COUNT: "min" and "max" belong to numbers only, not to text',
    ),
    (STREETS, "min: 1", "min: 500", -4, 'service pothole, attribute COUNT: "min" is greater than "max"'),
    (STREETS, "min: 1", "min: .nan", 0, 'service pothole, attribute COUNT: "min" must be a finite number'),
    (
        STREETS,
        "min: 1",
        "max_length: 5",
        -4,
        'service pothole, attribute COUNT: "max_length" belongs to string and text only, not to number',
    ),
    (
        STREETS,
        "- code: COUNT",
        "- order: 7\n        code: COUNT",
        0,
        'unknown key "order": it follows from the file',
    ),
    (
        STREETS,
        "bureau: works",
        "group: streets\n    bureau: works",
        0,
        'unknown key "group": it follows from the file',
    ),
    (STREETS, "group: streets", "group: parks", 0, 'group "parks" is not in the groups of city.yaml'),
    (STREETS, "group: streets\n", "", 1, '"group" is missing'),
    (
        STREETS,
        "attributes:",
        "attributes: none\n    questions:",
        0,
        'service pothole: "attributes" must be a list',
    ),
    (
        STREETS,
        "description: true",
        "description: true\n      description: false",
        1,
        '"description" stands here again; the first is in line 18',
    ),
    ("city.yaml", "name: Springfield\n", "", -1, '"name" is missing'),
    (
        "city.yaml",
        "time_zone: America/Los_Angeles",
        "time_zone: Pacific",
        0,
        '"Pacific" is not a time zone, as "America/Los_Angeles" is',
    ),
    (
        "city.yaml",
        "\nemergency_phone:",
        "\nemergency_fone:",
        1,
        'unknown key "emergency_fone"; did you mean "emergency_phone"?',
    ),
    (
        "city.yaml",
        "  - code: streets",
        "  - code: parks\n    name: Parks\n    description: All parks.\n  - code: streets",
        0,
        'group "parks" has no services',
    ),
    (
        "city.yaml",
        "jurisdiction_id: springfield.example",
        "jurisdiction_id: https://springfield.example",
        0,
        '"jurisdiction_id" must be the city\'s internet domain in lowercase, without www',
    ),
    (
        "places.yaml",
        "lat: 44.0462, long: -123.0220",
        "lat: -123.0220, long: 44.0462",
        0,
        'place City Hall: "lat" must be -90 or more; are latitude and longitude swapped?',
    ),
    (
        "places.yaml",
        "lat: 44.0462",
        "lat: 34.0462",
        0,
        'place "City Hall" is far outside the outline of the city; check "lat" and "long"',
    ),
    ("places.yaml", "lat: 44.0462", "lat: .inf", 0, 'place City Hall: "lat" must be a finite number'),
    ("places.yaml", "lat: 44.0462", "lat: 44 north", 0, 'place City Hall: "lat" must be a number'),
    (
        "places.yaml",
        "kind: landmark",
        "kind: building",
        0,
        'place City Hall: "kind" must be one of "neighborhood", "crossing", "bridge", "park", "library", '
        '"station", "school", "hospital" or "landmark"',
    ),
    (
        "places.yaml",
        "Main Street and 10th Street",
        "City Hall",
        0,
        'name "City Hall" is used twice; the first is in places.yaml:2',
    ),
    (
        "boundary.yaml",
        "[44.030, -123.050], [44.030, -122.950],",
        "[44.030, -123.050],\n [44.030],",
        1,
        'entry 2 of entry 2 of "points" is missing',
    ),
    (
        "boundary.yaml",
        "[44.080, -122.950], [44.080, -123.050],",
        "[44.080, -123.050], [44.080, -122.950],",
        -3,
        "the line crosses itself after points 2 and 4",
    ),
    ("boundary.yaml", "[44.080, -122.950], [44.080, -123.050],", "", -1, '"points" needs at least 3 entries'),
    (
        "boundary.yaml",
        "kind: street",
        "kind: road",
        0,
        'line Main Street: "kind" must be one of "river" or "street"',
    ),
    (
        "boundary.yaml",
        "holes: []",
        "holes:\n    - name: Island\n      points: [[44.05, -123.0], [44.05, -122.99], [44.09, -122.99]]",
        1,
        'hole "Island" is not wholly inside the outline',
    ),
    ("boundary.yaml", "tolerance_m: 300", "tolerance_m: 1.0e+9", 0, '"tolerance_m" must be 5000 or less'),
]


@pytest.mark.parametrize(("file", "old", "new", "offset", "reason"), BAD_VALUES)
def test_a_wrong_value_is_named_with_file_line_and_reason(
    pack: Path, file: str, old: str, new: str, offset: int, reason: str
) -> None:
    line = change(pack, file, old, new) + offset
    assert f"{file}:{line}: {reason}" in problems(pack)


@pytest.mark.parametrize(("file", "old", "new", "_offset", "_reason"), BAD_VALUES)
def test_one_mistake_makes_at_most_two_problems(
    pack: Path, file: str, old: str, new: str, _offset: int, _reason: str
) -> None:
    change(pack, file, old, new)
    assert len(problems(pack)) <= 2


# what stands in services/streets.yaml, line, beginning of the reason
BROKEN_FILES = [
    ("group: streets\n  services: []\n", 2, "not valid YAML"),
    ("group: streets\nservices: [\n", 3, "not valid YAML"),
    ("group: streets\n\tservices: []\n", 2, "not valid YAML"),
    ('group: "streets\nservices: []\n', 3, "not valid YAML"),
    ("- just\n- a list\n", 1, 'this file must be made of "key: value" lines'),
    ("only words\n", 1, 'this file must be made of "key: value" lines'),
    ("group: streets\nservices: none\n", 2, '"services" must be a list'),
    ("group: streets\nservices:\n  - pothole\n", 3, 'service: entry 1 of "services" must be made of'),
    ("group: streets\n1: x\nservices: []\n", 2, "the key '1' must be text; put it in quotes"),
    ("group: streets\n[a, b]: x\nservices: []\n", 2, "the key"),
    ("group: streets\n---\ngroup: streets\n", 2, "a second document"),
    ("group: &a streets\nservices: *a\n", 1, "names for parts of the file (& and *) are not allowed"),
    ("group: !!python/object/apply:os.system [id]\nservices: []\n", 1, "the tag"),
    ("group: streets\nservices: !!binary aGVsbG8=\n", 2, "the tag"),
    ("group: streets\x07\nservices: []\n", 1, "this line has a control character"),
    ("group: streets\nservices: " + "[" * 50 + "]" * 50 + "\n", 2, "nested more than 20 deep"),
]


@pytest.mark.parametrize(("text", "line", "reason"), BROKEN_FILES)
def test_a_broken_file_is_refused_with_the_line(pack: Path, text: str, line: int, reason: str) -> None:
    (pack / STREETS).write_text(text, encoding="utf-8")
    assert any(said.startswith(f"{STREETS}:{line}: {reason}") for said in problems(pack)), problems(pack)


def test_a_file_that_is_not_utf8_is_refused_with_the_line(pack: Path) -> None:
    (pack / STREETS).write_bytes("group: streets\n# año\n".encode("latin-1"))
    assert f"{STREETS}:2: this line is not UTF-8 text" in problems(pack)


def test_hostile_files_are_refused_before_anything_is_built_from_them(pack: Path) -> None:
    laughs = "a0: &a0 [x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)
    )
    (pack / STREETS).write_text(laughs, encoding="utf-8")
    (pack / "places.yaml").write_text("places: " + "[" * 200_000, encoding="utf-8")
    (pack / "boundary.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    said = problems(pack)
    assert f"{STREETS}:1: names for parts of the file (& and *) are not allowed; repeat the text" in said
    assert "places.yaml:1: nested more than 20 deep" in said
    assert f"boundary.yaml: this file is larger than {MAX_BYTES:,} bytes" in said


@pytest.mark.parametrize("file", ["city.yaml", "places.yaml", "boundary.yaml"])
def test_a_missing_or_empty_file_is_named_and_its_content_is_not_missed_again(pack: Path, file: str) -> None:
    (pack / file).unlink()
    assert [said for said in problems(pack) if said.startswith(file)] == [f"{file}: this file is missing"]
    (pack / file).write_text("# nothing yet\n", encoding="utf-8")
    assert [said for said in problems(pack) if said.startswith(file)] == [f"{file}: this file is empty"]


def test_a_pack_without_request_types_or_without_a_folder_is_refused(pack: Path, tmp_path: Path) -> None:
    (pack / STREETS).unlink()
    assert "services: there are no request types: no file services/*.yaml" in problems(pack)
    nowhere = tmp_path / "nowhere"
    assert problems(nowhere) == [f"{nowhere}: there is no such folder"]


def test_a_file_that_would_silently_not_be_read_is_named(pack: Path) -> None:
    (pack / "services/parks.yml").write_text("group: streets\nservices: []\n", encoding="utf-8")
    assert problems(pack) == ['services/parks.yml: this file is not read: its name must end in ".yaml"']


def test_a_broken_catalog_is_refused_with_the_line(pack: Path) -> None:
    catalog = pack / "locales/es.po"
    catalog.write_text('msgid "Pothole"\nmsgtxt "Bache"\n', encoding="utf-8")
    assert problems(pack) == ['locales/es.po:2: not a valid catalog: msgtxt "Bache"']
    catalog.write_bytes('msgid "Pothole"\nmsgstr "Señal"\n'.encode("latin-1"))
    assert problems(pack) == ["locales/es.po: this file is not UTF-8 text"]


def test_a_code_used_in_two_files_names_both(pack: Path) -> None:
    text = (pack / STREETS).read_text(encoding="utf-8")
    (pack / "services/zebra.yaml").write_text(text, encoding="utf-8")
    said = problems(pack)
    assert f'services/zebra.yaml:4: service_code "pothole" is used twice; the first is in {STREETS}:4' in said
    assert f'services/zebra.yaml:5: service_name "Pothole" is used twice; the first is in {STREETS}:5' in said


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_files(pack: Path) -> None:
    change(pack, "city.yaml", "state: Oregon\n", "")
    change(pack, STREETS, "datatype: singlevaluelist", "datatype: choice")
    change(pack, STREETS, "datatype: number", "datatype: figure")
    change(pack, STREETS, "expected_days: 14", "expected_days: soon")
    change(pack, "places.yaml", "kind: landmark", "kind: building")
    (pack / "boundary.yaml").write_text("boundary: [\n", encoding="utf-8")
    where = [said.split(": ")[0] for said in problems(pack)]
    assert where == [
        "boundary.yaml:2",
        "city.yaml:1",
        "places.yaml:2",
        f"{STREETS}:8",
        f"{STREETS}:24",
        f"{STREETS}:31",
    ]


def test_the_command_prints_the_problems_and_fails(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = change(pack, STREETS, "datatype: singlevaluelist", "datatype: choice")
    assert main([str(pack)]) == 1
    assert capsys.readouterr().err.startswith(f"{STREETS}:{line}: service pothole, attribute SIZE: ")
    assert main([]) == 2


def move_to_the_east(pack: Path) -> None:
    """Put the guide's city where a latitude and a longitude could both be either."""
    for name in ("boundary.yaml", "places.yaml"):
        file = pack / name
        file.write_text(file.read_text().replace("-123.0", "23.0").replace("-122.9", "22.9"))


def test_one_swapped_corner_of_the_outline_is_refused(pack: Path) -> None:
    move_to_the_east(pack)
    load_city(pack)
    line = change(pack, "boundary.yaml", "[44.080, 22.950]", "[22.950, 44.080]")
    assert f"boundary.yaml:{line}: corner 3 has latitude and longitude swapped; write [44.08, 22.95]" in (
        problems(pack)
    )


def test_one_swapped_corner_of_a_line_is_refused(pack: Path) -> None:
    move_to_the_east(pack)
    line = change(pack, "boundary.yaml", "[44.0460, 22.9600]", "[22.9600, 44.0460]")
    assert problems(pack) == [
        f"boundary.yaml:{line}: corner 2 has latitude and longitude swapped; write [44.046, 22.96]"
    ]


def test_a_city_where_both_are_alike_may_have_any_corner(pack: Path) -> None:
    for name in ("boundary.yaml", "places.yaml"):
        file = pack / name
        text = file.read_text().replace("-123.0", "44.0").replace("-122.9", "43.9")
        file.write_text(text)
    load_city(pack)
