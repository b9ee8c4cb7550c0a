"""Where it is: one field with suggestions, the device's location, a map, and what is known of the spot."""

import reflex as rx

from app.publish.slots import each, slot, when, when_attr
from components.elements import PlacePicker, a, choice, script_button, template
from components.fields import text_field
from components.maps import map_link
from i18n import _


def place_picker() -> rx.Component:
    """The field and what script adds to it (assets/place.js)."""
    return PlacePicker.create(
        text_field(
            "address_string",
            _("Address, crossing or place"),
            hint=slot("place_hint"),
            # No autocomplete="off": with it, browsers leave the field empty when somebody comes back.
            max_length=300,
        ),
        *(_hidden(name) for name in ("lat", "long", "place_source", "accuracy_m")),
        when(
            "fields['lat'].error",
            rx.el.p(slot("fields['lat'].error"), id="lat-error", class_name="error"),
        ),
        _tools(),
        _offer(),
        _map(),
        _reported(),
        custom_attrs={
            **when_attr(data_required="place_required and '1'", data_near_m="near_m or none"),
            **_addresses(),
            **_sentences(),
            **_places_in_words(),
        },
    )


def which_place() -> rx.Component:
    """Without script: the places that the words may mean, to choose from."""
    return when(
        "matches",
        rx.el.div(
            rx.el.fieldset(
                rx.el.legend(rx.el.h2(_("Which of these places do you mean?"))),
                each("match in matches", _match()),
                choice(
                    rx.el.input(type="radio", id="place-choice-words", name="place_choice", value="words"),
                    _("None of these. My words are enough."),
                    id="place-choice-words",
                ),
                class_name="field",
            ),
            rx.el.input(type="hidden", name="place_asked", value=slot("fields['address_string'].value")),
            rx.el.button(_("Send report"), type="submit", class_name="primary"),
            class_name="callout",
            id="which-place",
        ),
    )


def _match() -> rx.Component:
    return rx.el.div(
        choice(
            rx.el.input(type="radio", id=slot("match.id"), name="place_choice", value=slot("match.value")),
            slot("match.name"),
            when("match.note", " – ", slot("match.note")),
            id=slot("match.id"),
        ),
        map_link(slot("match.picture_url"), slot("match.name")),
    )


def _hidden(name: str) -> rx.Component:
    return rx.el.input(type="hidden", name=name, id=name, value=slot(f"fields['{name}'].value"))


def _tools() -> rx.Component:
    return template(
        "tools",
        rx.el.div(
            rx.el.p(role="status", class_name="sr", custom_attrs={"data-part": "count"}),
            rx.el.p(
                script_button(_("Use my location"), part="locate"),
                script_button(_("Show a map"), part="show-map"),
                script_button(_("Remove the pin"), part="remove", hidden=True),
                class_name="row",
            ),
            rx.el.p(role="status", class_name="place-status", custom_attrs={"data-part": "said"}),
            rx.el.p(hidden=True, custom_attrs={"data-part": "pin-words", "data-answer": _("Pin on the map")}),
            rx.el.p(hidden=True, class_name="links", custom_attrs={"data-part": "call"}),
        ),
    )


def _offer() -> rx.Component:
    return template(
        "offer",
        rx.el.div(
            rx.el.p(role="status", tab_index=-1, custom_attrs={"data-part": "question"}),
            rx.el.p(
                script_button(_("Yes, use it"), part="yes"),
                # Translators: the answer to “Use that as the place?”.
                script_button(_("No"), part="no"),
                class_name="row",
                custom_attrs={"data-part": "choices"},
            ),
            class_name="offer",
        ),
    )


def _map() -> rx.Component:
    """The map and its buttons; the pin is a slider to screen readers, which they can move (an application is not)."""
    move = [("n", _("North")), ("w", _("West")), ("e", _("East")), ("s", _("South"))]
    return template(
        "map",
        rx.el.div(
            rx.el.p(_("Tap where it is, or move the pin. North is up."), class_name="hint"),
            rx.el.div(
                rx.el.div(
                    role="slider",
                    tab_index=0,
                    aria_label=_("Pin on the map. Arrow keys move it, with Shift further."),
                    class_name="map-pin",
                    custom_attrs={
                        "data-part": "pin",
                        "aria-valuemin": "0",
                        "aria-valuemax": "1",
                        "aria-valuenow": "0",
                    },
                ),
                class_name="map",
                dir="ltr",
                custom_attrs={"data-part": "surface"},
            ),
            rx.el.div(
                *[script_button(label, custom_attrs={"data-move": key}) for key, label in move],
                role="group",
                aria_label=_("Move the pin"),
                class_name="row",
            ),
            choice(
                rx.el.input(type="checkbox", id="map-far", custom_attrs={"data-part": "far"}),
                _("Long steps: 150 feet instead of 15"),
                id="map-far",
            ),
            rx.el.div(
                script_button(_("Zoom in"), custom_attrs={"data-zoom": "in"}),
                script_button(_("Zoom out"), custom_attrs={"data-zoom": "out"}),
                class_name="row",
            ),
            custom_attrs={"data-part": "map"},
        ),
    )


def _reported() -> rx.Component:
    """Open requests of the same kind nearby, to follow one of them instead of reporting it again."""
    return rx.fragment(
        template(
            "reported",
            rx.el.div(
                rx.el.h3(_("Already reported near here")),
                rx.el.p(_("Is it one of these? Then follow it, and nobody has to look at it twice.")),
                rx.el.ul(class_name="recent", custom_attrs={"data-part": "list"}),
                rx.el.p(role="status", tab_index=-1, custom_attrs={"data-part": "followed"}),
                class_name="panel",
            ),
        ),
        template(
            "request",
            rx.el.li(
                rx.el.img(loading="lazy", custom_attrs={"width": "80", "height": "64", "data-part": "photo"}),
                rx.el.div(
                    rx.el.h4(a(custom_attrs={"data-part": "title"})),
                    rx.el.p(custom_attrs={"data-part": "description"}),
                    rx.el.p(class_name="hint", custom_attrs={"data-part": "facts"}),
                    script_button(_("Yes, that is it: follow it"), part="follow"),
                ),
            ),
        ),
    )


def _addresses() -> dict[str, str]:
    return {
        "data-search": slot("url('places_search')"),
        "data-near": slot("url('places_near')"),
        "data-reported": slot("url('reported')"),
        "data-offline": slot("url('places')"),
        "data-layers": slot("url('map_layers')"),
        "data-mine": slot("url('mine')"),
        "data-mine-words": _("My requests"),
    }


def _sentences() -> dict[str, str]:
    return {
        "data-list": _("Places found"),
        "data-count": _("Places found: {count}. Use the arrow keys to choose one."),
        "data-locating": _("Finding where you are…"),
        "data-located": _("Your location, exact to about {feet} feet ({meters} meters): {place}."),
        "data-located-roughly": _(
            "Your phone knows only roughly where you are, to about {miles} miles ({kilometers} kilometers): {place}. "
            "Please also write the place in words."
        ),
        "data-denied": _("Your phone did not share its location. Please write the place in words."),
        "data-unknown": _("Your phone could not find its location. Please write the place in words."),
        "data-outside": _(
            "That is outside the city. You can still move the pin or write the place in words."
        ),
        "data-pin-at": _("The pin: {place}."),
        "data-neighborhood": _("Neighborhood: %(name)s.", name="{name}"),
        "data-district": _("District: %(name)s.", name="{name}"),
        "data-approximate": _("This is approximate: please check the pin on the map."),
        "data-call": _("Call %(phone)s", phone="{phone}"),
        "data-photo-offer": _("Where your photo was taken: {place}. Use that as the place?"),
        "data-removed": _("The pin is gone. Your words say the place."),
        "data-map-size": _("(about {kb} kB)"),
        "data-map-hide": _("Hide the map"),
        "data-map-hidden": _("The map is hidden."),
        "data-map-hint": _("Tap the map or move the pin to say where it is."),
        "data-map-plain": _("Only a picture of the map could be loaded. The buttons move the pin."),
        "data-map-failed": _(
            "The map cannot be shown now. What you entered is kept. Write the place in words, use your location, "
            "or try the map again."
        ),
        "data-already": _("Already reported near here: {count}. They are listed below."),
        "data-following": _(
            "You follow this request now. It is on the page “My requests”, and you can stop here."
        ),
        "data-not-followed": _("That did not work. Try again, or go on with your report."),
    }


def _places_in_words() -> dict[str, str]:
    """As the server says it (app/places/points.py), for a phone without a network."""
    values = {"distance": "{distance}", "place": "{place}"}
    return {
        "data-from-n": _("%(distance)s north of %(place)s", **values),
        "data-from-ne": _("%(distance)s northeast of %(place)s", **values),
        "data-from-e": _("%(distance)s east of %(place)s", **values),
        "data-from-se": _("%(distance)s southeast of %(place)s", **values),
        "data-from-s": _("%(distance)s south of %(place)s", **values),
        "data-from-sw": _("%(distance)s southwest of %(place)s", **values),
        "data-from-w": _("%(distance)s west of %(place)s", **values),
        "data-from-nw": _("%(distance)s northwest of %(place)s", **values),
        "data-at": _("Very close to %(place)s", place="{place}"),
        "data-feet": _("About %(feet)s feet (%(meters)s meters)", feet="{feet}", meters="{meters}"),
        "data-miles": _(
            "About %(miles)s miles (%(kilometers)s kilometers)", miles="{miles}", kilometers="{kilometers}"
        ),
        "data-decimal": slot("frame.locale.decimal_sign"),
        "data-degrees": _("Latitude %(lat)s, longitude %(long)s", lat="{lat}", long="{long}"),
    }
