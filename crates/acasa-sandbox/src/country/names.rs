//! Names, by the communities people belong to. Spelled as Moldovan documents spell them: in Latin letters.

use super::person::Sex;
use rand::{RngExt as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha12Rng;

/// A community whose names someone carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Community {
    Romanian,
    Russian,
    Ukrainian,
    Gagauz,
    Bulgarian,
    Foreign,
}

/// Family names (those that end in a star take an `a` for women) and given names.
struct Names {
    families: &'static [&'static str],
    women: &'static [&'static str],
    men: &'static [&'static str],
}

pub(super) fn family(community: Community, sex: Sex, rng: &mut ChaCha12Rng) -> String {
    inflect(pick(names(community).families, rng), sex)
}

pub(super) fn given(community: Community, sex: Sex, rng: &mut ChaCha12Rng) -> String {
    let names = names(community);
    pick(
        if sex == Sex::Female {
            names.women
        } else {
            names.men
        },
        rng,
    )
    .to_owned()
}

/// The family name a child has from a parent: the same, in the child's own gender.
pub(super) fn inherited(family: &str, sex: Sex) -> String {
    let root = family.strip_suffix('a').filter(|root| {
        [RUSSIAN.families, BULGARIAN.families]
            .into_iter()
            .flatten()
            .any(|name| name.strip_suffix('*') == Some(*root))
    });
    match (root, sex) {
        (Some(root), Sex::Male) => root.to_owned(),
        _ => family.to_owned(),
    }
}

/// Names longer than any card has room for: two of each, joined.
pub(super) fn long(sex: Sex, rng: &mut ChaCha12Rng) -> (String, String) {
    let families = format!("{}-{}", pick(LONG_FAMILIES, rng), pick(ROMANIAN.families, rng));
    let list = if sex == Sex::Female {
        ROMANIAN.women
    } else {
        ROMANIAN.men
    };
    let mut chosen = list.sample(rng, 3);
    let given: Vec<&str> = std::iter::from_fn(|| chosen.next().copied()).collect();
    (families, given.join("-"))
}

/// Women sometimes had another family name before they married.
pub(super) fn at_birth(
    family: &str,
    community: Community,
    sex: Sex,
    age: u16,
    rng: &mut ChaCha12Rng,
) -> String {
    let other = self::family(community, sex, rng);
    if sex == Sex::Female && age > 24 && rng.random_bool(0.5) {
        other
    } else {
        family.to_owned()
    }
}

fn inflect(name: &str, sex: Sex) -> String {
    match (name.strip_suffix('*'), sex) {
        (Some(root), Sex::Female) => format!("{root}a"),
        (Some(root), Sex::Male) => root.to_owned(),
        (None, _) => name.to_owned(),
    }
}

fn pick(list: &'static [&'static str], rng: &mut ChaCha12Rng) -> &'static str {
    list.choose(rng).expect("no list of names is empty")
}

const fn names(community: Community) -> &'static Names {
    match community {
        Community::Romanian => &ROMANIAN,
        Community::Russian => &RUSSIAN,
        Community::Ukrainian => &UKRAINIAN,
        Community::Gagauz => &GAGAUZ,
        Community::Bulgarian => &BULGARIAN,
        Community::Foreign => &FOREIGN,
    }
}

#[rustfmt::skip]
const ROMANIAN: Names = Names {
    families: &[
        "Rusu", "Munteanu", "Ciobanu", "Țurcanu", "Cebotari", "Lungu", "Rotaru", "Moraru", "Grosu", "Sîrbu", "Botnaru",
        "Guțu", "Plămădeală", "Băieșu", "Cojocaru", "Ursu", "Vrabie", "Bîrlădeanu", "Codreanu", "Negruță", "Pădureț",
        "Șoltoianu", "Stratan", "Crețu", "Donică", "Frunză", "Gîscă", "Holban", "Iațco", "Josanu", "Mîndru", "Olaru",
        "Pîntea", "Răileanu", "Ștefîrță", "Tăbîrță", "Zgardan", "Cîrlan", "Brînză", "Mămăligă",
    ],
    women: &[
        "Maria", "Elena", "Ana", "Ștefania", "Ecaterina", "Doina", "Lilia", "Mădălina", "Nadejda", "Olesea", "Rodica",
        "Silvia", "Tatiana", "Viorica", "Anișoara", "Cătălina", "Ilinca", "Smaranda", "Zinaida", "Aurelia", "Felicia",
    ],
    men: &[
        "Ion", "Vasile", "Andrei", "Ștefan", "Mihai", "Gheorghe", "Nicolae", "Cătălin", "Dumitru", "Octavian", "Petru",
        "Radu", "Sergiu", "Tudor", "Victor", "Ilarion", "Iurie", "Pavel", "Emilian", "Rareș", "Veaceslav", "Grigore",
    ],
};

#[rustfmt::skip]
const RUSSIAN: Names = Names {
    families: &[
        "Ivanov*", "Petrov*", "Smirnov*", "Volcov*", "Sidorov*", "Morozov*", "Orlov*", "Belov*", "Gusev*", "Lebedev*",
        "Kuznețov*", "Soloviov*", "Nichitin*", "Zaițev*", "Vinogradov*",
    ],
    women: &["Natalia", "Svetlana", "Irina", "Olga", "Anastasia", "Galina", "Ludmila", "Iulia", "Xenia", "Vera"],
    men: &["Alexandr", "Serghei", "Dmitri", "Vladimir", "Alexei", "Igor", "Oleg", "Maxim", "Iuri", "Evghenii"],
};

#[rustfmt::skip]
const UKRAINIAN: Names = Names {
    families: &[
        "Șevcenco", "Bondarenco", "Tcaciuc", "Kovalciuc", "Marciuc", "Melnic", "Oliinîc", "Savciuc", "Poliscciuc",
        "Hrițenco", "Lîsenco", "Zaharciuc",
    ],
    women: &["Oksana", "Ludmîla", "Halîna", "Iarîna", "Solomia", "Bohdana", "Daria", "Zoriana"],
    men: &["Taras", "Bohdan", "Andrii", "Mîkola", "Ostap", "Iaroslav", "Vasîli", "Roman"],
};

#[rustfmt::skip]
const GAGAUZ: Names = Names {
    families: &[
        "Topal", "Çakir", "Kapsamun", "Uzun", "Arnaut", "Kîlçik", "Karagöz", "Dragan", "Yazıcı", "Kör", "Sarı",
        "Çolak", "Kendigelän", "Güneş", "Taşçı",
    ],
    women: &["Valentina", "Mariya", "Güllü", "Elena", "Todora", "Varvara", "Sofiya", "Alla"],
    men: &["Vani", "Todur", "Nikolay", "Petri", "Mihail", "Stepan", "Dimitri", "Gavril"],
};

#[rustfmt::skip]
const BULGARIAN: Names = Names {
    families: &[
        "Dimov*", "Stoianov*", "Kolev*", "Nedelcev*", "Cazacov*", "Genov*", "Tanasov*", "Iordanov*", "Paskov*",
        "Minkov*",
    ],
    women: &["Ivanka", "Stefka", "Rada", "Nedelia", "Maria", "Vasilca", "Tenka"],
    men: &["Ivan", "Gheorghi", "Stoian", "Dimitîr", "Nicola", "Peotr", "Hristo"],
};

#[rustfmt::skip]
const FOREIGN: Names = Names {
    families: &["Yılmaz", "Kaya", "Demir", "Öztürk", "Şahin", "Aydın", "Çelik", "Arslan", "Doğan", "Koç"],
    women: &["Ayşe", "Zeynep", "Elif", "Gülşen", "Dilek", "İpek"],
    men: &["Mehmet", "Emre", "Oğuz", "Çağlar", "İbrahim", "Umut"],
};

const LONG_FAMILIES: &[&str] = &[
    "Plămădeală-Străinescu",
    "Hîncu-Bîrlădeanu",
    "Ștefănescu-Rădăuțanu",
    "Mămăligă-Cantemir",
];
