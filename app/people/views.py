"""What the page for signing in is filled with."""

from dataclasses import dataclass

from app.http.views import PageView
from app.routes import Url


@dataclass(frozen=True)
class SignInView(PageView, page="sign_in"):
    """Sign-in at the desk. next_url: where to go afterwards."""

    action: Url
    email: str
    error: str
