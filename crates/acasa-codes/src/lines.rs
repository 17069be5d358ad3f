//! Texts made of lines.

/// Splits at LF, CR LF or CR. One line end at the very end starts no further line.
pub(crate) fn split(text: &str) -> Vec<&str> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(['\r', '\n']) {
        let (line, tail) = rest.split_at(end);
        lines.push(line);
        rest = tail
            .strip_prefix("\r\n")
            .or_else(|| tail.strip_prefix(['\r', '\n']))
            .unwrap_or_default();
    }
    lines.push(rest);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_line_ends_mean_the_same() {
        for text in [
            "a\nb\n\nc",
            "a\r\nb\r\n\r\nc",
            "a\rb\r\rc",
            "a\nb\n\nc\n",
            "a\r\nb\r\n\r\nc\r\n",
        ] {
            assert_eq!(split(text), ["a", "b", "", "c"]);
        }
    }
}
