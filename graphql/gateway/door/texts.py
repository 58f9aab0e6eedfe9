"""What the Explorer page says, in the four languages of the product; English is the source."""

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "nl": "Nederlands",
    "fr": "Français",
    "he": "עברית",
}
RIGHT_TO_LEFT = frozenset({"he"})

TEXTS: Mapping[str, Mapping[str, str]] = {
    "title": {
        "en": "Catalogue Explorer",
        "nl": "Catalogusverkenner",
        "fr": "Explorateur du catalogue",
        "he": "סייר הקטלוג",
    },
    "lead": {
        "en": "Ask this shop's catalogue in GraphQL. You need a key.",
        "nl": "Vraag de catalogus van deze winkel met GraphQL. Je hebt een sleutel nodig.",
        "fr": "Interrogez le catalogue de cette boutique en GraphQL. Il vous faut une clé.",
        "he": "שאלו את הקטלוג של החנות הזאת ב־GraphQL. נדרש מפתח.",
    },
    "skip": {
        "en": "Skip to the query",
        "nl": "Ga naar de vraag",
        "fr": "Aller à la requête",
        "he": "דילוג אל השאילתה",
    },
    "language": {"en": "Language", "nl": "Taal", "fr": "Langue", "he": "שפה"},
    "key": {"en": "Key", "nl": "Sleutel", "fr": "Clé", "he": "מפתח"},
    "key_help": {
        "en": "Kept in this tab until you close it; never part of an address.",
        "nl": "Blijft in dit tabblad tot je het sluit; staat nooit in een adres.",
        "fr": "Gardée dans cet onglet jusqu'à sa fermeture ; jamais dans une adresse.",
        "he": "נשמר בלשונית הזאת עד לסגירתה; לעולם אינו חלק מכתובת.",
    },
    "example": {"en": "Example", "nl": "Voorbeeld", "fr": "Exemple", "he": "דוגמה"},
    "query": {"en": "Query", "nl": "Vraag", "fr": "Requête", "he": "שאילתה"},
    "query_help": {
        "en": "Tab indents; Escape and then Tab leaves the field. Ctrl or Cmd with Enter runs.",
        "nl": "Tab springt in; Escape, dan Tab verlaat het veld. Ctrl of Cmd met Enter voert uit.",
        "fr": "Tab indente ; Échap puis Tab quitte le champ. Ctrl ou Cmd et Entrée exécutent.",
        "he": "Tab מזיח; Escape ואז Tab יוצאים מהשדה. Ctrl או Cmd עם Enter מריצים.",
    },
    "variables": {
        "en": "Variables (JSON)",
        "nl": "Variabelen (JSON)",
        "fr": "Variables (JSON)",
        "he": "משתנים (JSON)",
    },
    "run": {"en": "Run", "nl": "Uitvoeren", "fr": "Exécuter", "he": "הרצה"},
    "result": {"en": "Result", "nl": "Antwoord", "fr": "Réponse", "he": "תשובה"},
    "idle": {
        "en": "Nothing was asked yet.",
        "nl": "Er is nog niets gevraagd.",
        "fr": "Rien n'a encore été demandé.",
        "he": "עדיין לא נשאל דבר.",
    },
    "asking": {"en": "Asking…", "nl": "Bezig…", "fr": "En cours…", "he": "שואל…"},
    "answered": {
        "en": "Status {status}, {ms} ms, {bytes} bytes, cost {cost}",
        "nl": "Status {status}, {ms} ms, {bytes} bytes, kosten {cost}",
        "fr": "Statut {status}, {ms} ms, {bytes} octets, coût {cost}",
        "he": "מצב {status}, {ms} מ״ש, {bytes} בתים, עלות {cost}",
    },
    "bad_variables": {
        "en": "The variables are not a JSON object.",
        "nl": "De variabelen zijn geen JSON-object.",
        "fr": "Les variables ne sont pas un objet JSON.",
        "he": "המשתנים אינם אובייקט JSON.",
    },
    "unreachable": {
        "en": "The server does not answer.",
        "nl": "De server antwoordt niet.",
        "fr": "Le serveur ne répond pas.",
        "he": "השרת אינו עונה.",
    },
    "schema": {"en": "Schema", "nl": "Schema", "fr": "Schéma", "he": "סכמה"},
    "search": {
        "en": "Search types and fields",
        "nl": "Zoek typen en velden",
        "fr": "Chercher types et champs",
        "he": "חיפוש סוגים ושדות",
    },
    "needs_key": {
        "en": "Give a key to see the schema.",
        "nl": "Geef een sleutel om het schema te zien.",
        "fr": "Donnez une clé pour voir le schéma.",
        "he": "הזינו מפתח כדי לראות את הסכמה.",
    },
    "refused": {
        "en": "This key opens nothing here.",
        "nl": "Deze sleutel opent hier niets.",
        "fr": "Cette clé n'ouvre rien ici.",
        "he": "המפתח הזה אינו פותח כאן דבר.",
    },
    "found": {
        "en": "Types that fit: {count}",
        "nl": "Passende typen: {count}",
        "fr": "Types trouvés : {count}",
        "he": "סוגים מתאימים: {count}",
    },
    "no_script": {
        "en": "This page needs JavaScript. Programs send POST to this address without it.",
        "nl": "Deze pagina heeft JavaScript nodig. Programma's sturen POST naar dit adres.",
        "fr": "Cette page a besoin de JavaScript. Les programmes envoient POST à cette adresse.",
        "he": "הדף הזה זקוק ל־JavaScript. תוכניות שולחות POST לכתובת הזאת בלעדיו.",
    },
}


def texts(language: str) -> Mapping[str, str]:
    """Return all texts in one language."""
    return {name: forms[language] for name, forms in TEXTS.items()}
