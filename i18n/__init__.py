"""Languages: sentences to translate, catalogs, look-up."""

from i18n.messages import N_, Message, N_n
from i18n.speaking import _, ngettext, speaking
from i18n.translator import Translator, Untranslated, WithEnglish, add_catalogs, catalog_files, translator

__all__ = [
    "N_",
    "Message",
    "N_n",
    "Translator",
    "Untranslated",
    "WithEnglish",
    "_",
    "add_catalogs",
    "catalog_files",
    "ngettext",
    "speaking",
    "translator",
]
