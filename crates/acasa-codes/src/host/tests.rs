use super::*;
use proptest::prelude::*;

fn warned(text: &str) -> Vec<WarningCode> {
    warnings_of_text(text)
}

#[test]
fn the_state_s_own_hosts_are_not_called_out() {
    for host in [
        "gov.md",
        "mpay.gov.md",
        "www.egov.md",
        "mia-qr.bnm.md",
        "rusia.mfa.gov.md",
        "cec.md",
    ] {
        assert_eq!(warned(&format!("https://{host}/")), [], "{host}");
    }
}

#[test]
fn look_alikes_of_the_state_are_called_out() {
    let hosts = [
        "mia-qr.bnm.md.example.com",
        "mia-qr-bnm.md",
        "mia-qr.bnm.mð",
        "mpay-gov.md",
        "mpay.gov-md.com",
        "mpaygov.md",
        "e-gov.md",
        "mpay.g0v.md",
        "mpay.qov.md",
        "mpay.gov.dm",
        "rnpay.gov.md.top",
        "mpay.gоv.md",
        "mpay.gov.mb",
        "еvo.gov-md.site",
    ];
    for host in hosts {
        assert!(
            warned(&format!("https://{host}/")).contains(&WarningCode::LookAlikeHost),
            "{host}"
        );
    }
}

#[test]
fn other_people_s_hosts_are_no_look_alikes() {
    for host in [
        "example.com",
        "gov.uk",
        "mpay.example.com",
        "www.gov.ro",
        "amazon.de",
        "point.md",
        "bnr.ro",
    ] {
        let warnings = warned(&format!("https://{host}/"));
        assert!(!warnings.contains(&WarningCode::LookAlikeHost), "{host}");
        assert!(warnings.contains(&WarningCode::NonGovernmentHost), "{host}");
    }
}

#[test]
fn each_risk_is_named() {
    let cases = [
        ("http://mpay.gov.md/", WarningCode::InsecureHttp),
        ("https://mpay.gov.md@example.com/", WarningCode::UserinfoInUrl),
        (
            "https://mpay.gov.md@example.com/",
            WarningCode::StateServiceClaimed,
        ),
        ("https://203.0.113.7/", WarningCode::IpAddressHost),
        ("https://192.168.0.1/", WarningCode::LocalHost),
        ("https://router/", WarningCode::LocalHost),
        ("https://аррӏе.com/", WarningCode::PunycodeHost),
        ("https://pаypal.com/", WarningCode::MixedScriptHost),
        ("https://plata-mpay.com/", WarningCode::StateServiceClaimed),
        (
            "https://example.com/mpay/amenda",
            WarningCode::StateServiceClaimed,
        ),
        ("https://bit.ly/x", WarningCode::ShortenedLink),
        (
            "https://example.com/?next=https://example.org/",
            WarningCode::RedirectInLink,
        ),
        ("https://example.com:8443/", WarningCode::UnusualPort),
        ("https://example.com/evo.apk", WarningCode::DownloadLink),
        ("https://mpay.staging.egov.md/", WarningCode::TestEnvironment),
    ];
    for (text, code) in cases {
        assert!(
            warned(text).contains(&code),
            "{text}: {code} not in {:?}",
            warned(text)
        );
    }
}

#[test]
fn distance_counts_a_swap_once() {
    assert_eq!(distance("mpay", "mapy"), 1);
    assert_eq!(distance("mpay", "mpay"), 0);
    assert_eq!(distance("mpay", "mpaay"), 1);
    assert_eq!(distance("mpay", "pmya"), 2);
}

proptest! {
    #[test]
    fn anything_under_a_domain_of_the_state_is_the_state_s(label in "[a-z]{1,10}") {
        let (under, beside) = (format!("{label}.gov.md"), format!("{label}-gov.md"));
        prop_assert!(is_government(&under));
        prop_assert!(!is_government(&beside));
    }

    #[test]
    fn no_address_panics(text in any::<String>()) {
        let _ = (warned(&text), warned(&format!("https://{text}/")));
    }
}
