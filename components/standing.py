"""Where a report on this phone stands, in words that its pages bring along for the browser (assets/sync.js)."""

from i18n import _


def standing_words() -> dict[str, str]:
    """Sentences as attributes of the element that shows them; {placeholders} are filled in the browser."""
    return {
        "data-say-draft": _("Draft, not sent yet."),
        "data-say-queued": _("Saved on this phone. It will be sent when there is a connection."),
        "data-say-network": _("Saved on this phone. It will be sent when there is a connection."),
        "data-say-busy": _(
            "Saved on this phone. The city’s computer is busy. The report will be sent by itself."
        ),
        "data-say-strange": _(
            "Saved on this phone. This network may want you to sign in first. "
            "The report will be sent by itself."
        ),
        "data-say-text": _("Sending your report…"),
        "data-say-photo": _("The city has your report. Sending photo {n} of {total}…"),
        "data-say-accepted": _(
            "The city has your report. Photos that follow when there is a connection: {count}."
        ),
        "data-say-costly": _(
            "The city has your report. Photos that wait for Wi-Fi, or for your yes: {count}."
        ),
        "data-say-attention": _("Needs your attention: {why}"),
        "data-say-refused": _("The city could not take it. Open it, check it and send it again."),
        "data-say-unsent": _("One photo did not reach the city."),
        "data-say-lacking": _("Sent, but not with all photos."),
        "data-say-done": _("Sent, the city has it."),
        "data-say-standing": _("Sent. The city says: {status}"),
        "data-say-also": _("The city says: {status}"),
    }
