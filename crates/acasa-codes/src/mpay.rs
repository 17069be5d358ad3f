//! MPay, the government's payment service. What the code on its invoices holds is not published, so
//! only links to the service are recognised, by host, and the parameters its browser interface has
//! are named where they are present.

use crate::{ErrorCode, Inspection, Kind, WarningCode, host, link};
use url::Url;

const HOSTS: [&str; 3] = ["mpay.gov.md", "www.mpay.gov.md", "mpay.staging.egov.md"];
/// Of the browser interface: parameter, and the field it becomes.
const PARAMETERS: [(&str, &str); 4] = [
    ("serviceid", "service_id"),
    ("orderkey", "order_key"),
    ("lang", "language"),
    ("returnurl", "return_url"),
];

/// By https, without a name before the host and without a port of its own.
pub(crate) fn recognises(text: &str) -> bool {
    link::is_plain(text.trim())
        && Url::parse(text.trim()).is_ok_and(|url| {
            let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
            url.scheme() == "https" && plain && url.host_str().is_some_and(|host| HOSTS.contains(&host))
        })
}

pub(crate) fn inspect(text: &str) -> Inspection {
    let mut inspection = Inspection::new(Kind::MPay);
    let Ok(url) = Url::parse(text.trim()) else {
        inspection.error(ErrorCode::UrlInvalid, "url");
        return inspection;
    };
    inspection.set("url", text.trim());
    inspection.set("host", url.host_str().unwrap_or_default());
    inspection.set("path", url.path());
    inspection.warn_all(host::warnings(&url));
    for (name, value) in url.query_pairs() {
        let Some((_, field)) = PARAMETERS
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known))
        else {
            continue;
        };
        if inspection.fields().contains_key(*field) {
            inspection.error(ErrorCode::FieldDuplicate, *field);
        }
        inspection.set(field, value.as_ref());
    }
    let staging = url.host_str().is_some_and(|host| host.contains("staging"));
    inspection.warn_all(staging.then_some(WarningCode::TestEnvironment));
    inspection
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_link_to_the_service_is_read() {
        let inspection = inspect("https://mpay.gov.md/service/pay?ServiceID=MDS02&OrderKey=123");
        assert_eq!(inspection.fields()["order_key"], "123");
        assert_eq!((inspection.errors(), inspection.warnings()), (&[][..], &[][..]));
    }

    #[test]
    fn only_the_service_s_host_by_https_is_the_service() {
        for text in [
            "http://mpay.gov.md/",
            "https://mpay-gov.md/",
            "https://mpay.gov.md.example.com/",
            "https://a@mpay.gov.md/",
            r"https://mpay.gov.md\@example.com/",
            "https:mpay.gov.md",
        ] {
            assert!(!recognises(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (recognises(&text), inspect(&format!("https://mpay.gov.md/{text}")));
        }
    }
}
