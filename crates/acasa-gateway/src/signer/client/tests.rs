use std::{os::unix::net::UnixListener, sync::mpsc, thread};

use tempfile::TempDir;

use super::*;

/// A client of little patience, and the other end.
fn client(turn: u64, answer: u64) -> (TempDir, Client, UnixListener) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    let client = Client {
        patience: Patience {
            turn: Duration::from_millis(turn),
            answer: Duration::from_millis(answer),
        },
        ..Client::new(&path)
    };
    (folder, client, listener)
}

/// Reads one question and answers so.
fn answer(stream: &mut UnixStream, with: &Answer) {
    let mut head = [0; HEAD];
    stream.read_exact(&mut head).unwrap();
    let mut text = vec![0; length(head).unwrap()];
    stream.read_exact(&mut text).unwrap();
    // Who asked may have gone.
    let _ = stream.write_all(&frame(with).unwrap());
}

#[test]
fn a_service_that_hangs_is_waited_for_by_few_and_not_for_long() {
    let (_folder, client, _listener) = client(50, 50);
    let asking: Vec<_> = (0..AT_ONCE).map(|_| client.turn().unwrap()).collect();

    assert_eq!(client.ask(&Ask::Ready), Err(SignerRefusal::Busy.into()));
    drop(asking);
    assert_eq!(client.ask(&Ask::Ready), Err(SignerRefusal::Unreachable.into()));
}

#[test]
fn an_answer_that_came_too_late_is_not_taken_for_the_next_one() {
    let (_folder, client, listener) = client(1_000, 100);
    let (late, told) = mpsc::channel();
    let served = thread::spawn(move || {
        let (mut first, _) = listener.accept().unwrap();
        told.recv().unwrap();
        answer(&mut first, &Answer::Refused("signer_refused".to_owned()));
        let (mut second, _) = listener.accept().unwrap();
        answer(&mut second, &Answer::Ready);
    });

    let first = client.ask(&Ask::Ready);
    late.send(()).unwrap();
    let second = client.ask(&Ask::Ready);

    assert_eq!(first, Err(SignerRefusal::Unreachable.into()));
    assert_eq!(second, Ok(Answer::Ready));
    served.join().unwrap();
}

#[test]
fn a_connection_that_was_closed_meanwhile_is_replaced() {
    let (_folder, client, listener) = client(1_000, 1_000);
    let served = thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            answer(&mut stream, &Answer::Ready);
        }
    });

    let first = client.ask(&Ask::Ready);
    let second = client.ask(&Ask::Ready);

    assert_eq!((first, second), (Ok(Answer::Ready), Ok(Answer::Ready)));
    served.join().unwrap();
}

#[test]
fn refusals_of_the_service_are_told_apart_from_failures_of_a_key() {
    for known in SignerRefusal::ALL {
        assert_eq!(refusal(known.code()), known.into());
    }
    assert_eq!(refusal("crypto_device"), CryptoError::Device);
    assert_eq!(refusal("anything"), CryptoError::Device);
}
