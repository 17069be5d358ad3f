//! Elements of documents as the interface shows them: typed, grouped, and marked where sensitive.

use acasa_api_types::{FieldGroupView, FieldValueView, FieldView, PrivilegeView};
use acasa_credentials::Value;
use data_encoding::BASE64;

/// Tags of RFC 8943 (full-date) and RFC 8949 (date and time).
const TAG_FULL_DATE: u64 = 1004;
const TAG_TIME: u64 = 0;

/// Groups in the order people read them.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "person",
        &[
            "family_name",
            "given_name",
            "idnp",
            "personal_administrative_number",
            "birth_date",
            "birth_place",
            "birth_country",
            "birth_city",
            "place_of_birth",
            "sex",
            "nationality",
            "age_over_18",
            "age_over_21",
            "portrait",
            "signature",
            "signature_usual_mark",
        ],
    ),
    (
        "document",
        &[
            "document_type",
            "document_series",
            "document_number",
            "issue_date",
            "expiry_date",
            "issuing_authority",
            "issuing_country",
            "un_distinguishing_sign",
        ],
    ),
    ("rights", &["driving_privileges", "vehicle_right"]),
    (
        "vehicle",
        &[
            "plate_number",
            "idnv",
            "vin",
            "make",
            "model",
            "color",
            "category",
            "year",
            "body_number",
            "body_type",
            "chassis_number",
            "engine_volume",
            "engine_type",
            "engine_number",
            "authorized_weight",
            "weight",
            "places",
            "special_remarks",
        ],
    ),
    ("address", &["address"]),
];

/// Masked until asked for.
const SENSITIVE: &[&str] = &[
    "idnp",
    "personal_administrative_number",
    "document_number",
    "document_series",
    "vin",
    "idnv",
    "engine_number",
    "chassis_number",
    "body_number",
];

/// One element.
pub(crate) fn field(key: &str, value: &Value) -> Option<FieldView> {
    Some(FieldView {
        key: key.to_owned(),
        value: self::value(key, value)?,
        sensitive: SENSITIVE.contains(&key),
    })
}

/// All elements, in groups; pictures are left to the card.
pub(crate) fn grouped<'a>(elements: impl Iterator<Item = (&'a str, &'a Value)>) -> Vec<FieldGroupView> {
    let mut groups: Vec<FieldGroupView> = GROUPS
        .iter()
        .map(|(key, _)| *key)
        .chain(["other"])
        .map(|key| FieldGroupView {
            key: key.to_owned(),
            fields: Vec::new(),
        })
        .collect();
    let mut fields: Vec<(usize, usize, FieldView)> = elements
        .filter_map(|(key, value)| Some((place(key), field(key, value)?)))
        .map(|((group, at), field)| (group, at, field))
        .collect();
    fields.sort_by_key(|(group, at, _)| (*group, *at));
    for (group, _, field) in fields {
        if matches!(field.value, FieldValueView::Image(_)) {
            continue;
        }
        if let Some(group) = groups.get_mut(group) {
            group.fields.push(field);
        }
    }
    groups.retain(|group| !group.fields.is_empty());
    groups
}

/// The group an element belongs to, and its place in it.
fn place(key: &str) -> (usize, usize) {
    if key.starts_with("resident_") {
        return (
            GROUPS
                .iter()
                .position(|(group, _)| *group == "address")
                .unwrap_or(GROUPS.len()),
            0,
        );
    }
    let found = GROUPS
        .iter()
        .enumerate()
        .find_map(|(group, (_, keys))| keys.iter().position(|known| *known == key).map(|at| (group, at)));
    found.unwrap_or((GROUPS.len(), 0))
}

fn value(key: &str, value: &Value) -> Option<FieldValueView> {
    Some(match value {
        Value::Text(text) => FieldValueView::Text(text.clone()),
        Value::Bool(truth) => FieldValueView::Truth(*truth),
        Value::Integer(number) => {
            let number = i64::try_from(i128::from(*number)).ok()?;
            match (key, u8::try_from(number)) {
                ("sex", Ok(code)) => FieldValueView::Sex(code),
                _ => FieldValueView::Number(number),
            }
        }
        Value::Bytes(bytes) => FieldValueView::Image(BASE64.encode(bytes)),
        Value::Tag(TAG_FULL_DATE, inner) => FieldValueView::Date(inner.as_text()?.to_owned()),
        Value::Tag(TAG_TIME, inner) => FieldValueView::Time(inner.as_text()?.to_owned()),
        Value::Array(items) if key == "driving_privileges" => {
            FieldValueView::Privileges(items.iter().map(privilege).collect())
        }
        Value::Array(items) => FieldValueView::List(items.iter().filter_map(plain).collect()),
        Value::Map(_) | Value::Tag(..) | Value::Float(_) | Value::Null => FieldValueView::Text(plain(value)?),
        // The type may grow; what it grows into is not shown before it is understood.
        _ => return None,
    })
}

/// A category of ISO/IEC 18013-5, 7.2.4.
fn privilege(item: &Value) -> PrivilegeView {
    let text = |name| member(item, name).and_then(plain);
    let codes = member(item, "codes")
        .and_then(Value::as_array)
        .map(|codes| codes.iter().map(code).collect());
    PrivilegeView {
        category: text("vehicle_category_code").unwrap_or_default(),
        issued: text("issue_date"),
        expires: text("expiry_date"),
        codes: codes.unwrap_or_default(),
    }
}

fn code(item: &Value) -> String {
    ["code", "sign", "value"]
        .into_iter()
        .filter_map(|name| member(item, name).and_then(plain))
        .collect::<Vec<_>>()
        .join(" ")
}

fn member<'a>(map: &'a Value, name: &str) -> Option<&'a Value> {
    map.as_map()?
        .iter()
        .find(|(key, _)| key.as_text() == Some(name))
        .map(|(_, value)| value)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the type may grow; what it grows into has no text yet"
)]
fn plain(value: &Value) -> Option<String> {
    Some(match value {
        Value::Text(text) => text.clone(),
        Value::Bool(truth) => truth.to_string(),
        Value::Integer(number) => i128::from(*number).to_string(),
        Value::Float(number) => number.to_string(),
        Value::Tag(_, inner) => plain(inner)?,
        Value::Array(items) => items.iter().filter_map(plain).collect::<Vec<_>>().join(", "),
        Value::Map(entries) => entries
            .iter()
            .filter_map(|(key, value)| Some(format!("{}: {}", plain(key)?, plain(value)?)))
            .collect::<Vec<_>>()
            .join(", "),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::from(text)
    }

    #[test]
    fn elements_come_in_the_order_people_read_them() {
        let elements = [
            ("expiry_date", text("x")),
            ("given_name", text("y")),
            ("family_name", text("z")),
        ];
        let groups = grouped(elements.iter().map(|(key, value)| (*key, value)));
        let keys: Vec<&str> = groups
            .iter()
            .flat_map(|group| &group.fields)
            .map(|field| field.key.as_str())
            .collect();
        assert_eq!(keys, ["family_name", "given_name", "expiry_date"]);
    }

    #[test]
    fn an_element_without_a_group_is_not_lost() {
        let value = text("x");
        let groups = grouped([("something_new", &value)].into_iter());
        assert_eq!(groups[0].key, "other");
    }

    #[test]
    fn a_personal_code_is_sensitive_and_a_name_is_not() {
        assert!(field("idnp", &text("x")).unwrap().sensitive);
        assert!(!field("given_name", &text("x")).unwrap().sensitive);
    }

    #[test]
    fn a_restriction_stays_with_its_category() {
        let entry = |key: &str, value: Value| (text(key), value);
        let code = Value::Map(vec![
            entry("code", text("01")),
            entry("sign", text("<=")),
            entry("value", text("5")),
        ]);
        let category = Value::Map(vec![
            entry("vehicle_category_code", text("B")),
            entry(
                "issue_date",
                Value::Tag(TAG_FULL_DATE, Box::new(text("2020-01-02"))),
            ),
            entry("codes", Value::Array(vec![code])),
        ]);
        let shown = field("driving_privileges", &Value::Array(vec![category])).unwrap();
        let FieldValueView::Privileges(privileges) = shown.value else {
            panic!("privileges")
        };
        assert_eq!(privileges[0].issued.as_deref(), Some("2020-01-02"));
        assert_eq!(privileges[0].codes, ["01 <= 5"]);
    }
}
