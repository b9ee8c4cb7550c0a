"""Sentences by which people agree, are warned of danger, or hear of a right.

In a language that no native speaker has reviewed a page shows them with the English beside them, because a slip in them
can do harm. `make check-city` lists them. Few on purpose: what is said twice everywhere is read nowhere.
"""

MOST = 80

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
