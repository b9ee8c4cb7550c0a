"""Sentences by which people agree, are warned of danger, or hear of a right.

In a language that no native speaker has reviewed a page shows them with the English beside them, because a slip in them
can do harm. `make check-city` lists them. Few on purpose: what is said twice everywhere is read nowhere.
A city pack adds when to call instead of reporting (`call_instead`).
"""

MOST = 80
"""Of the portal and of a city's pack together."""
VITAL_NOTE = "Vital: consent, danger or a right. A page shows the English beside it until it is reviewed."
"""What translators are told."""

VITAL = frozenset(
    {
        # Danger
        "If someone is in danger, call %(phone)s.",
        "Call if you can. If you cannot speak, text: the address first, words only.",
        # Consent: what becomes public
        "Anyone can see the report, its place and its photos. Only city staff see your name and contact details.",
        "Anyone can see the report, but not the exact place. Only city staff see your name and contact details.",
        "Only the city sees what you write. Others see only that there is a report and what became of it.",
        (
            "Your name, e-mail and phone are optional. We use them only to ask you about this "
            "report or to tell you about it."
        ),
        (
            "Each form says what others can see of that kind of report. Nobody but city staff "
            "sees your name or contact details."
        ),
        (
            "You do not have to tell us. The crew may have a question, or we can tell you when it "
            "is done. Only city staff see this, and you can have it erased at any time."
        ),
        # Rights
        (
            "Keep it to yourself. With it you can add comments and photos, say that it is fixed, and have your contact "
            "details erased."
        ),
        (
            "With your private link you can have your contact details erased at any time. They "
            "are then gone from this portal for good."
        ),
        "While the law requires us to keep a report, nothing of it is deleted or erased.",
        (
            "The law requires the city to keep this report for now, so your contact details cannot be erased yet. "
            "They are shown to nobody but city staff. Please try again later, or call the city."
        ),
        (
            "You have a right to use what the city offers. Ask for the help that you need for it, "
            "such as a sign language interpreter. It is free."
        ),
        "You can ask for what we write in another form, such as large print. It is free.",
        (
            "The city may not treat you worse for your race, your color, the country you come from "
            "or the language you speak."
        ),
        "You have a right to complain. Nobody at the city may punish you for it.",
    }
)
