"""Photos that come with a plain form: taken one by one, and settled once the report is safe."""

from dataclasses import replace

from starlette.datastructures import UploadFile

from app.domain.errors import FieldError, Rejected
from app.domain.photos import PhotoClaim, read_photo_description
from app.web.portal import Portal
from app.web.replies import TRY_LATER
from app.web.uploads import PhotosUnavailable, finish_photo, part_path, receive_photo
from i18n import Message


async def take(portal: Portal, request_id: str, file: UploadFile, description: str) -> PhotoClaim:
    """Keep the bytes of one photo and say what it is called.

    Raises Rejected if it is too large, or its description too long.
    """
    problems: list[FieldError] = []
    described = read_photo_description(description, problems)
    if problems:
        raise Rejected(problems)
    return replace(await receive_photo(portal, request_id, file), description=described)


async def settle(portal: Portal, request_id: str, claim: PhotoClaim) -> Message | None:
    """Clean and store a photo that was taken; returns why it could not be used, or None.

    What cannot be worked on now (a full disk, say) stays where it is and is tried again later.
    """
    try:
        outcome = await finish_photo(
            portal, request_id, claim.sha256, part_path(portal, request_id, claim.sha256)
        )
    except (*TRY_LATER, PhotosUnavailable):
        return None
    return outcome.refused
