"""Tells from the tags of OpenStreetMap whether a thing is private ground: most often right, never certain."""

from collections.abc import Mapping

# https://wiki.openstreetmap.org/wiki/Key:access: who may go there. "permissive" is an owner who lets people in.
PRIVATE_ACCESS = frozenset(("private", "customers", "members", "permissive", "residents", "tenants"))
OPEN_ACCESS = frozenset(("yes", "public", "designated", "destination", "no"))
PUBLIC_OWNERS = frozenset(("public", "government", "municipal", "city", "county", "state", "national"))
PRIVATE_AREAS = {
    "landuse": frozenset(("retail", "industrial", "commercial", "cemetery")),
    "leisure": frozenset(("golf_course",)),
}
PUBLIC_BUILDINGS = frozenset(
    ("public", "civic", "government", "school", "train_station", "fire_station", "bridge", "toilets")
)
PUBLIC_PLACES = frozenset(
    ("school", "library", "townhall", "fire_station", "police", "community_centre", "courthouse", "toilets")
)
# Ways to one house or one shop.
PRIVATE_SERVICES = frozenset(("driveway", "drive-through", "drive_through"))


def is_private_area(tags: Mapping[str, str]) -> bool:
    """Whether an area looks private: its access, its owner, a building, a shop's or a factory's ground."""
    said = _said(tags)
    if said is not None:
        return said
    if tags.get("amenity") in PUBLIC_PLACES:
        return False
    if "building" in tags:
        return tags["building"] not in (*PUBLIC_BUILDINGS, "no")
    return any(tags.get(key) in values for key, values in PRIVATE_AREAS.items())


def is_private_way(tags: Mapping[str, str]) -> bool:
    """Whether a street, a lane or a path looks private."""
    if "highway" not in tags:
        return False
    said = _said(tags)
    return tags.get("service") in PRIVATE_SERVICES if said is None else said


def _said(tags: Mapping[str, str]) -> bool | None:
    """What the tags themselves say of it; None: nothing."""
    owner = tags.get("ownership", tags.get("operator:type", ""))
    if owner in PUBLIC_OWNERS:
        return False
    access = tags.get("access")
    if access in PRIVATE_ACCESS or owner == "private":
        return True
    return False if access in OPEN_ACCESS else None
