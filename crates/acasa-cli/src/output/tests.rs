use super::{Exit, Output};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::rc::Rc;

#[test]
fn an_answer_in_json_is_one_object_on_one_line() {
    let streams = Streams::default();
    let mut output = streams.output(true);
    output.answer(&json!({"text": "a\nb"}), || unreachable!("no words in JSON mode"));
    output.note("a remark");
    assert_eq!(output.finish(Exit::No), ExitCode::from(1));
    assert_eq!(streams.out.text(), "{\"text\":\"a\\nb\"}\n");
    assert_eq!(streams.err.text(), "");
}

#[test]
fn a_failure_in_json_is_one_object_on_standard_error_alone() {
    let streams = Streams::default();
    let status = streams
        .output(true)
        .finish(Exit::unusable("bad_arguments", "no such \"thing\""));
    assert_eq!(status, ExitCode::from(2));
    assert_eq!(streams.out.text(), "");
    let said: Value = serde_json::from_str(&streams.err.text()).unwrap();
    assert_eq!(
        said,
        json!({"error": {"code": "bad_arguments", "message": "no such \"thing\""}})
    );
}

#[test]
fn a_failure_in_words_names_the_program() {
    let streams = Streams::default();
    let status = streams
        .output(false)
        .finish(Exit::failed("internal", "the program failed"));
    assert_eq!(status, ExitCode::from(3));
    assert_eq!(streams.err.text(), "acasa: the program failed\n");
}

#[test]
fn a_reader_that_goes_away_changes_nothing() {
    let streams = Streams {
        out: Shared::broken(ErrorKind::BrokenPipe),
        err: Shared::default(),
    };
    let mut output = streams.output(false);
    output.text("unheard");
    assert_eq!(output.finish(Exit::Yes), ExitCode::from(0));
    assert_eq!(streams.err.text(), "");
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let streams = Streams {
        out: Shared::broken(ErrorKind::StorageFull),
        err: Shared::default(),
    };
    let mut output = streams.output(true);
    output.object(&json!({}));
    assert_eq!(output.finish(Exit::Yes), ExitCode::from(3));
    assert!(streams.err.text().contains("output_failed"));
}

#[derive(Default)]
struct Streams {
    out: Shared,
    err: Shared,
}

impl Streams {
    fn output(&self, json: bool) -> Output {
        Output::new(json, Box::new(self.out.clone()), Box::new(self.err.clone()))
    }
}

#[derive(Clone, Default)]
struct Shared {
    bytes: Rc<RefCell<Vec<u8>>>,
    broken: Option<ErrorKind>,
}

impl Shared {
    fn broken(kind: ErrorKind) -> Self {
        Self {
            broken: Some(kind),
            ..Self::default()
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes.borrow().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self.broken {
            Some(kind) => Err(kind.into()),
            None => self.bytes.borrow_mut().write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
