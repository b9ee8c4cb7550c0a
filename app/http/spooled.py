"""Forms as the portal reads them: what lies on the disk meanwhile is in the portal's own folder, and leaves room there.

Starlette would put the files of a form wherever the system keeps temporary ones, which may be memory, and others may
have to share. What was typed is bounded in all, and not only each value by itself.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Receive, Scope

from app.http.replies import TooLarge, media_type
from app.kit.disk import check_room

MOST_IN_MEMORY = 64 * 1024
"""Bytes of one file; a larger one goes to the disk."""
MOST_TYPED = 4 * 1024 * 1024
"""Bytes of all typed values of a form; twenty of the longest ones that a form lets through."""


class PortalRequest(Request):
    """A request whose form keeps its files in a folder of the portal, `incoming`."""

    def __init__(self, scope: Scope, receive: Receive, incoming: Path) -> None:
        super().__init__(scope, receive)
        self._incoming = incoming

    async def _get_form(self, **limits: Any) -> FormData:
        """Raises HTTPException (400, TooLarge), and OSError if the disk is nearly full."""
        if self._form is not None or media_type(self) != "multipart/form-data":
            return await super()._get_form(**limits)
        async with aclosing(self.stream()) as stream:
            parser = _Parser(self._incoming, self.headers, stream, **limits)
            try:
                self._form = await parser.parse()
            except MultiPartException as error:
                raise HTTPException(400, error.message) from None
        return self._form


class _Parser(MultiPartParser):
    def __init__(
        self, incoming: Path, headers: Headers, stream: AsyncGenerator[bytes, None], **limits: Any
    ) -> None:
        super().__init__(headers, stream, **limits)
        self._incoming = incoming
        self._typed = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            self._typed += end - start
            if self._typed > MOST_TYPED:
                raise TooLarge
        super().on_part_data(data, start, end)

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        part = self._current_part
        if part.file is not None:
            spooled = _Spooled(self._incoming)
            self._files_to_close_on_error.append(spooled)
            part.file.file.close()
            part.file = UploadFile(
                cast(BinaryIO, spooled), size=0, filename=part.file.filename, headers=part.file.headers
            )


class _Spooled(SpooledTemporaryFile[bytes]):
    """In memory while it is small, then in a file without a name, which ends with the process."""

    def __init__(self, folder: Path) -> None:
        super().__init__(max_size=MOST_IN_MEMORY, dir=str(folder))
        self._folder = folder

    def write(self, data: Any) -> int:
        """Raises OSError (ENOSPC) when the disk is nearly full."""
        if self.tell() + len(data) > MOST_IN_MEMORY:
            check_room(self._folder)
        return super().write(data)
