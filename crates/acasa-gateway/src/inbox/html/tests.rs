use proptest::prelude::*;

use super::*;

/// Each block as a line: `# ` a heading, `- ` an item; `*strong*`, `[words](address)`.
fn shown(body: &str) -> String {
    let (blocks, _) = read(body);
    let block = |block: &Block| {
        let style = match block.style {
            Style::Heading => "# ",
            Style::Item => "- ",
            Style::Plain => "",
        };
        let run = |run: &Run| {
            let text = if run.strong {
                format!("*{}*", run.text)
            } else {
                run.text.clone()
            };
            run.link
                .as_ref()
                .map_or(text.clone(), |link| format!("[{text}]({link})"))
        };
        format!("{style}{}", block.runs.iter().map(run).collect::<String>())
    };
    blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

#[test]
fn paragraphs_headings_lists_and_strong_words_stay_what_they_are() {
    let html = "<h2>Amendă</h2><p>Suma:\n  <b>600&nbsp;lei</b>, până la 1 mai.</p>
        <ul><li>în aplicație</li><li>la <i>bancă</i></li></ul>Mulțumim.<br>ASP";

    assert_eq!(
        shown(html),
        "# Amendă\nSuma: *600 lei*, până la 1 mai.\n- în aplicație\n- la bancă\nMulțumim.\nASP"
    );
}

#[test]
fn words_of_different_weight_stay_apart() {
    let html = "<a href=\"tel:1\">unu</a> doi <b>trei</b> <a href=\"tel:2\">patru</a><b> cinci</b>șase";

    assert_eq!(shown(html), "[unu](tel:1) doi *trei* [patru](tel:2) *cinci*șase");
}

#[test]
fn cells_of_a_row_stand_apart() {
    let html = "<table><tr><th>Act</th><td>Permis</td></tr><tr><th>Număr</th><td>12</td></tr></table>";

    assert_eq!(shown(html), "Act · Permis\nNumăr · 12");
}

#[test]
fn plain_text_keeps_its_lines_and_its_signs() {
    assert_eq!(
        shown("Bună ziua,\r\n\r\n  2 < 3 & 4 > 1\nASP"),
        "Bună ziua,\n2 < 3 & 4 > 1\nASP"
    );
    assert_eq!(shown("R&amp;D"), "R&D");
}

#[test]
fn scripts_styles_and_forms_leave_nothing() {
    for html in [
        "<script>alert(1)</script>Bun",
        "<style>p{display:none}</style>Bun",
        "<p onclick=\"alert(1)\" style=\"x\">Bun</p>",
        "<svg><script>alert(1)</script><text>x</text></svg>Bun",
        "<iframe src=\"https://a.md\">x</iframe>Bun",
        "<scr<script>alert(1)</script>ipt></script>Bun",
        "<!-- <p>x</p> -->Bun",
        "<title>x</title>Bun<noscript>x</noscript>",
    ] {
        let (blocks, _) = read(html);
        let text = shown(html);
        assert!(text.ends_with("Bun") && !text.contains('x'), "{html}: {text}");
        assert!(
            !text.contains("alert") || html.starts_with("<scr<"),
            "{html}: {text}"
        );
        assert!(
            blocks
                .iter()
                .flat_map(|block| &block.runs)
                .all(|run| run.link.is_none())
        );
    }
}

#[test]
fn only_addresses_of_three_kinds_lead_anywhere() {
    for (href, leads) in [
        (
            "https://mpay.gov.md/a?b=1&amp;c=2",
            Some("https://mpay.gov.md/a?b=1&c=2"),
        ),
        ("mailto:info@asp.gov.md", Some("mailto:info@asp.gov.md")),
        ("tel:+37322123456", Some("tel:+37322123456")),
        ("http://asp.gov.md", None),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("java&#10;script:alert(1)", None),
        ("data:text/html,x", None),
        ("//asp.gov.md", None),
        ("/a", None),
        ("https://mpay.gov.md@evil.example/", None),
        ("https:mpay.gov.md", Some("https:mpay.gov.md")),
    ] {
        let (blocks, _) = read(&format!("<p><a href=\"{href}\">aici</a></p>"));
        let run = &blocks[0].runs[0];
        assert_eq!(
            (run.text.as_str(), run.link.as_deref()),
            ("aici", leads),
            "{href}"
        );
    }
    let long = format!("<a href=\"https://a.md/{}\">aici</a>", "a".repeat(ADDRESS));
    assert_eq!(read(&long).0[0].runs[0].link, None);
}

#[test]
fn what_is_invisible_or_turns_words_around_is_left_out() {
    assert_eq!(shown("<p>a\u{202e}b\u{200b}c\u{0}d&#8238;e</p>"), "abcde");
}

#[test]
fn a_huge_or_deep_body_is_read_as_far_as_a_letter_goes() {
    let (blocks, cut) = read(&"ă".repeat(READ));
    assert!(cut && blocks.len() == 1 && blocks[0].runs[0].text.len() <= READ);
    assert!(!read(&"a".repeat(READ)).1);

    let deep = |tags| format!("{}adânc{}", "<div>".repeat(tags), "</div>".repeat(tags));
    assert_eq!(
        (read(&deep(TAGS / 2)).0.len(), read(&deep(TAGS / 2)).1),
        (1, false)
    );
    assert_eq!((read(&deep(TAGS)).0.len(), read(&deep(TAGS)).1), (1, true));
    let started = std::time::Instant::now();
    let unclosed = format!("{}x", "<b>x<a href=\"https://a.md\">x<li>x".repeat(50_000));
    assert!(read(&unclosed).1);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn whatever_is_read_leads_nowhere_else(body in "(<|>|/|a|p|li|b|script|style| href=|\"|javascript:|https://x.md|&lt;|&#x3c;|ă|\n|x){0,40}") {
        for block in read(&body).0 {
            prop_assert!(!block.runs.is_empty());
            for run in block.runs {
                prop_assert!(!run.text.is_empty());
                prop_assert!(run.link.is_none_or(|link| SCHEMES.iter().any(|scheme| link.starts_with(scheme))));
            }
        }
    }
}
