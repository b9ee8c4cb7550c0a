"""What one photo costs: CPU in the worker and in the server, and the bytes that come out.

Run from the repository: `python -m bench.photos [--json FILE]`. Takes about 20 seconds. CPU is user and system time
of the process, from getrusage, the median of several runs; the clock on the wall is not looked at, so other work on
the machine disturbs little. Uses the phone photos in ../shared/data (or PORTAL_TEST_DATA) if they are there, and a
picture made here if not.
"""

import asyncio
import os
import resource
import statistics
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image, ImageFilter

from app.adapters.photos.service import PhotoService
from app.adapters.photos.store import open_store
from app.adapters.photos.worker import limited_shrink, new_pool
from bench.tables import Figure, options, show, write

RUNS = 5
AIM_CPU_MS = 400
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
    """One photo's cost. worker_cpu_ms, server_cpu_ms: median milliseconds; the rest: bytes."""

    photo: str
    upload: int
    worker_cpu_ms: float
    server_cpu_ms: float
    full: int
    medium: int
    small: int


def main() -> None:
    chosen_by = options(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        rows = [measured(name, path, Path(folder)) for name, path in chosen(Path(folder)).items()]
    print_table(rows)
    tables = {"Photos of 12 megapixels, the dearest of each kind": aims(rows)}
    for title, figures in tables.items():
        show(title, figures)
    write(chosen_by.json, tables, photos=[asdict(row) for row in rows])


def aims(rows: list[Row]) -> list[Figure]:
    """What was aimed at, and what the worst photo of each kind needs."""
    figures = []
    for kind in ("JPEG", "HEIC"):
        if large := [row for row in rows if row.photo.startswith(f"{kind}, 12 MP")]:
            dearest = max(row.worker_cpu_ms + row.server_cpu_ms for row in large)
            figures.append(Figure(f"{kind}: CPU in worker and server", dearest, "ms", AIM_CPU_MS))
            figures.append(
                Figure(f"{kind}: bytes in full size", max(row.full for row in large), "bytes", AIM_BYTES)
            )
    return figures


def chosen(folder: Path) -> dict[str, Path]:
    """The photos to measure, by name: the real ones, or one made here."""
    found = {name: SHARED / path for name, path in PHOTOS.items() if (SHARED / path).exists()}
    return found or {"JPEG, 12 MP, made here": made(folder / "made.jpg")}


def made(path: Path) -> Path:
    """Save a picture of 4032 x 3024 pixels with about as much detail as a street."""
    grain = Image.effect_noise((4032, 3024), 40).filter(ImageFilter.GaussianBlur(1.5))
    Image.merge("RGB", (grain, grain.transpose(Image.Transpose.FLIP_LEFT_RIGHT), grain)).save(
        path, quality=92
    )
    return path


def measured(name: str, path: Path, folder: Path) -> Row:
    """Shrink one photo several times in a worker, then take it through the whole service as often."""
    with new_pool(workers=1, memory_bytes=2**31) as pool:
        runs = [
            pool.schedule(worker_cpu_ms, args=(path.read_bytes(),), timeout=30).result() for _ in range(RUNS)
        ]
    sizes = runs[0][1]
    server = asyncio.run(server_cpu_ms(path, folder))
    worker = statistics.median(run[0] for run in runs)
    return Row(name, path.stat().st_size, round(worker, 1), round(server, 1), *sizes)


def worker_cpu_ms(data: bytes) -> tuple[float, tuple[int, int, int]]:
    """Runs in the worker: its CPU milliseconds for one photo, and the bytes of the three sizes."""
    before = cpu_ms()
    files = limited_shrink(data, 30).files
    return cpu_ms() - before, (len(files["full"]), len(files["800"]), len(files["320"]))


async def server_cpu_ms(path: Path, folder: Path) -> float:
    """CPU milliseconds of this process (all its threads) for one photo, storing included."""
    service = PhotoService(store=open_store(folder / "photos"))
    used = []
    try:
        await service.process(path)  # starts the worker
        for _ in range(RUNS):
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


def print_table(rows: list[Row]) -> None:
    print(
        f"{'photo':30} {'upload':>10} {'worker ms':>10} {'server ms':>10} {'full':>9} {'800':>8} {'320':>8}  bytes"
    )
    for row in rows:
        print(
            f"{row.photo:30} {row.upload:>10,} {row.worker_cpu_ms:>10.1f} {row.server_cpu_ms:>10.1f} "
            f"{row.full:>9,} {row.medium:>8,} {row.small:>8,}"
        )


if __name__ == "__main__":
    main()
