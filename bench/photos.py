"""What one photo costs: CPU in the worker and in the server, and the bytes that come out.

Run from the repository: `python -m bench.photos [--small] [--json FILE]`. CPU is user and system time of the process,
from getrusage, the median of several runs. What is aimed at is how that compares with the barest way to the same three
pictures, a few lines of Pillow that take turns with ours in the same worker. The photos are made here; the phone photos
in ../shared/data (or PORTAL_TEST_DATA) are measured in addition, if they are there.
"""

import asyncio
import io
import os
import random
import resource
import statistics
import tempfile
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from app.photos.files import open_store
from app.photos.service import PhotoService
from app.photos.worker import limited_shrink, new_pool
from bench.tables import Figure, options, show, write
from tests.photos.stand_ins import scene

MOST_TIMES_BARE = 1.5
"""Checks, sandbox, colors, a second try at the weight and the way through the server may cost that much more."""
AIM_BYTES = 250_000
SHARED = Path(os.environ.get("PORTAL_TEST_DATA", Path(__file__).parents[2] / "shared/data")) / "photos"
PHOTOS = {
    "JPEG, 12 MP, Galaxy S7": "large/galaxy-s7-edge-12mp.jpg",
    "JPEG, 12 MP, Olympus": "exif-samples/tests/42_IndexError.jpg",
    "JPEG, 9.6 MP, Galaxy Note 3": "large/galaxy-note3-9.6mp.jpg",
    "JPEG, 8 MP, iPhone 6 Plus": "large/iphone-6plus.jpg",
    "JPEG, 5 MP, iPhone 4, street": "street/photo.JPG",
    "HEIC, 12 MP, iPhone 13": "exif-samples/heic/iphone_13_pro_max.HEIC",
}


@dataclass
class Row:
    """One photo's cost. worker_cpu_ms, server_cpu_ms, bare_cpu_ms: median milliseconds; the rest: bytes."""

    photo: str
    upload: int
    worker_cpu_ms: float
    server_cpu_ms: float
    bare_cpu_ms: float
    full: int
    medium: int
    small: int


def main() -> None:
    """Measure, print, write."""
    chosen_by = options(__doc__)
    runs = chosen_by.of(1, 3, 5)
    with tempfile.TemporaryDirectory() as folder:
        made, real = (
            [measured(name, path, Path(folder), runs) for name, path in photos.items()]
            for photos in (made_in(Path(folder)), {} if chosen_by.trial else real_ones())
        )
    print_table([*made, *real])
    tables = {"Photos of 12 megapixels, made for this": aims(made)}
    if real:
        tables["Photos of real phones, the dearest of each kind"] = aims(real, "real ")
    for title, figures in tables.items():
        show(title, figures)
    print(f"\nLoad of the machine meanwhile: {os.getloadavg()[1]:.1f}")
    write(chosen_by.json, tables, photos=[asdict(row) for row in [*made, *real]])


def aims(rows: list[Row], which: str = "") -> list[Figure]:
    """What was aimed at, and what the worst photo of each kind needs. which: before each name."""
    figures = []
    for kind in ("JPEG", "HEIC"):
        if large := [row for row in rows if row.photo.startswith(f"{kind}, 12 MP")]:
            dearest = max(large, key=_cpu_ms)
            ratio, full = _cpu_ms(dearest) / dearest.bare_cpu_ms, max(row.full for row in large)
            note = f"barest way {dearest.bare_cpu_ms:.0f} ms"
            figures += [
                Figure(f"{which}{kind}: CPU in worker and server", _cpu_ms(dearest), "ms", note=note),
                Figure(f"{which}{kind}: CPU, ours / bare", ratio, "times", MOST_TIMES_BARE),
                Figure(f"{which}{kind}: bytes in full size", full, "bytes", AIM_BYTES),
            ]
    return figures


def _cpu_ms(row: Row) -> float:
    return row.worker_cpu_ms + row.server_cpu_ms


def real_ones() -> dict[str, Path]:
    """The phone photos that are there, by name."""
    return {name: SHARED / path for name, path in PHOTOS.items() if (SHARED / path).exists()}


def made_in(folder: Path) -> dict[str, Path]:
    """Pictures of 4032 x 3024 pixels with about as much detail as a street, always the same, by name."""
    noise = Image.frombytes("L", (1008, 756), random.Random(311).randbytes(1008 * 756))
    grain = noise.resize((4032, 3024), Image.Resampling.BICUBIC).point(
        [64 + value // 2 for value in range(256)]
    )
    bands = (grain, grain.transpose(Image.Transpose.FLIP_LEFT_RIGHT), grain)
    image = Image.blend(Image.merge("RGB", bands), scene(grain.size), 0.75)
    files = {"JPEG, 12 MP, made": folder / "made.jpg", "HEIC, 12 MP, made": folder / "made.heic"}
    for file in files.values():
        image.save(file, quality=92 if file.suffix == ".jpg" else 60)
    return files


def measured(name: str, path: Path, folder: Path, runs: int) -> Row:
    """Shrink one photo several times in a worker, then take it through the whole service as often."""
    data = path.read_bytes()
    with new_pool(workers=1, memory_bytes=2**31) as pool:
        pairs = [pool.schedule(both, args=(data,), timeout=60).result() for _ in range(runs)]
    ours, bare = zip(*pairs, strict=True)
    server = asyncio.run(server_cpu_ms(path, folder, runs))
    return Row(
        name,
        len(data),
        round(statistics.median(cost.cpu_ms for cost in ours), 1),
        round(server, 1),
        round(statistics.median(bare), 1),
        *ours[0].sizes,
    )


class Cost(NamedTuple):
    """CPU in milliseconds, and the bytes of the three sizes."""

    cpu_ms: float
    sizes: tuple[int, int, int]


def both(data: bytes) -> tuple[Cost, float]:
    """Runs in the worker: what it takes for one photo, and the CPU milliseconds of the barest way."""
    began = cpu_ms()
    files = limited_shrink(data, 30).files
    between = cpu_ms()
    barely(data)
    sizes = (len(files["full"]), len(files["800"]), len(files["320"]))
    return Cost(between - began, sizes), cpu_ms() - between


def barely(data: bytes) -> list[bytes]:
    """The same three pictures, without asking what the file is, how it lies or what its colors mean."""
    image: Image.Image = Image.open(io.BytesIO(data))
    smaller = max(image.size) / 1600
    image.draft(None, (int(image.width / smaller), int(image.height / smaller)))
    found = []
    for side in (1600, 800, 320):
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        image.convert("RGB").save(out, "WEBP", quality=80, method=2)
        found.append(out.getvalue())
    return found


async def server_cpu_ms(path: Path, folder: Path, runs: int) -> float:
    """CPU milliseconds of this process (all its threads) for one photo, storing included."""
    service = PhotoService(store=open_store(folder / "photos"))
    used = []
    try:
        await service.process(path)  # starts the worker
        for _ in range(runs):
            before = cpu_ms()
            stored = await service.process(path)
            used.append(cpu_ms() - before)
            await service.delete(stored.content)
    finally:
        await asyncio.to_thread(service.close)
    return statistics.median(used)


def cpu_ms() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1000


COLUMNS = ("upload", "worker ms", "server ms", "bare ms", "full", "800", "320")


def print_table(rows: list[Row]) -> None:
    """What each photo takes, and the bytes that come out."""
    print(f"{'photo':30}", *(f"{name:>10}" for name in COLUMNS), " bytes")
    for row in rows:
        name, *numbers = astuple(row)
        print(f"{name:30}", *(f"{number:>10,}" for number in numbers))


if __name__ == "__main__":
    main()
