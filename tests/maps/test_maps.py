"""What is on the map's pictures: the right things in the right places, the same every time, whatever the data."""

import io
import math
import os
import random
import re
import sqlite3
import time
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw
from shapely.geometry.base import BaseGeometry

from app.city.loader import load_city
from app.kit.colors import DARK, LIGHT
from app.maps import lettering
from app.maps.drawing import box_of_tile, draw_tile, encoded, paint
from app.maps.files import PictureFiles
from app.maps.ground import Ground
from app.maps.labels import Label, place_labels, shortened
from app.maps.mercator import Box, degrees_at, pixel_of
from app.maps.picture import box_of_picture, draw_picture
from app.maps.shapes import Shape, point_of_row, shape_of_row, shapes_of_city
from app.maps.store import MapStore
from app.maps.themes import PALETTES, Theme
from app.settings import CITY
from tests.contrast import contrast, luminance
from tests.factories import small_city
from tests.places_db import add_shape, write_places

LAT, LONG = 45.5231, -122.6765
Z = 16
X, Y = (int(value // 256) for value in pixel_of(LAT, LONG, Z))
THEMES: tuple[Theme, ...] = ("light", "dark", "contrast")


def at(x: float, y: float, tile: tuple[int, int] = (X, Y), zoom: int = Z) -> tuple[float, float]:
    """Longitude and latitude of a pixel of a tile."""
    lat, long = degrees_at(tile[0] * 256 + x, tile[1] * 256 + y, zoom)
    return long, lat


def line(layer: str, *points: tuple[float, float], rank: int = 0, name: str = "", **names: str) -> Shape:
    return Shape(layer, rank, name, shapely.LineString([at(*point) for point in points]), names)


def area(layer: str, left: float, top: float, right: float, bottom: float, name: str = "") -> Shape:
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return Shape(layer, 0, name, shapely.Polygon([at(*corner) for corner in corners]))


EVERYWHERE = area("boundary", -5000, -5000, 5000, 5000)


def pixels(webp: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(webp))
    assert image.format == "WEBP"
    return image.convert("RGB")


def tile(shapes: list[Shape], theme: Theme = "light", x: int = X, y: int = Y, **more: int) -> Image.Image:
    return pixels(draw_tile(shapes, Z, x, y, theme, "en", **more))


def color_at(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    found = image.getpixel((round(x), round(y)))
    assert isinstance(found, tuple)
    return found


# --- colors ------------------------------------------------------------------------------------------------


def test_the_colors_are_those_of_the_stylesheet() -> None:
    style = (Path(__file__).parents[2] / "assets/site.css").read_text()
    # A third one says which of them are the same for who asks for more contrast.
    light, dark, _ = (
        dict(re.findall(r"--(\w+): (#\w+);", block)) for block in re.findall(r":root \{(.*?)\}", style, re.S)
    )

    def long_form(color: str) -> str:
        return color if len(color) == 7 else "#" + "".join(2 * digit for digit in color[1:])

    for ours, theirs in ((LIGHT, light), (DARK, dark)):
        assert ours == {name: long_form(theirs[name]) for name in ours}


@pytest.mark.parametrize("theme", THEMES)
def test_names_can_be_read_on_their_halo_and_the_pin_seen_on_everything(theme: Theme) -> None:
    palette = PALETTES[theme]
    for ink in (palette.ink, palette.quiet, palette.water_ink, palette.park_ink):
        assert contrast(ink, palette.halo) >= (7 if theme == "contrast" else 4.5)
    assert contrast(palette.pin, palette.pin_edge) >= 4.5
    assert contrast(palette.pin, palette.land) >= 3
    if theme == "contrast":
        assert contrast(palette.street, palette.land) >= 3


# --- what is drawn ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
def test_land_water_park_and_street_are_told_apart(theme: Theme) -> None:
    shapes = [
        EVERYWHERE,
        area("water", 0, 0, 60, 256),
        area("park", 100, 0, 160, 256),
        line("street", (-50, 200), (300, 200), rank=2),
    ]
    image, palette = tile(shapes, theme), PALETTES[theme]
    assert color_at(image, 30, 100) == palette.water
    assert color_at(image, 130, 100) == palette.park
    assert color_at(image, 220, 100) == palette.land
    assert color_at(image, 220, 200) == color_at(image, 30, 200) == palette.main
    red, green, blue = color_at(image, 30, 100)
    assert blue > green > red


def test_a_river_that_is_a_line_is_as_wide_as_a_river_and_whole_at_the_border_of_tiles() -> None:
    shapes = [EVERYWHERE, line("water", (250, -400), (250, 100), (100, 700))]
    left, right = tile(shapes), tile(shapes, x=X + 1)
    for y in (10, 128, 245):
        assert color_at(left, 255, y) == color_at(right, 0, y) == PALETTES["light"].water


def test_an_island_in_the_water_and_a_town_in_the_city_are_holes() -> None:
    ring, hole = ([at(*p) for p in ((a, a), (b, a), (b, b), (a, b))] for a, b in ((20, 236), (80, 176)))
    water = Shape("water", 0, "", shapely.Polygon(ring, [hole]))
    image = tile([EVERYWHERE, water])
    assert color_at(image, 50, 128) == PALETTES["light"].water
    assert color_at(image, 128, 128) == PALETTES["light"].land
    city = tile([Shape("boundary", 0, "", shapely.Polygon(ring, [hole]))])
    assert color_at(city, 50, 128) == PALETTES["light"].land
    assert color_at(city, 128, 128) == color_at(city, 5, 5) != PALETTES["light"].land


@pytest.mark.parametrize("theme", THEMES)
def test_outside_the_city_is_shaded_and_inside_is_not(theme: Theme) -> None:
    image = tile([area("boundary", -500, -500, 128, 500)], theme)
    assert color_at(image, 60, 128) == PALETTES[theme].land
    assert luminance(color_at(image, 200, 128)) < 0.8 * luminance(color_at(image, 60, 128))
    far_away = pixels(draw_tile([area("boundary", -500, -500, 128, 500)], Z, X + 40, Y, theme, "en"))
    assert color_at(far_away, 128, 128) == color_at(image, 200, 128)


def test_edges_are_smooth() -> None:
    image = tile([EVERYWHERE, line("water", (-20, -10), (280, 270))])
    colors = image.getcolors(256)
    assert colors and len(colors) > 3


def test_small_streets_come_only_close_up_and_main_streets_are_wider() -> None:
    small = Shape("street", 4, "", shapely.LineString([(LONG - 1, LAT), (LONG + 1, LAT)]))
    main = Shape("street", 1, "", small.geometry)

    def not_land(shape: Shape, zoom: int) -> int:
        x, y = (int(value // 256) for value in pixel_of(LAT, LONG, zoom))
        image = pixels(draw_tile([shape], zoom, x, y, "contrast", "en"))
        column = [color_at(image, 128, row) for row in range(256)]
        return sum(color != PALETTES["contrast"].land for color in column)

    assert not_land(small, 12) == 0 < not_land(main, 12)
    assert 0 < not_land(small, 17) < not_land(main, 17)


@pytest.mark.parametrize("zoom", range(10, 19))
def test_there_is_a_picture_at_every_zoom(zoom: int) -> None:
    shapes = shapes_of_city(load_city(CITY))
    x, y = (int(value // 256) for value in pixel_of(LAT, LONG, zoom))
    assert pixels(draw_tile(shapes, zoom, x, y, "light", "en")).size == (256, 256)
    assert pixels(draw_tile(shapes, zoom, x, y, "dark", "es", 2)).size == (512, 512)


# --- names --------------------------------------------------------------------------------------------------


def labels_of(shapes: list[Shape], locale: str = "en") -> list[Label]:
    ground = Ground(shapes, Z, X // 2 * 512, Y // 2 * 512)
    return place_labels(ground, (0, 0, 512, 512), locale)


def in_block(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([at(*point, tile=(X // 2 * 2, Y // 2 * 2)) for point in points])


def street(*points: tuple[float, float], name: str, rank: int = 2, **names: str) -> Shape:
    return Shape("street", rank, name, in_block(*points), names)


def test_a_street_has_its_name_and_one_without_room_has_none() -> None:
    assert [label.text for label in labels_of([street((10, 100), (500, 100), name="Ash Street")])] == [
        "Ash St",
        "Ash St",
    ][:1]
    assert labels_of([street((10, 100), (40, 100), name="Southwest Montgomery Street")]) == []
    assert labels_of([street((10, 100), (500, 100), name="")]) == []


def test_names_are_in_the_pages_language_where_known() -> None:
    plaza = street((10, 100), (500, 100), name="Main Street", es="Calle Mayor")
    assert {label.text for label in labels_of([plaza], "es")} == {"Calle Mayor"}
    assert {label.text for label in labels_of([plaza], "en")} == {"Main St"}


def test_a_name_that_no_font_here_can_write_is_not_drawn_as_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    private = "\ue000\ue001\ue002"
    shape = street((10, 100), (500, 100), name="Main Street", es=private)
    assert {label.text for label in labels_of([shape], "es")} == {"Main St"}
    assert labels_of([street((10, 100), (500, 100), name=private)]) == []


def test_without_any_font_of_the_system_latin_names_are_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "FONTS", ())
    caches = [lettering._faces, lettering._face_for, lettering.text_of]
    for cache in caches:
        cache.cache_clear()
    try:
        assert lettering.faces() == "Pillow's own"
        assert lettering.writable("Peña Blvd") == "Pena Blvd"
        assert lettering.writable("Проспект") is None
        assert {label.text for label in labels_of([street((10, 100), (500, 100), name="Calle Peña")])} == {
            "Calle Pena"
        }
    finally:
        for cache in caches:
            cache.cache_clear()


def test_names_follow_their_street_and_are_never_upside_down() -> None:
    rising = street((20, 480), (480, 20), name="Rising Street")
    falling = street((480, 480), (20, 20), name="Falling Street")
    upward = street((256, 500), (256, 10), name="Upward Street")
    angles = {label.text: label.angle for label in labels_of([rising])} | {
        label.text: label.angle for shape in (falling, upward) for label in labels_of([shape])
    }
    assert angles == {"Rising St": 45, "Falling St": -45, "Upward St": 90}


def many_streets(seed: int) -> list[Shape]:
    choose = random.Random(seed)
    shapes = []
    for number in range(40):
        ends = [(choose.uniform(-200, 700), choose.uniform(-200, 700)) for _ in range(2)]
        shapes.append(street(*ends, name=f"Street number {number}", rank=choose.randrange(5)))
    for number in range(15):
        point = shapely.Point(in_block((choose.uniform(0, 512), choose.uniform(0, 512)), (0, 0)).coords[0])
        shapes.append(Shape("place", 3, f"Place {number}", point, kind="landmark"))
    return shapes


def ink_of(label: Label) -> Image.Image:
    """Where the letters of a name are, on a plane around the block."""
    plane = Image.new("L", (712, 712))
    text = lettering.text_of(label.text, label.size, label.angle)
    assert text
    spot = round(label.x - text.letters.width / 2) + 100, round(label.y - text.letters.height / 2) + 100
    plane.paste(text.letters, spot)
    return plane


@pytest.mark.parametrize("seed", range(6))
def test_no_name_covers_another_and_none_leaves_its_block(seed: int) -> None:
    labels = labels_of(many_streets(seed))
    assert len(labels) > 10
    block = Image.new("L", (712, 712))
    ImageDraw.Draw(block).rectangle((100, 100, 611, 611), 255)
    taken = Image.new("L", (712, 712))
    for label in labels:
        ink = ink_of(label).point(lambda value: 255 * (value > 60))
        assert ImageChops.subtract(ink, block).getbbox() is None, label.text
        assert ImageChops.darker(taken, ink).getbbox() is None, label.text
        taken = ImageChops.lighter(taken, ink)


def test_a_name_across_the_border_of_tiles_is_whole_on_both_together() -> None:
    middle = street((120, 128), (392, 128), name="Montgomery Boulevard Street")
    [label] = labels_of([middle])
    assert abs(label.x - 256) < 20
    first, second = (tile([middle], "contrast", x=X // 2 * 2 + n, y=Y // 2 * 2) for n in range(2))
    both = Image.new("RGB", (512, 256))
    both.paste(first, (0, 0))
    both.paste(second, (256, 0))
    ground = Ground([middle], Z, X // 2 * 512, Y // 2 * 512)
    whole = pixels(encoded(paint(ground, (0, 0), (512, 256), [label], "contrast", 1), "contrast"))
    assert ImageChops.difference(both, whole).getbbox() is None


def test_neighbors_outside_the_block_do_not_move_a_name() -> None:
    shapes = many_streets(1)
    beyond = [Shape("street", 0, "Far Street", in_block((900, 100), (1400, 100)))]
    assert labels_of(shapes) == labels_of([*shapes, *beyond])


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("Southeast Hawthorne Boulevard", "SE Hawthorne Blvd"),
        ("Northwest Broadway", "NW Broadway"),
        ("North Avenue", "North Ave"),
        ("Avenue", "Avenue"),
        ("Broadway", "Broadway"),
        ("Calle Ávila", "Calle Ávila"),
    ],
)
def test_streets_have_the_short_names_of_signs(name: str, sign: str) -> None:
    assert shortened(name) == sign


def test_the_same_shapes_give_the_same_bytes_in_whatever_order_they_come() -> None:
    shapes = [EVERYWHERE, area("park", 50, 50, 200, 200, "Green Park"), *many_streets(2)]
    expected = draw_tile(shapes, Z, X, Y, "light", "en")
    for seed in range(3):
        random.Random(seed).shuffle(shapes)
        assert draw_tile(shapes, Z, X, Y, "light", "en") == expected


# --- pictures of a spot -------------------------------------------------------------------------------------


def difference_box(one: bytes, other: bytes) -> tuple[int, int, int, int]:
    changed = ImageChops.difference(pixels(one), pixels(other)).convert("L").point(lambda v: 255 * (v > 12))
    box = changed.getbbox()
    assert box
    return box


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scale", [1, 2])
def test_the_tip_of_the_pin_is_at_the_spot(theme: Theme, scale: int) -> None:
    bare, pinned = (
        draw_picture([], LAT, LONG, 360, 400, 16, theme, "en", pin, scale=scale) for pin in (False, True)
    )
    left, top, right, bottom = (value / scale for value in difference_box(bare, pinned))
    assert (left + right) / 2 == pytest.approx(180, abs=1)
    assert bottom == pytest.approx(200, abs=3)
    assert 20 < right - left < 32 and 28 < bottom - top < 42
    assert color_at(pixels(pinned), 180 * scale, 188 * scale) == PALETTES[theme].pin


def test_a_street_under_the_spot_is_under_the_tip() -> None:
    across = Shape("street", 0, "", shapely.LineString([(LONG - 0.01, LAT), (LONG + 0.01, LAT)]))
    image = pixels(draw_picture([across], LAT, LONG, 360, 400, 17, "contrast", "en", False))
    assert color_at(image, 180, 200) == PALETTES["contrast"].highway
    assert color_at(image, 180, 180) == PALETTES["contrast"].land


@pytest.mark.parametrize(("zoom", "feet"), [(14, 1000), (16, 200), (18, 100)])
def test_the_scale_bar_is_as_long_as_it_says(zoom: int, feet: int) -> None:
    image = pixels(draw_picture([], LAT, LONG, 360, 400, zoom, "contrast", "en", False))
    dark = [x for x in range(8, 110) if color_at(image, x, 370)[0] < 60]
    assert dark == [8, dark[-1]]
    meters_per_pixel = 156543.034 * math.cos(math.radians(LAT)) / 2**zoom
    assert (dark[-1] - 8) * meters_per_pixel == pytest.approx(feet * 0.3048, abs=1.5 * meters_per_pixel)


def test_who_made_the_data_stands_below_however_long_it_is() -> None:
    without, with_words, with_many = (
        draw_picture([], LAT, LONG, 360, 400, 16, "light", "en", attribution=words)
        for words in ("", "© OpenStreetMap contributors", "© a city and many others " * 20)
    )
    left, top, right, _ = difference_box(without, with_words)
    assert left > 180 and top > 380 and right > 350
    assert difference_box(without, with_many)[1] > 380


def test_names_keep_away_from_the_pin() -> None:
    shapes = [
        Shape("street", 1, f"Street number {n}", shapely.LineString([(LONG - 0.02, lat), (LONG + 0.02, lat)]))
        for n, lat in enumerate(LAT + step * 0.00012 for step in range(-30, 31))
    ]
    pinned = pixels(draw_picture(shapes, LAT, LONG, 360, 400, 16, "light", "en"))
    assert color_at(pinned, 180, 177) == PALETTES["light"].pin_edge
    around = {color_at(pinned, x, y) for x in (165, 194) for y in range(168, 200)}
    assert PALETTES["light"].ink not in around


# --- bad data -----------------------------------------------------------------------------------------------

NAN, HUGE = float("nan"), 1e300


@pytest.mark.parametrize(
    "wkb",
    [
        b"",
        b"\x01\x02",
        b"no geometry at all",
        None,
        "text",
        7,
        shapely.LineString([(0, 0), (HUGE, HUGE)]).wkb,
        shapely.LineString([(-200, 0), (200, 0)]).wkb,
        shapely.LineString([(0, 91), (1, 92)]).wkb,
        shapely.Point(NAN, 1).wkb,
        shapely.LineString().wkb,
        b"\x01" + b"\x07\x00\x00\x00\x01\x00\x00\x00\x01" * 5000,
        b"\x01\x02\x00\x00\x00\xff\xff\xff\xff",
        shapely.LineString([(n / 10_000_000, 1) for n in range(100_001)]).wkb,
    ],
)
def test_a_row_that_is_no_shape_is_left_out(wkb: bytes) -> None:
    assert shape_of_row("street", 1, "x", None, wkb) is None


def test_what_stands_in_other_columns_is_taken_with_care() -> None:
    wkb = shapely.Point(1, 1).wkb
    assert shape_of_row("constellation", 1, "x", None, wkb) is None
    shape = shape_of_row("park", 99, "a\u202eb\x00\nc" * 1000, '{"es": 5, "en": "Park"}', wkb)
    assert shape and shape.rank == 9 and len(shape.name) == 80 and shape.name.startswith("ab c")
    assert dict(shape.names) == {"en": "Park"}
    for names in ("[", "[1]", "null", "[" * 100_000, 7):
        odd = shape_of_row("park", "high", 8, names, wkb)
        assert odd and odd.rank == 9 and odd.name == "" and not odd.names
    assert point_of_row(1, "x", None, NAN, 1.0, "park") is None
    assert point_of_row(1, "x", None, None, 1.0, "park") is None


def hostile() -> list[BaseGeometry]:
    a, b, c, d = at(0, 0), at(256, 0), at(256, 256), at(0, 256)
    bow = shapely.Polygon([a, c, b, d])
    spikes = shapely.Polygon([a, b, c, at(300, 256), c, d])
    clockwise = shapely.Polygon([a, d, c, b])
    hole_outside = shapely.Polygon([a, b, c, d], [[at(300, 300), at(400, 300), at(400, 400)]])
    flat = shapely.Polygon([a, c, a, c])
    deep = shapely.GeometryCollection(
        [shapely.GeometryCollection([shapely.GeometryCollection([bow, shapely.Point(*a)])])]
    )
    world = shapely.box(-180, -90, 180, 90)
    lines = [shapely.LineString([a, a]), shapely.LineString([(-180, -90), (180, 90)])]
    several = [shapely.MultiPoint([a, b]), shapely.MultiPolygon([bow, clockwise])]
    high = shapely.Polygon([(*a, 5), (*b, 5), (*c, 5)])
    return [bow, spikes, clockwise, hole_outside, flat, deep, world, high, *lines, *several]


@pytest.mark.parametrize("layer", ["boundary", "area", "water", "park", "street", "rail", "bridge", "place"])
@pytest.mark.parametrize("number", range(len(hostile())))
def test_every_sort_of_broken_shape_gives_a_picture_or_nothing(layer: str, number: int) -> None:
    row = shape_of_row(layer, 0, "Name", None, hostile()[number].wkb)
    assert row
    shapes = [
        Shape(row.layer, 0, row.name, row.geometry, kind="landmark"),
        line("street", (0, 100), (256, 100), rank=2),
    ]
    image = tile(shapes)
    if layer != "boundary":
        assert PALETTES["light"].main in {color for _, color in image.getcolors(70_000) or ()}


@given(
    st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-90, 90)) | st.just((LONG, LAT)), min_size=3, max_size=12
    ),
    st.sampled_from(["boundary", "water", "park", "street"]),
    st.booleans(),
)
def test_any_points_on_earth_can_be_drawn(
    points: list[tuple[float, float]], layer: str, closed: bool
) -> None:
    geometry = shapely.Polygon(points) if closed else shapely.LineString(points)
    assert tile([Shape(layer, 0, "Name", geometry)]).size == (256, 256)


# --- where shapes come from ---------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "places.db"


HERE = box_of_tile(Z, X, Y)


def test_without_a_places_database_the_city_pack_is_the_map(file: Path) -> None:
    store = MapStore(file, load_city(CITY))
    found = store.shapes(box_of_picture(LAT, LONG, 360, 400, 12), 12)
    assert {shape.layer for shape in found} == {"boundary", "water", "street", "place"}
    assert store.sources() == []
    assert not file.exists()


def test_the_places_database_is_read_by_box_and_zoom(file: Path) -> None:
    near, far = (
        line("street", (0, 0), (100, 0), rank=4, name="Near"),
        line("street", (5000, 0), (6000, 0), name="Far"),
    )
    place = Shape("place", 3, "Library", shapely.Point(*at(9, 9)), {"es": "Biblioteca"}, kind="library")
    stop = Shape("place", 3, "Stop 1", shapely.Point(*at(9, 9)), kind="stop")
    write_places(
        file, [EVERYWHERE, near, far, place, stop], sources=[("OpenStreetMap", "ODbL"), ("City", "")]
    )
    store = MapStore(file, small_city())
    assert {shape.name for shape in store.shapes(HERE, 16)} == {"", "Near", "Library"}
    assert {shape.name_in("es") for shape in store.shapes(HERE, 16)} == {"", "Near", "Biblioteca"}
    assert {shape.layer for shape in store.shapes(HERE, 12)} == {"boundary"}
    assert [(source.name, source.license) for source in store.sources()] == [
        ("OpenStreetMap", "ODbL"),
        ("City", ""),
    ]


def test_a_boundary_is_known_far_away_too_and_comes_from_the_pack_if_need_be(file: Path) -> None:
    write_places(file, [EVERYWHERE])
    far = Box(-120, 45, -119.9, 45.1)
    assert [shape.layer for shape in MapStore(file, small_city()).shapes(far, 15)] == ["boundary"]
    write_places(file, [])
    [boundary] = MapStore(file, small_city()).shapes(far, 15)
    assert boundary.name == "Smallville"


def test_the_version_changes_with_the_data_and_with_nothing_else(file: Path) -> None:
    store = MapStore(file, small_city())
    without = store.version()
    assert store.version() == without == MapStore(file, small_city()).version()
    write_places(file, [EVERYWHERE])
    first = store.version()
    assert first == MapStore(file, small_city()).version() != without
    write_places(file, [EVERYWHERE])
    assert store.version() not in (first, without)


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_a_broken_places_database_is_as_good_as_none(
    file: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_bytes(content)
    store = MapStore(file, load_city(CITY))
    assert {shape.layer for shape in store.shapes(HERE, 15)} >= {"boundary", "water"}
    assert store.sources() == []
    assert "city pack" in caplog.text


def test_a_broken_row_does_not_spoil_the_others(file: Path) -> None:
    write_places(file, [EVERYWHERE, line("street", (0, 0), (100, 0), name="Good")])
    with sqlite3.connect(file) as connection:
        add_shape(connection, 90, "street", b"broken", (90, -123.0, -122.0, 45.0, 46.0))
        add_shape(connection, 91, "nothing", shapely.Point(1, 1).wkb, (91, -123.0, -122.0, 45.0, 46.0))
    connection.close()
    assert [shape.name for shape in MapStore(file, small_city()).shapes(HERE, 16)] == ["", "Good"]


# --- pictures on disk ---------------------------------------------------------------------------------------


def test_pictures_are_kept_and_the_folder_never_grows_beyond_its_limit(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path / "tiles", most_bytes=20 * 4096, look_every=5)
    assert files.read("ab12") is None
    for number in range(60):
        files.write(f"{number:04x}", b"x" * 100)
    kept = [number for number in range(60) if files.read(f"{number:04x}")]
    assert 0 < len(kept) <= 25
    assert not list((tmp_path / "tiles").rglob("*.new"))


def test_what_was_asked_for_lately_stays(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path, most_bytes=10 * 4096, look_every=1000)
    for number in range(20):
        files.write(f"{number:04x}", b"x")
        os.utime(tmp_path / f"{number:04x}"[:2] / f"{number:04x}.webp", (time.time() - 200_000 + number,) * 2)
    assert files.read("0000")
    files.make_room()
    assert files.read("0000") and files.read("0013")
    assert files.read("0001") is None


def test_a_full_or_forbidden_disk_only_means_drawing_again(tmp_path: Path) -> None:
    (tmp_path / "tiles").write_text("a file where a folder should be")
    files = PictureFiles(tmp_path / "tiles")
    files.write("abcd", b"x")
    assert files.read("abcd") is None


# --- real data ----------------------------------------------------------------------------------------------


def test_the_real_center_is_drawn_with_its_streets(shared_data: Path) -> None:
    from bench import city_map

    if not city_map.STREETS.exists():
        pytest.skip(f"no streets at {city_map.STREETS}: set PORTAL_TEST_DATA to the folder of test data")
    shapes = [
        shape
        for shape in city_map.shapes_of_portland()
        if shape.layer == "boundary" or shape.box.touches(HERE)
    ]
    assert "W Burnside St" in {label.text for label in labels_of(shapes)}
    weight = len(draw_tile(shapes, Z, X, Y, "light", "en"))
    assert 1_000 < weight < 8_000
