"""The invented words of the demo: every name is coined, every place that is part of a name does not exist."""

# ruff: noqa: SIM905 - a list of words is read as words
import unicodedata

CZECH_STEMS = """Světlobrus Čočkovna Hranolárna Fotonář Zrcadlíř Mřížkotisk Vláknolam Vlnodílna Paprskovna Leskomet
Duhometr Šerosvit Jiskrohled Ohniskář Clonovka Lomenka Blyskavka Třpytka Zářivec Polosvit Přesnobrus Krystalůvka
Sklokov Rubínovka Zorníček Křivozrak Okulárna Jemnolom Ostrohled Průzorník Vlnolapka Měřisvit Tenkovrstva Napařovna
Obrazomat Pixelhrad Kamerník Snímačka Laserůvka Řezopaprsek Gravírník Diodárna Svítidelna Lampolov Kmitočtovka
Spektrolov Interferka Holohrad Vakuárna Čistosvit Leptalka Barvohled""".split()
CZECH_SECOND = ["", "Duhov", "Blyskotice", "Technik", "Světlohradec", "a dcery", "Zrcadlov", "Systém", "Čočkovice"]

BULGARIAN_STEMS = """Колелана Волантика Искродвиг Пружинар Зъбчаткин Спирачица Батеролин Кормиларка Шасимил Фаросвет
Гумолей Кабеларка Електрокол Ламарино Леярник Пресформик Маслодарка Радиаторко Двигателин Тапицерин Стъклоход
Датчикор Товарица Пътеводка Релсолет Зарядник Тягомир Оборотка Скоростин Въртелин Сачмарин Болтарник Лостомат
Осиметър Жиропласт Мостокар""".split()
BULGARIAN_SECOND = ["", "Орлоград", "Ветрополе", "Златоколо", "Новодвиг", "Техника"]

PORTUGUESE_STEMS = """Broalhada Azeitalva Queijarinha Pomarina Vindouralva Fumeirosa Castanhívia Compotelha Melifonte
Padaribela Conservalva Marmelúcia Hortelina Laticélia Moinhalva Ervanídea Carnalegre Peixevela Amendoalva Sopaviva
Cerealda Frutimago Biscoitália""".split()
PORTUGUESE_SECOND = ["", "Fontalva", "de Vilarfonte", "do Açucenal", "& Irmãs"]

# An activity: NACE Rev. 2.1 codes, then the keywords in English that go with them.
PHOTONICS_ACTIVITIES = [
    ("26.70", "optical components;precision lenses"),
    ("26.70;25.53", "optical mounts;precision machining"),
    ("26.70;25.51", "thin films;optical coatings"),
    ("26.51", "spectrometers;optical measurement"),
    ("26.51;71.20", "interferometry;testing"),
    ("26.11", "photodiodes;laser diodes"),
    ("26.12", "loaded boards;image sensors"),
    ("27.40", "lighting;luminaires"),
    ("28.99", "laser machines;micro-machining"),
    ("25.53", "precision machining;laser cutting"),
    ("23.15", "technical glass;crystals"),
    ("26.60", "medical imaging;endoscopy"),
    ("62.10", "machine vision;software"),
    ("62.10;71.12", "image processing;automation"),
    ("71.12", "optical design;engineering"),
    ("72.10", "fibre optics;research services"),
    ("46.64", "distribution;laboratory equipment"),
]
MOBILITY_ACTIVITIES = [
    ("29.32", "vehicle parts;seating"),
    ("29.32;22.12", "rubber parts;sealing"),
    ("29.31", "wiring harnesses;vehicle electronics"),
    ("29.31;26.11", "sensors;vehicle electronics"),
    ("27.20", "batteries;battery packs"),
    ("27.11", "electric drives;motors"),
    ("24.53", "light-metal casting;aluminium"),
    ("25.40", "forging;powder metallurgy"),
    ("25.53", "machining;tool making"),
    ("29.20", "bodies;trailers"),
    ("30.20", "rail components;maintenance"),
    ("62.10", "fleet software;telematics"),
    ("49.41;52.21", "logistics;road freight"),
    ("71.12", "engineering;homologation"),
    ("27.90", "charging points;power electronics"),
    ("38.21", "materials recovery;battery recycling"),
]
FOOD_ACTIVITIES = [
    ("10.51", "cheese;dairy"),
    ("10.71", "bread;bakery"),
    ("10.39", "preserves;fruit"),
    ("10.20", "fish;canned food"),
    ("10.41;01.26", "olive oil;olives"),
    ("11.02;01.21", "wine;grapes"),
    ("10.13", "sausages;smoked meat"),
    ("10.85", "ready meals;plant-based food"),
    ("10.61", "flour;cereals"),
    ("01.25", "chestnuts;almonds"),
    ("28.93", "food machinery;packaging lines"),
    ("10.84", "herbs;condiments"),
]

# A town of places.csv, its country and NUTS 3 region, and how often it is drawn.
PHOTONICS_TOWNS = [
    ("Brno", "CZ", "CZ064", 30), ("Blansko", "CZ", "CZ064", 6), ("Vyškov", "CZ", "CZ064", 4),
    ("Znojmo", "CZ", "CZ064", 4), ("Hodonín", "CZ", "CZ064", 3), ("Břeclav", "CZ", "CZ064", 3),
    ("Olomouc", "CZ", "CZ071", 12), ("Přerov", "CZ", "CZ071", 6), ("Prostějov", "CZ", "CZ071", 5),
    ("Šumperk", "CZ", "CZ071", 3), ("Zlín", "CZ", "CZ072", 5), ("Vsetín", "CZ", "CZ072", 4),
    ("Rožnov pod Radhoštěm", "CZ", "CZ072", 5), ("Jihlava", "CZ", "CZ063", 4), ("Třebíč", "CZ", "CZ063", 2),
    ("Ostrava", "CZ", "CZ080", 4), ("Pardubice", "CZ", "CZ053", 3), ("Liberec", "CZ", "CZ051", 3),
    ("Prague", "CZ", "CZ010", 5), ("Bratislava", "SK", "SK010", 2), ("Vienna", "AT", "AT130", 1),
]  # fmt: skip
MOBILITY_TOWNS = [
    ("Plovdiv", "BG", "BG421", 26), ("Asenovgrad", "BG", "BG421", 6), ("Rakovski", "BG", "BG421", 8),
    ("Karlovo", "BG", "BG421", 4), ("Parvomay", "BG", "BG421", 2), ("Pazardzhik", "BG", "BG423", 6),
    ("Panagyurishte", "BG", "BG423", 2), ("Haskovo", "BG", "BG422", 4), ("Dimitrovgrad", "BG", "BG422", 2),
    ("Stara Zagora", "BG", "BG344", 5), ("Kazanlak", "BG", "BG344", 3), ("Sliven", "BG", "BG342", 2),
    ("Kardzhali", "BG", "BG425", 2), ("Sofia", "BG", "BG411", 4),
]  # fmt: skip
FOOD_TOWNS = [
    ("Porto", "PT", "PT11A", 6), ("Vila Nova de Gaia", "PT", "PT11A", 3), ("Maia", "PT", "PT11A", 2),
    ("Matosinhos", "PT", "PT11A", 3), ("Braga", "PT", "PT112", 5), ("Barcelos", "PT", "PT112", 3),
    ("Guimarães", "PT", "PT119", 3), ("Viana do Castelo", "PT", "PT111", 2), ("Vila Real", "PT", "PT11D", 3),
    ("Bragança", "PT", "PT11E", 2), ("Chaves", "PT", "PT11B", 1),
]  # fmt: skip

# Organisations that are not companies: kind, name, English name, legal form, town, NUTS 3, NACE, keywords, founded.
PHOTONICS_INSTITUTIONS = [
    ("research-organisation", "Ústav vlnové optiky Duhov, v. v. i.", "Institute of Wave Optics Duhov",
     "v. v. i.", "Brno", "CZ064", "72.10", "wave optics;lasers", 1996),
    ("research-organisation", "Ústav tenkých světel, v. v. i.", "Institute of Thin Lights",
     "v. v. i.", "Olomouc", "CZ071", "72.10", "thin films;quantum light", 2001),
    ("research-organisation", "Středisko přesného skla Čočkovice", "Precision Glass Centre Čočkovice",
     "z. ú.", "Vsetín", "CZ072", "72.10;71.20", "technical glass;metrology", 2009),
    ("research-organisation", "Laboratoř duhových vláken", "Rainbow Fibre Laboratory",
     "z. ú.", "Ostrava", "CZ080", "72.10", "fibre sensing", 2014),
    ("research-organisation", "Světlohradské výzkumné centrum, o.p.s.", "Světlohrad Research Centre",
     "o.p.s.", "Liberec", "CZ051", "72.10", "free-form optics", 2011),
    ("university", "Vysoká škola světelných technologií Duhov", "Duhov College of Light Technologies",
     "veřejná vysoká škola", "Brno", "CZ064", "85.40", "optics;photonics education", 1991),
    ("university", "Univerzita Světlohradec, Fakulta jemné optiky", "Světlohradec University, Faculty of Fine Optics",
     "veřejná vysoká škola", "Olomouc", "CZ071", "85.40;72.10", "optics;metrology", 1993),
    ("university", "Hranolínská technika", "Hranolín Technical University",
     "soukromá vysoká škola", "Zlín", "CZ072", "85.40", "materials;machine vision", 2003),
    ("training-provider", "Střední škola jemné mechaniky Zrcadlov", "Zrcadlov School of Fine Mechanics",
     "příspěvková organizace", "Přerov", "CZ071", "85.32", "apprentices;fine mechanics", 1952),
    ("training-provider", "Škola brusičů čoček", "School of Lens Grinders",
     "z. ú.", "Blansko", "CZ064", "85.59", "courses;optical polishing", 2016),
    ("public-authority", "Úřad kraje Duhovsko", "Regional Office of Duhovsko",
     "kraj", "Brno", "CZ064", "84.11", "regional development", 2000),
    ("public-authority", "Obecní úřad Blyskotice", "Municipal Office of Blyskotice",
     "obec", "Vyškov", "CZ064", "84.11", "industrial zone", 1990),
    ("agency", "Agentura pro světlo a inovace Duhovska", "Duhovsko Light and Innovation Agency",
     "p. o.", "Brno", "CZ064", "84.13", "innovation support;vouchers", 2005),
    ("chamber", "Komora optických řemesel Duhovska", "Duhovsko Chamber of Optical Crafts",
     "z. s.", "Brno", "CZ064", "94.11", "crafts;advocacy", 1994),
    ("investor", "Fond První Foton", "First Photon Fund",
     "a.s.", "Prague", "CZ010", "66.30", "seed capital", 2018),
    ("ngo", "Tmavá obloha pro Duhovsko", "Dark Sky for Duhovsko",
     "z. s.", "Znojmo", "CZ064", "94.99", "responsible lighting", 2012),
    ("other", "Muzeum kouzelných čoček", "Museum of Magic Lenses",
     "z. ú.", "Jihlava", "CZ063", "91.21", "outreach;collections", 2007),
]  # fmt: skip
MOBILITY_INSTITUTIONS = [
    ("research-organisation", "Институт за леки шасита Орлоград", "Orlograd Institute of Light Chassis",
     "state body", "Plovdiv", "BG421", "72.10", "lightweight design;testing", 1987),
    ("research-organisation", "Лаборатория Батерия и движение", "Battery and Motion Laboratory",
     "foundation", "Stara Zagora", "BG344", "72.10", "battery testing", 2015),
    ("university", "Технически университет Златоколо", "Zlatokolo Technical University",
     "state university", "Plovdiv", "BG421", "85.40;72.10", "mechatronics;vehicles", 1974),
    ("university", "Академия за транспорт Ветрополе", "Vetropole Academy of Transport",
     "state university", "Sofia", "BG411", "85.40", "logistics;transport", 1981),
    ("training-provider", "Професионална гимназия Новодвиг", "Novodvig Vocational School",
     "municipal school", "Rakovski", "BG421", "85.32", "dual training;mechatronics", 1963),
    ("training-provider", "Школа за заварчици Златоколо", "Zlatokolo Welders' School",
     "EOOD", "Asenovgrad", "BG421", "85.59", "welding;courses", 2010),
    ("public-authority", "Община Орлоград", "Municipality of Orlograd",
     "municipality", "Plovdiv", "BG421", "84.11", "industrial zone;charging points", 1991),
    ("agency", "Агенция за развитие Ветрополе", "Vetropole Development Agency",
     "association", "Haskovo", "BG422", "84.13", "investment;skills", 2004),
    ("chamber", "Камара на коларите от Златоколо", "Zlatokolo Chamber of Cartwrights",
     "association", "Plovdiv", "BG421", "94.11", "advocacy;standards", 1997),
    ("ngo", "Сдружение Тих булевард", "Quiet Boulevard Association",
     "association", "Pazardzhik", "BG423", "94.99", "clean mobility;citizens", 2017),
]  # fmt: skip
FOOD_INSTITUTIONS = [
    ("research-organisation", "Instituto do Sabor de Fontalva", "Fontalva Institute of Taste",
     "associação", "Braga", "PT112", "72.10", "fermentation;sensory analysis", 2008),
    ("university", "Politécnico de Vilarfonte", "Vilarfonte Polytechnic",
     "instituto público", "Vila Real", "PT11D", "85.40", "food engineering", 1986),
    ("public-authority", "Comunidade de Concelhos do Açucenal", "Association of Municipalities of Açucenal",
     "comunidade intermunicipal", "Bragança", "PT11E", "84.11", "rural development", 2009),
    ("training-provider", "Escola de Padeiros do Açucenal", "Açucenal School of Bakers",
     "associação", "Porto", "PT11A", "85.59", "bakery;courses", 2013),
    ("other", "Confraria da Broa de Fontalva", "Brotherhood of the Fontalva Corn Bread",
     "associação", "Barcelos", "PT112", "94.99", "traditional recipes", 2002),
]  # fmt: skip

GIVEN = {
    "CZ": (
        "Petra Lenka Markéta Hana Zuzana Alena Ivana Kateřina Barbora Tereza Šárka Dagmar".split(),
        "Tomáš Pavel Jiří Ondřej Lukáš Zdeněk Radek Vojtěch Aleš Bohumil Štěpán Kryštof".split(),
    ),
    "BG": (
        "Мария Елена Десислава Цветелина Ралица Йоана Виолета Гергана Снежана Калина".split(),
        "Иван Стоян Красимир Димитър Пламен Борислав Христо Асен Тодор Явор".split(),
    ),
    "PT": (
        "Inês Joana Mariana Beatriz Conceição Sofia Leonor Graça".split(),
        "João Tiago Rui António Duarte Gonçalo Simão Nuno".split(),
    ),
}
# Czech family names as (woman's, man's); Bulgarian stems take -а for women.
CZECH_FAMILY = [
    tuple(pair.split("/"))
    for pair in """Čočková/Čočka Paprsková/Paprsek Duhová/Duha Zrcadlová/Zrcadlo Lomová/Lom Jiskrová/Jiskra
Hranolová/Hranol Stínková/Stínek Svítilová/Svítil Lampová/Lampa Brusičová/Brusič Zářivá/Zářivý Křišťálová/Křišťál
Mřížková/Mřížka Vláčilová/Vláčil Tenká/Tenký Jasná/Jasný Bystrá/Bystrý Ohnisková/Ohnisko Sklenská/Sklenský
Hledíková/Hledík Měřičková/Měřička Rubínová/Rubín Kukátková/Kukátko""".split()
]
BULGARIAN_FAMILY = """Колелов Волански Искров Пружинов Зъбчев Спиров Кормилов Фаров Гумарски Кабелов Леярски Тягов
Оборотов Скоростов Сачмаров Болтов Лостов Осев Мостов Пътев Каруцаров""".split()
PORTUGUESE_FAMILY = """Broa Azeitona Castanheira Marmelo Oliveiral Padeirinho Queijada Moinho Pomar Hortelã Vindima
Amendoeira Compota Fumeiro""".split()

CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъьюя",
        "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya".split(),
        strict=True,
    )
)


def latin(text: str) -> str:
    """Transliterate Bulgarian with the official table of 2009; other letters stay."""
    out = []
    for letter in text:
        plain = CYRILLIC.get(letter.lower(), letter)
        out.append(plain.capitalize() if letter.isupper() else plain)
    return "".join(out)


def slug_of(text: str) -> str:
    """Make the part of an address: lower-case ASCII letters and digits joined by hyphens."""
    plain = unicodedata.normalize("NFKD", latin(text)).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())


def domain_of(name: str) -> str:
    """Make an address from whole words of a name, in the top-level domain reserved for examples."""
    label = ""
    for word in slug_of(name).split("-"):
        if label and len(label) + len(word) > 32:
            break
        label = f"{label}-{word}".strip("-")
    return f"{label}.example"
