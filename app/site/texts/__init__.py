"""Pages that say the same to everybody, one file each: `rights.py` is `/{locale}/rights/`.

Each has a function `view` that returns what its page is filled with. Phones keep these pages.
"""
