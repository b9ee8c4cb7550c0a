"""The portal's own HTML elements, and the few of HTML that Reflex names differently."""

from typing import Any

import reflex as rx

# rx.el.a is a router link of the framework; this is the plain anchor.
a = rx.el.elements.a


class _Custom(rx.el.Div):
    """A custom element: markup that works by itself and that one module of assets/ improves."""


class OfflineForm(_Custom):
    """Keeps what stands in the form it holds, and hands it to the outbox when it is sent (draft.js)."""

    tag = "offline-form"


class StepForm(_Custom):
    """Shows the sections of a form one at a time (steps.js)."""

    tag = "step-form"


class PhotoInput(_Custom):
    """Turns photos upright, makes them small and takes their hidden data out (photo.js)."""

    tag = "photo-input"


class PlacePicker(_Custom):
    """Adds the device's location and a map to the place in words (place.js)."""

    tag = "place-picker"


class LiveStatus(_Custom):
    """Looks now and then whether the page has changed, and says what is new (status.js)."""

    tag = "live-status"


class CopyText(_Custom):
    """Adds a button that copies the text it holds, and one that prints the page (receipt.js)."""

    tag = "copy-text"


class SyncStatus(_Custom):
    """Says what is on this phone and not with the city yet, and keeps the portal on the phone (sync.js)."""

    tag = "sync-status"


class CityAlerts(_Custom):
    """Takes away alerts that have ended, and keeps on the phone what is on (alerts.js)."""

    tag = "city-alerts"


class MyRequests(_Custom):
    """Lists all that this phone will send or has sent (mine.js)."""

    tag = "my-requests"


class InstallOffer(_Custom):
    """Offers to put the portal on the home screen, where the browser can do that (install.js)."""

    tag = "install-offer"


class ServiceList(_Custom):
    """Searches the types of reports without a network, and leads a draft to the type's form (choose.js)."""

    tag = "service-list"


def choice(control: rx.Component, *words: rx.Component | str | None, id: Any, **props: Any) -> rx.Component:
    """A radio button or check box and its label. id: of the control.

    The label stands beside and not around it. Chromium remembers labels that are out of sight, and when they are shown
    again, screen readers look for the group of what stands inside where it was before: the question is not spoken.
    """
    return rx.el.div(control, " ", rx.el.label(*words, html_for=id), class_name="choice", **props)


def hidden_words(*text: rx.Component | str) -> rx.Component:
    """Words for people who do not see the page's layout.

    The space between these and what is seen stands here, with them, or both are heard as one word.
    """
    return rx.el.span(*text, class_name="sr")


def template(part: str, *children: rx.Component | str) -> rx.Component:
    """Markup that a custom element clones when it needs it, so that its sentences come from the catalog."""
    return rx.el.template(*children, custom_attrs={"data-part": part})


def notice(words: str, name: str) -> rx.Component:
    """What was just done, which takes the focus. words: a slot. name: its id on the page.

    Named by its own words, or the focus on it would be "status" and no more to some screen readers.
    """
    return rx.el.p(
        words,
        role="status",
        id=name,
        aria_labelledby=name,
        class_name="notice",
        tab_index=-1,
        custom_attrs={"autoFocus": True},
    )


def script_button(label: str, *, part: str = "", primary: bool = False, **props: Any) -> rx.Component:
    """A button that only script can do something with; part: how its custom element finds it."""
    if part:
        props["custom_attrs"] = {"data-part": part, **props.get("custom_attrs", {})}
    return rx.el.button(label, type="button", class_name="primary" if primary else "quiet", **props)
