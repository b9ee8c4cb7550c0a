"""The map's own pictures: shapes of the city in, WebP out."""

from app.adapters.maps.drawing import box_of_tile, draw_tile
from app.adapters.maps.files import PictureFiles
from app.adapters.maps.mercator import Box
from app.adapters.maps.picture import box_of_picture, draw_picture
from app.adapters.maps.rules import HIGHEST_ZOOM, LOWEST_ZOOM
from app.adapters.maps.shapes import Shape, shapes_of_city
from app.adapters.maps.store import MapStore, Source
from app.adapters.maps.themes import PALETTES, Theme

__all__ = [
    "HIGHEST_ZOOM",
    "LOWEST_ZOOM",
    "PALETTES",
    "Box",
    "MapStore",
    "PictureFiles",
    "Shape",
    "Source",
    "Theme",
    "box_of_picture",
    "box_of_tile",
    "draw_picture",
    "draw_tile",
    "shapes_of_city",
]
