"""Languages: their tags on the wire, and how their words are written, stemmed and found."""

from connector.model.language.tag import BadLanguage as BadLanguage
from connector.model.language.tag import language_tag as language_tag
