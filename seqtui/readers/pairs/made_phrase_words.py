"""The words of made phrases, English and French, and how French bends them: facts of two languages, hardly any code.

No English form means two things here but for `her`, which its place decides; so every sentence has one translation.
"""

from dataclasses import dataclass
from typing import Final, Literal

Gender = Literal["m", "f"]


@dataclass(frozen=True, slots=True)
class Noun:
    """one, many: English; un, des: French."""

    one: str
    many: str
    un: str
    des: str
    gender: Gender


@dataclass(frozen=True, slots=True)
class Adjective:
    """un, une, des, desf: masculine and feminine, one and many; vowel: masculine before a vowel; before: its place."""

    english: str
    un: str
    une: str
    des: str
    desf: str
    vowel: str
    before: bool


@dataclass(frozen=True, slots=True)
class Verb:
    """English: base, third person, past; French: present of one and of many, stem of the future, past participle."""

    base: str
    third: str
    past: str
    one: str
    many: str
    future: str
    done: str


def _nouns(text: str) -> tuple[Noun, ...]:
    """`cat chat m`, or with both plurals where they are not made with an s: `mouse/mice souris/souris f`."""
    found = []
    for entry in text.split(","):
        english, french, gender = entry.split()
        one, _, many = english.partition("/")
        un, _, des = french.partition("/")
        found.append(Noun(one, many or one + "s", un, des or un + "s", "f" if gender == "f" else "m"))
    return tuple(found)


def _adjectives(text: str, *, before: bool) -> tuple[Adjective, ...]:
    """`english un une des vowel`."""
    rows = (entry.split() for entry in text.split(","))
    return tuple(Adjective(each, un, une, des, une + "s", vowel, before) for each, un, une, des, vowel in rows)


def _verbs(text: str) -> tuple[Verb, ...]:
    """`base third past one many future done`; a + stands for the space inside a verb of two words."""
    rows = ([cell.replace("+", " ") for cell in entry.split()] for entry in text.split(","))
    return tuple(Verb(*row) for row in rows)


PEOPLE: Final = _nouns(
    "girl fille f, boy garçon m, woman/women femme f, man/men homme m, doctor médecin m, child/children enfant m,"
    "teacher professeur m, queen reine f, friend ami m, baker boulanger m, student étudiant m, nurse infirmière f,"
    "sailor marin m, singer chanteuse f, king roi m, neighbor voisin m"
)
ANIMALS: Final = _nouns(
    "cat chat m, dog chien m, bird oiseau/oiseaux m, horse cheval/chevaux m, mouse/mice souris/souris f,"
    "donkey âne m, cow vache f, rabbit lapin m"
)
THINGS: Final = _nouns(
    "apple pomme f, book livre m, letter lettre f, flower fleur f, key clé f, hat chapeau/chapeaux m, orange orange f,"
    "egg œuf m, picture image f, chair chaise f, tree arbre m, car voiture f, boat bateau/bateaux m, lamp lampe f,"
    "knife/knives couteau/couteaux m, watch/watches montre f, umbrella parapluie m, newspaper journal/journaux m,"
    "star étoile f, bag sac m, window fenêtre f, door porte f"
)
PLACES: Final = _nouns(
    "house maison f, garden jardin m, school école f, kitchen cuisine f, forest forêt f, station gare f, street rue f,"
    "church/churches église f, hotel hôtel m, village village m, shop magasin m, hospital hôpital/hôpitaux m,"
    "park parc m, castle château/châteaux m, library/libraries bibliothèque f, office bureau/bureaux m"
)
_OF_ALL: Final = (
    *_adjectives(
        "big grand grande grands grand, small petit petite petits petit, old vieux vieille vieux vieil,"
        "beautiful beau belle beaux bel, good bon bonne bons bon",
        before=True,
    ),
    *_adjectives(
        "strange étrange étrange étranges étrange, quiet calme calme calmes calme,"
        "famous célèbre célèbre célèbres célèbre",
        before=False,
    ),
)
_COLORS: Final = _adjectives(
    "red rouge rouge rouges rouge, black noir noire noirs noir, white blanc blanche blancs blanc,"
    "green vert verte verts vert, blue bleu bleue bleus bleu, gray gris grise gris gris",
    before=False,
)
OF_PEOPLE: Final = (
    *_OF_ALL,
    *_adjectives("young jeune jeune jeunes jeune, new nouveau nouvelle nouveaux nouvel", before=True),
    *_adjectives("happy heureux heureuse heureux heureux, polite poli polie polis poli", before=False),
)
OF_ANIMALS: Final = (*_OF_ALL, *_COLORS)
OF_THINGS: Final = (
    *_OF_ALL,
    *_COLORS,
    *_adjectives("new nouveau nouvelle nouveaux nouvel, long long longue longs long", before=True),
    *_adjectives(
        "heavy lourd lourde lourds lourd, expensive cher chère chers cher, empty vide vide vides vide,"
        "round rond ronde ronds rond",
        before=False,
    ),
)
WITH_ANYBODY: Final = _verbs(
    "see sees saw voit voient verr vu, love loves loved aime aiment aimer aimé,"
    "find finds found trouve trouvent trouver trouvé, know knows knew connaît connaissent connaîtr connu,"
    "hear hears heard entend entendent entendr entendu, follow follows followed suit suivent suivr suivi,"
    "look+for looks+for looked+for cherche cherchent chercher cherché,"
    "wait+for waits+for waited+for attend attendent attendr attendu,"
    "listen+to listens+to listened+to écoute écoutent écouter écouté,"
    "forget forgets forgot oublie oublient oublier oublié"
)
WITH_THINGS: Final = _verbs(
    "sell sells sold vend vendent vendr vendu, take takes took prend prennent prendr pris,"
    "paint paints painted peint peignent peindr peint, buy buys bought achète achètent achèter acheté,"
    "draw draws drew dessine dessinent dessiner dessiné, hide hides hid cache cachent cacher caché,"
    "break breaks broke casse cassent casser cassé, bring brings brought apporte apportent apporter apporté"
)
NUMBERS: Final = (
    ("two", "deux"), ("three", "trois"), ("four", "quatre"), ("five", "cinq"), ("six", "six"), ("seven", "sept"),
    ("eight", "huit"), ("nine", "neuf"), ("ten", "dix"), ("eleven", "onze"), ("twelve", "douze"),
)  # fmt: skip
NEVER_ELIDED: Final = ("huit", "onze")
TIMES: Final = (
    ("today", "aujourd'hui"), ("every day", "tous les jours"), ("this evening", "ce soir"), ("on Monday", "lundi"),
    ("in the morning", "le matin"), ("before the storm", "avant l'orage"),
)  # fmt: skip
WHERE: Final = (
    ("in", "dans", False), ("behind", "derrière", False), ("near", "près", True), ("in front of", "devant", False),
    ("far from", "loin", True), ("next to", "à côté", True),
)  # fmt: skip
