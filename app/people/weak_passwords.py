"""Passwords that somebody who knows the account, or nothing at all, would try first (NIST SP 800-63B §3.1.1.2)."""

from itertools import pairwise

MIN_LEFT = 6
"""Characters that must be left without common words, the account's name, and runs such as `aaaa` or `1234`."""

COMMON = (
    *(
        "password",
        "passwort",
        "passw0rd",
        "p@ssword",
        "p@ssw0rd",
        "qwertyuiop",
        "qwerty",
        "asdfghjkl",
        "asdfgh",
    ),
    *(
        "zxcvbnm",
        "zxcvbn",
        "1q2w3e4r5t",
        "1q2w3e4r",
        "1qaz2wsx",
        "qazwsx",
        "letmein",
        "welcome",
        "iloveyou",
        "admin",
    ),
    *(
        "administrator",
        "changeme",
        "secret",
        "default",
        "login",
        "dragon",
        "monkey",
        "football",
        "baseball",
        "sunshine",
    ),
    *(
        "princess",
        "superman",
        "batman",
        "trustno1",
        "master",
        "hello",
        "shadow",
        "michael",
        "jordan",
        "starwars",
    ),
    *(
        "summer",
        "winter",
        "spring",
        "autumn",
        "january",
        "february",
        "september",
        "october",
        "november",
        "december",
    ),
    *(
        "portland",
        "oregon",
        "city",
        "portal",
        "desk",
        "311",
        "test",
        "user",
        "guest",
        "root",
        "abc123",
        "123qwe",
    ),
    *("contrasena", "contraseña", "matkhau", "parol", "пароль", "йцукен", "woaini"),
)
"""What lists of leaked passwords are made of."""


def is_easy_to_guess(password: str, account: str) -> bool:
    """Whether nearly nothing of a password is its owner's own. account: their e-mail address."""
    name, _, host = account.partition("@")
    own = [account, name, host, host.rpartition(".")[0]]
    left = password.casefold()
    for word in sorted({*COMMON, *(word.casefold() for word in own if len(word) > 2)}, key=len, reverse=True):
        left = left.replace(word, " ")
    steps = (ord(later) - ord(earlier) for earlier, later in pairwise(f" {left}"))
    fresh = sum(abs(step) > 1 for step in steps) if left.strip() else 0
    return fresh < MIN_LEFT or len(set(left)) < MIN_LEFT
