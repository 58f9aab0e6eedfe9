"""Words that say nothing about a product: never demanded of it, but counted where they occur."""

_WORDS = """
a an the of for with and or in on to from by at is it
de het een van voor met en of in op uit te om bij naar aan tot je jouw mijn die dat
der die das den dem des ein eine einen einem einer und oder mit fur von vom zu zum zur im in am an
auf aus bei fuer
le la les un une du de des et ou avec pour en au aux a sur dans par chez
של עמ את על או עד גמ כל
"""
STOPWORDS = frozenset(_WORDS.split())


def is_stopword(folded: str) -> bool:
    """Tell whether a folded word of a query may be missing from a product."""
    return folded in STOPWORDS
