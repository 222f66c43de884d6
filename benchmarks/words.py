"""Invented names with the letters of many languages, drawn with a seed."""

# ruff: noqa: SIM905 - a list of words is read as words
import random

STEMS = """Světlobrus Žďárna Łącznik Gdańka Größenwerk Übersee Île-Verte Çınarlı Şimşek Ģertrūde Ķemeri Bjørnli Ålesund
Ørsted Þingvöllur Győrffy Őrség Žalgiris Ąžuolas Škofja Čakovec Brăila Țesător Ştefan Núñez Añil Açores Vinhão Mærsk
Ångström Løvstad Kråkan Sýkora Řezník Ďáblík Ňadro Nový Łódka Święto Źródło Pärnu Tõrva Rēzekne Çelik Göksu Ëmbël
Zürn Straße Weiß Père Noëlle Fjordhav Vættir Čočka Hranol Zrcadlo Paprsek Колелана Пружинар Φωτόνιο Ναυπηγός""".split()
SECONDS = """Optika Mechanik Textil Energie Logistik Data Robotik Metall Papier Kemia Wasser Sol Vento Marine Agro Foto
Laser Sensor Software Engineering Plast Keramik Glas Holz Moda Média Design Pharma Bio Medizin Auto Batterie""".split()
FORMS = "s.r.o. a.s. GmbH AG S.A. SARL Sp. z o.o. Kft. d.o.o. UAB SIA OÜ A/S AB Oy S.L. Lda. S.r.l. ЕООД ΑΕ".replace(
    "Sp. z o.o.", "Sp.&z&o.o."
).split()
GIVEN = """Jana Zdeněk Łucja Błażej Jürgen Käthe Françoise Noël Çağla Şule Ģirts Jānis Bjørn Åsa Søren Zoltán Győző
Žydrūnas Ąžuolas Špela Čedomir Ștefan Íñigo Begoña João Conceição Иван Елена Γιώργος Ελένη Anna Peter Maria
Thomas""".split()
FAMILY = """Nováková Dvořák Černý Wiśniewska Łukasiewicz Müller Größl Lefèvre Gonçalves Yılmaz Öztürk Bērziņš Ozoliņa
Ødegård Åkesson Sørensen Kőszegi Szűcs Žukauskas Šimkutė Žižek Đorđević Țurcanu Ionescu Núñez Ibáñez Димитрова
Стоянов Παπαδόπουλος Smith Rossi Jansen Virtanen Mägi""".split()
KEYWORDS = """optical components;laser;textile machines;batteries;hydrogen;water treatment;packaging;robotics;
machine vision;sensors;casting;ceramics;logistics;software;data spaces;recycling;medical devices;food processing;
timber;offshore wind;precision machining;additive manufacturing;biomaterials;cybersecurity;
photovoltaics""".replace("\n", "").split(";")


class Names:
    """Names one after another; the same seed gives the same names."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def organisation(self) -> str:
        """A firm, such as "Světlobrus Laser s.r.o."."""
        form = self.rng.choice(FORMS).replace("&", " ")
        return f"{self.rng.choice(STEMS)} {self.rng.choice(SECONDS)} {form}"

    def cluster(self, number: int) -> str:
        """A cluster, such as "Göksu Marine Cluster 12"."""
        return f"{self.rng.choice(STEMS)} {self.rng.choice(SECONDS)} Cluster {number}"

    def person(self) -> tuple[str, str]:
        """A given and a family name."""
        return self.rng.choice(GIVEN), self.rng.choice(FAMILY)

    def keywords(self, count: int = 3) -> str:
        """Some keywords, separated by semicolons."""
        return ";".join(self.rng.sample(KEYWORDS, count))

    def sentence(self, words: int = 24) -> str:
        """Some words in a row, for descriptions."""
        return " ".join(self.rng.choice(SECONDS) for _ in range(words)).capitalize() + "."
