"""<photo-input>: photos become upright, small and free of hidden data, and the form carries the small ones."""

import io
from base64 import b64decode, b64encode
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import FilePayload, Locator, Page, expect

from a11y_tests.modules.conftest import Axe, Form
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import until


@pytest.fixture
def photos(form: Form) -> Page:
    """The step for photos of a report that needs nothing else."""
    page = form("/en/report/anywhere/")
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    return page


def add(page: Page, *files: Path | FilePayload) -> None:
    """Choose files, and wait until all are ready."""
    page.get_by_label("Add photos").set_input_files(
        [file if isinstance(file, dict) else loaded(file) for file in files]
    )
    page.evaluate("document.querySelector('photo-input').work")


def loaded(file: Path) -> FilePayload:
    """A file with the type that a browser would guess from its name."""
    return {"name": file.name, "mimeType": guess_type(file.name)[0] or "", "buffer": file.read_bytes()}


def said(page: Page) -> Locator:
    return page.locator(".photo-status")


def sent(page: Page) -> list[bytes]:
    """The bytes of the photos that a plain submit would send."""
    urls = page.evaluate(
        """() => {
          const read = (file) => new Promise((resolve) => {
            const reader = new FileReader();
            reader.onload = () => resolve(reader.result);
            reader.readAsDataURL(file);
          });
          return Promise.all(new FormData(document.querySelector("form")).getAll("media").map(read));
        }"""
    )
    return [b64decode(url.partition("base64,")[2]) for url in urls]


def made(width: int, height: int, kind: str = "jpeg", **options: object) -> FilePayload:
    """A picture with something to see on it."""
    picture = Image.effect_mandelbrot((width, height), (-2, -1.2, 1, 1.2), 60).convert(
        str(options.pop("mode", "RGB"))
    )
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return {"name": f"photo.{kind}", "mimeType": f"image/{kind}", "buffer": out.getvalue()}


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures show the same, as far as JPEG allows."""
    small = [picture.convert("L").resize((48, 48)) for picture in (one, other)]
    histogram = ImageChops.difference(*small).histogram()
    return sum(value * count for value, count in enumerate(histogram)) / 48**2 < 6


def opened(photo: bytes) -> Image.Image:
    """The pixels as stored: Pillow does not look at the orientation."""
    return Image.open(io.BytesIO(photo))


# --- upright, small, clean ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["Landscape", "Portrait"])
def test_photos_of_every_orientation_arrive_upright(photos: Page, data: Path, shape: str) -> None:
    folder = data / "photos/orientation"
    upright = Image.open(folder / f"{shape}_1.jpg")
    for numbers in ((1, 2, 3, 4), (5, 6, 7, 8)):
        add(photos, *(folder / f"{shape}_{number}.jpg" for number in numbers))
        for number, photo in zip(numbers, sent(photos), strict=True):
            picture = opened(photo)
            assert (picture.width > picture.height) == (shape == "Landscape"), number
            assert alike(picture, upright), number
        for _ in numbers:
            photos.get_by_role("button", name="Remove photo 1").click()


def test_photos_arrive_upright_in_browsers_that_do_not_turn_them(photos: Page, data: Path) -> None:
    # Chrome before 81 and Safari before 13.1 draw what is stored, whatever the orientation says. Here the image
    # element gets the same pixels without the orientation, and so draws them as those browsers do.
    folder = data / "photos/orientation"
    files = [folder / f"Landscape_{number}.jpg" for number in range(1, 9)]
    photos.evaluate(
        """(stored) => {
          window.createImageBitmap = undefined;
          CSS.supports = () => false;
          const { createObjectURL } = URL;
          const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          URL.createObjectURL = (file) => createObjectURL(file.name in stored ? new Blob([bytes(stored[file.name])]) : file);
        }""",
        {file.name: b64encode(without_exif(file.read_bytes())).decode() for file in files},
    )
    upright = Image.open(files[0])
    for some in (files[:4], files[4:]):
        add(photos, *some)
        for file, photo in zip(some, sent(photos), strict=True):
            assert alike(opened(photo), upright), file.name
        for _ in some:
            photos.get_by_role("button", name="Remove photo 1").click()


def without_exif(photo: bytes) -> bytes:
    """A JPEG without its APP1 segments."""
    kept, at = photo[:2], 2
    while photo[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(photo[at + 2 : at + 4])
        kept += b"" if photo[at + 1] == 0xE1 else photo[at:end]
        at = end
    return kept + photo[at:]


def test_twelve_megapixels_become_a_small_jpeg(photos: Page, data: Path) -> None:
    add(photos, data / "photos/large/galaxy-s7-edge-12mp.jpg")
    (photo,) = sent(photos)
    assert len(photo) <= 250_000
    picture = opened(photo)
    assert picture.format == "JPEG"
    assert max(picture.size) == 1600
    assert alike(picture, Image.open(data / "photos/large/galaxy-s7-edge-12mp.jpg"))
    expect(said(photos)).to_have_text(f"Photo 1 added, {round(len(photo) / 1000)} kB.")


def test_a_photo_full_of_noise_stops_at_a_size_where_one_can_still_see_something(photos: Page) -> None:
    noise = Image.effect_noise((2000, 1500), 250).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "jpeg", quality=95)
    add(photos, {"name": "noise.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    (photo,) = sent(photos)
    assert 800 <= max(opened(photo).size) < 1600
    assert len(photo) < 400_000


def test_small_pictures_are_not_made_larger(photos: Page) -> None:
    add(photos, made(300, 200))
    (photo,) = sent(photos)
    assert opened(photo).size == (300, 200)


def test_what_is_transparent_becomes_white(photos: Page) -> None:
    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((200, 0, 0, 255), (32, 0, 64, 64))
    out = io.BytesIO()
    picture.save(out, "png")
    add(photos, {"name": "sign.png", "mimeType": "image/png", "buffer": out.getvalue()})
    (photo,) = sent(photos)
    assert min(opened(photo).convert("RGB").getpixel((4, 4))) > 245  # type: ignore[type-var, arg-type]


def test_no_metadata_leaves_the_phone(photos: Page, data: Path) -> None:
    folder = data / "photos"
    add(
        photos,
        folder / "exif-samples/mobile/HMD_Nokia_8.3_5G.jpg",
        folder / "hostile/exif-xss-and-csv-injection.jpg",
    )
    for photo in sent(photos):
        assert b"Exif" not in photo and b"GPS" not in photo and b"http" not in photo
        assert dict(opened(photo).getexif()) == {}
        assert opened(photo).info.keys() <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "dpi",
            "icc_profile",
        }


def test_a_picture_the_canvas_lost_is_sent_as_it_is(photos: Page) -> None:
    # Safari leaves the canvas blank without a word when memory is short.
    photos.evaluate(
        """() => {
          const { drawImage } = CanvasRenderingContext2D.prototype;
          CanvasRenderingContext2D.prototype.drawImage = function (picture, ...rest) {
            if (picture instanceof HTMLCanvasElement) drawImage.call(this, picture, ...rest);
          };
        }"""
    )
    picture = made(300, 200)
    add(photos, picture)
    assert sent(photos) == [picture["buffer"]]
    expect(said(photos)).to_contain_text("Photo 1 will be sent as it is")


def test_a_canvas_that_lies_is_not_believed(photos: Page) -> None:
    # Browsers that guard against fingerprinting hand out noise instead of pixels.
    photos.evaluate(
        """() => {
          const { getImageData } = CanvasRenderingContext2D.prototype;
          CanvasRenderingContext2D.prototype.getImageData = function (...area) {
            const data = getImageData.apply(this, area);
            data.data.forEach((value, i) => (data.data[i] = (i * 7919) % 256));
            return data;
          };
        }"""
    )
    picture = made(300, 200)
    add(photos, picture)
    assert sent(photos) == [picture["buffer"]]


# --- what this browser cannot read ----------------------------------------------------------------------------------


def test_heic_is_sent_as_it_is(photos: Page, data: Path, axe: Axe) -> None:
    file = data / "photos/heif/pug.heic"
    add(photos, file)
    assert sent(photos) == [file.read_bytes()]
    expect(said(photos)).to_have_text("Photo 1 will be sent as it is; the city’s computer reads it.")
    expect(photos.get_by_role("button", name="Remove photo 1")).to_be_visible()
    axe(photos)


def test_heic_beyond_what_the_server_takes_is_said_at_once(photos: Page, data: Path, tmp_path: Path) -> None:
    large = tmp_path / "IMG_1.HEIC"
    large.write_bytes((data / "photos/heif/pug.heic").read_bytes() + bytes(15_000_000))
    photos.get_by_label("Add photos").set_input_files(large)
    expect(said(photos)).to_contain_text("IMG_1.HEIC is not a photo we can read")
    assert sent(photos) == []


def test_files_that_are_no_photos_are_named_and_left_out(photos: Page, data: Path, axe: Axe) -> None:
    hostile = data / "photos/hostile"
    film = {"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"\0\0\0\x18ftypisom" + bytes(64)}
    add(photos, hostile / "text-renamed.jpg", made(300, 200), hostile / "svg-renamed.png", film)
    assert len(sent(photos)) == 1
    words = said(photos).inner_text()
    for name in ("text-renamed.jpg", "svg-renamed.png", "film.mp4"):
        assert f"{name} is not a photo we can read. The rest of your report is fine." in words
    expect(photos.locator(".photo-list > li")).to_have_count(1)
    expect(photos.get_by_role("button", name="Remove photo 1")).to_be_visible()
    axe(photos)


def test_no_file_of_the_collection_of_evil_stops_the_form(photos: Page, data: Path) -> None:
    files = sorted((data / "photos/hostile").iterdir()) + sorted((data / "photos/imagetragick").iterdir())
    for file in files:
        add(photos, file)
        kept = photos.locator(".photo-list > li")
        if kept.count():
            (photo,) = sent(photos)
            # Either a clean JPEG of ours, or the file itself for the server to judge.
            assert photo == file.read_bytes() or dict(opened(photo).getexif()) == {}, file.name
            photos.get_by_role("button", name="Remove photo 1").click()
        expect(kept).to_have_count(0)


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_list_names_each_photo_and_says_how_many_there_are(photos: Page, axe: Axe) -> None:
    chooser = photos.get_by_label("Add photos")
    hint = "Up to 5 photos. We remove the hidden location data."
    expect(chooser).to_have_accessible_description(hint)
    expect(photos.get_by_text("0 of 5 photos added")).to_be_visible()
    add(photos, made(300, 200), made(200, 300, "png"))
    expect(photos.get_by_role("heading", name="Your photos")).to_be_visible()
    # The count is no part of it: each change would say the whole hint again.
    expect(chooser).to_have_accessible_description(hint)
    expect(photos.get_by_text("2 of 5 photos added")).to_be_visible()
    photos.get_by_label("What does photo 2 show?").fill("A fallen tree")
    expect(photos.get_by_role("img", name="A fallen tree")).to_be_visible()
    expect(photos.get_by_role("img", name="Photo 1")).to_be_visible()
    axe(photos)


def test_removing_a_photo_renumbers_the_others_and_moves_the_focus(photos: Page) -> None:
    add(photos, made(300, 200), made(310, 200), made(320, 200))
    photos.get_by_label("What does photo 3 show?").fill("The third")
    photos.get_by_role("button", name="Remove photo 2").press("Enter")
    expect(photos.get_by_role("heading", name="Your photos")).to_be_focused()
    expect(said(photos)).to_have_text("Photo removed. 2 left.")
    expect(photos.get_by_label("What does photo 2 show?")).to_have_value("The third")
    assert [opened(photo).width for photo in sent(photos)] == [300, 320]
    photos.get_by_role("button", name="Remove photo 2").click()
    photos.get_by_role("button", name="Remove photo 1").click()
    expect(photos.get_by_label("Add photos")).to_be_focused()
    assert sent(photos) == []


def test_five_photos_are_the_limit(photos: Page) -> None:
    add(photos, *(made(100 + n, 100) for n in range(4)))
    add(photos, made(200, 100), made(201, 100))
    assert len(sent(photos)) == 5
    expect(said(photos)).to_contain_text("You can send up to 5 photos.")
    add(photos, made(202, 100))
    assert len(sent(photos)) == 5
    expect(said(photos)).to_have_text("You can send up to 5 photos.")


def test_photos_the_server_has_count_too(form: Form) -> None:
    page = form("/en/report/anywhere/?kept=1")
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    add(page, *(made(100 + n, 100) for n in range(5)))
    assert len(sent(page)) == 4
    expect(page.get_by_role("button", name="Remove photo 2")).to_be_visible()
    page.get_by_label("Leave photo 1 out").check()
    add(page, made(200, 100))
    assert len(sent(page)) == 5


def test_photos_are_on_the_check_page_with_their_descriptions(photos: Page) -> None:
    add(photos, made(300, 200), made(310, 200))
    photos.get_by_label("What does photo 1 show?").fill("A hole next to a shoe")
    for _ in range(2):
        photos.get_by_role("button", name="Continue").click()
    rows = [row.inner_text().split("\n")[:2] for row in photos.locator("dl.answers > div").all()]
    assert ["Photo 1", "A hole next to a shoe"] in rows
    assert ["Photo 2", "No description"] in rows
    photos.get_by_role("link", name="Change Photo 2").click()
    expect(photos.get_by_label("What does photo 2 show?")).to_be_focused()


def test_photos_chosen_before_the_module_arrived_are_kept(page: Page) -> None:
    held: list = []  # type: ignore[type-arg]
    late = True
    page.route("**/*.js", lambda route: held.append(route) if late else route.continue_())
    page.goto("/en/report/anywhere/", wait_until="commit")
    page.get_by_label("Photo 2", exact=False).first.set_input_files(made(300, 200))
    page.get_by_label("What does photo 2 show?").fill("A hole")
    late = False
    for route in held:
        route.continue_()
    expect(page.locator(".photo-list > li")).to_have_count(1)
    page.evaluate("document.querySelector('photo-input').work")
    assert [opened(photo).format for photo in sent(page)] == ["JPEG"]
    assert page.locator("[name=media_description]").input_value() == "A hole"


# --- the photo's own place ------------------------------------------------------------------------------------------

CITY_HALL = "photos/hostile/gps-portland-city-hall-o6-12mp.jpg"


def test_the_place_of_a_photo_is_offered_and_used_only_after_yes(photos: Page, data: Path, axe: Axe) -> None:
    add(photos, data / CITY_HALL)
    question = photos.locator(".offer [role=status]")
    expect(question).to_have_text(
        "Where your photo was taken: Very close to Portland City Hall. Use that as the place?"
    )
    assert photos.locator("[name=lat]").input_value() == ""
    axe(photos)
    photos.get_by_role("button", name="Yes, use it").press("Enter")
    expect(question).to_be_focused()
    expect(question).to_have_text("The pin: Very close to Portland City Hall.")
    assert float(photos.locator("[name=lat]").input_value()) == pytest.approx(45.515, abs=0.001)
    assert float(photos.locator("[name=long]").input_value()) == pytest.approx(-122.679, abs=0.001)
    assert photos.locator("[name=place_source]").input_value() == "photo"
    axe(photos)


def test_after_no_nothing_is_used_and_it_is_not_asked_again(photos: Page, data: Path) -> None:
    add(photos, data / CITY_HALL)
    photos.get_by_role("button", name="No", exact=True).click()
    expect(photos.get_by_role("heading", name="Your photos")).to_be_focused()
    add(photos, data / CITY_HALL)
    expect(photos.locator(".offer button")).to_have_count(0)
    assert photos.locator("[name=lat]").input_value() == ""


def test_a_pin_that_is_there_is_not_questioned(photos: Page, data: Path) -> None:
    photos.evaluate("document.querySelector('place-picker').setPin([45.52, -122.66], 'map')")
    add(photos, data / CITY_HALL)
    expect(photos.locator(".offer")).to_have_count(0)


@pytest.mark.parametrize("name", ["gps-outside-city-seattle", "gps-null-island", "gps-out-of-range"])
def test_places_that_cannot_be_meant_are_not_offered(
    photos: Page, fake: FakeCity, data: Path, name: str
) -> None:
    offers = photos.evaluate_handle(
        "() => { const seen = []; addEventListener('photo-location', (event) => seen.push(event.detail)); return seen; }"
    )
    add(photos, data / f"photos/hostile/{name}.jpg")
    expect(said(photos)).to_contain_text("Photo 1 added")
    # Seattle is a place, only not one of this city; the other two are none at all.
    assert [place is not None for place in offers.json_value()] == ["seattle" in name]
    if "seattle" in name:
        until(lambda: fake.count("GET", "near.json"))
    expect(photos.locator(".offer")).to_have_count(0)


def test_gps_is_read_as_pillow_reads_it(photos: Page, data: Path, fake: FakeCity) -> None:
    """Against Pillow, on every photo of the collection that has GPS data: both byte orders, odd fractions."""
    files = [
        *(data / "photos/exif-samples/gps").glob("*.jpg"),
        *(data / "photos/exif-samples/tests").glob("*.jpg"),
    ]
    headers = photos.evaluate(
        """async ({ module, files }) => {
          const { readHeader } = await import(module);
          return files.map((base64) => readHeader(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer));
        }""",
        {
            "module": fake.pages.static("exif.js"),
            "files": [b64encode(file.read_bytes()[: 1 << 18]).decode() for file in files],
        },
    )
    compared = 0
    for file, header in zip(files, headers, strict=True):
        with Image.open(file) as picture:
            exif, size = picture.getexif(), picture.size
        assert (header["width"], header["height"]) == size, file.name
        assert header["orientation"] == exif.get(0x0112, 1), file.name
        expected = place_in(exif.get_ifd(0x8825))
        compared += expected is not None
        assert header["place"] == (expected and pytest.approx(expected)), file.name
    assert compared >= 8


def place_in(gps: dict[int, Any]) -> list[float] | None:
    """What GPS data say, in degrees; None if they do not say everything."""
    if not all(tag in gps for tag in (1, 2, 3, 4)):
        return None
    lat, long = (float(d) + float(m) / 60 + float(s) / 3600 for d, m, s in (gps[2], gps[4]))
    return [lat * (-1 if gps[1] == "S" else 1), long * (-1 if gps[3] == "W" else 1)]


def test_a_photo_goes_as_it_is_where_the_module_that_makes_it_small_does_not_come(
    photos: Page, fake: FakeCity
) -> None:
    """The network has just gone: nobody loses a photo, or is told that it is none."""
    fake.faults["static"] = ["exif.js"]
    file = made(300, 200)
    add(photos, file)
    expect(said(photos)).to_have_text("Photo 1 will be sent as it is; the city’s computer reads it.")
    photos.get_by_label("What does photo 1 show?").fill("A hole")
    assert [bytes(photo) for photo in sent(photos)] == [file["buffer"]]


# --- the plain form ---------------------------------------------------------------------------------------------------


def test_a_plain_submit_sends_the_small_photos_with_their_descriptions(
    photos: Page, data: Path, fake: FakeCity
) -> None:
    add(photos, data / "photos/large/iphone-6plus.jpg", made(300, 200))
    photos.get_by_label("What does photo 2 show?").fill("A drain")
    photos.evaluate("document.querySelector('form').submit()")
    photos.wait_for_url("**/sent")
    (form,) = fake.forms
    (first, second) = form["media"]
    assert first[0] == "photo.jpg" and len(first[1]) <= 250_000
    assert opened(second[1]).size == (300, 200)
    assert form["media_description"] == ["", "A drain"]


def test_without_datatransfer_the_plain_fields_stay(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.add_init_script("delete window.DataTransfer")
    page.goto("/en/report/anywhere/")
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Add photos")).to_have_count(0)
    page.locator("#media-1").set_input_files(made(3000, 2000))
    page.get_by_label("What does photo 1 show?").fill("A hole")
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send report").click()
    page.wait_for_url("**/sent/**")
    # The outbox sends the small version all the same.
    ((sha256, photo),) = fake.photos.items()
    assert opened(bytes(photo)).size == (1600, 1067)
    (report,) = fake.reports.values()
    assert report.content["media"] == [{"sha256": sha256, "bytes": len(photo), "description": "A hole"}]
