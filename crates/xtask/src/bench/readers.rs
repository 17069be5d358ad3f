//! Our reader beside zxing-cpp, zbar and OpenCV, over the same pictures in one run.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A table, or the sentence that says why there is none.
pub(crate) fn compare(root: &Path, program: &Path) -> String {
    let vectors =
        std::env::var_os("ACASA_VECTORS").map_or_else(|| root.join("../shared/vectors"), PathBuf::from);
    let pictures = vectors.join("qr-images");
    if !pictures.join("expected.json").exists() {
        return "The readers were not compared: no folder `qr-images` among the test vectors.\n".to_owned();
    }
    let output = Command::new("bash")
        .arg("tests/peers.sh")
        .arg("tests/peers/qr_readers.py")
        .args([program, &pictures])
        .env("ACASA_BUILT", program.parent().unwrap_or(root))
        .current_dir(root)
        .output();
    let rows: Vec<Row> = output
        .iter()
        .flat_map(|output| {
            String::from_utf8_lossy(&output.stdout)
                .lines()
                .filter_map(Row::read)
                .collect::<Vec<_>>()
        })
        .collect();
    if rows.is_empty() {
        return "The readers were not compared: the peers' libraries could not be installed.\n".to_owned();
    }
    table(&rows)
}

fn table(rows: &[Row]) -> String {
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "| {} | {} of {} | {} | {} |\n",
                row.reader, row.read, row.of, row.wrong, row.time
            )
        })
        .collect();
    let rows = lines.concat();
    format!(
        "| reader | pictures read | read, but as something else | all pictures |\n|---|---:|---:|---:|\n{rows}"
    )
}

/// A line of `tests/peers/qr_readers.py`.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    reader: String,
    read: u32,
    of: u32,
    wrong: u32,
    time: String,
}

impl Row {
    /// Reads `  0° zxing-cpp  read  367 of 405, wrong 0, 12.3 s`.
    fn read(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, reader, "read", read, "of", of, "wrong", wrong, time, "s"] = words.as_slice() else {
            return None;
        };
        let number = |word: &str| word.trim_end_matches(',').parse().ok();
        Some(Self {
            reader: (*reader).to_owned(),
            read: number(read)?,
            of: number(of)?,
            wrong: number(wrong)?,
            time: format!("{time} s"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_comparison_is_read() {
        let row = Row::read("  0° zxing-cpp  read  367 of 405, wrong 2, 12.3 s");
        let expected = Row {
            reader: "zxing-cpp".to_owned(),
            read: 367,
            of: 405,
            wrong: 2,
            time: "12.3 s".to_owned(),
        };
        assert_eq!(row, Some(expected));
    }

    #[test]
    fn other_lines_are_not_rows() {
        assert_eq!(Row::read("peers: 0 passed, 0 failed, 1 skipped"), None);
    }
}
