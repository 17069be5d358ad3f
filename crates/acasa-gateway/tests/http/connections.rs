//! Requests that two programs in a row could read differently.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::world::World;

pub(crate) async fn connect(world: &World) -> TcpStream {
    TcpStream::connect(world.local).await.unwrap()
}

/// Everything until the gateway closes.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is cut off has also ended.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request in front of a second one that must not be seen.
async fn ask(world: &World, request: &str) -> String {
    let mut stream = connect(world).await;
    let smuggled =
        "GET /.well-known/openid-credential-issuer HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream
        .write_all(format!("{request}{smuggled}").as_bytes())
        .await
        .unwrap();
    read_to_end(&mut stream).await
}

#[tokio::test]
async fn two_requests_of_plain_lengths_are_both_answered() {
    let world = World::start().await;

    let answer = ask(
        &world,
        "POST /issuance/nonce HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}",
    )
    .await;

    assert_eq!(answer.matches("HTTP/1.1 200 ").count(), 2, "{answer}");
}

#[tokio::test]
async fn a_request_of_two_lengths_or_an_unclear_one_is_refused_and_the_connection_closed() {
    let world = World::start().await;

    for framing in [
        "content-length: 2\r\ncontent-length: 3",
        "content-length: 2, 3",
        "content-length: +2",
        "content-length: 0x2",
        "content-length: -2",
        "content-length: 99999999999999999999999999",
        "transfer-encoding: xchunked",
        "transfer-encoding: chunked, identity",
        "transfer-encoding : chunked",
        "content-length: 2\r\n folded: 3",
    ] {
        let request = format!("POST /issuance/nonce HTTP/1.1\r\nhost: x\r\n{framing}\r\n\r\n{{}}");
        let answer = ask(&world, &request).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{framing}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{framing}: {answer}");
    }
}

#[tokio::test]
async fn nothing_is_read_after_a_request_of_both_framings() {
    let world = World::start().await;
    let request = "POST /issuance/nonce HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";

    let answer = ask(&world, request).await;

    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    assert!(!answer.contains("credential_issuer"), "{answer}");
}

#[tokio::test]
async fn a_chunk_of_an_unclear_length_ends_the_connection() {
    let world = World::start().await;

    for chunk in [
        "zz\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n{}",
        "2\n{}\n0\n\n",
    ] {
        let request = format!(
            "POST /oauth/register HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunk}"
        );
        let answer = ask(&world, &request).await;
        assert!(!answer.contains("credential_issuer"), "{chunk}: {answer}");
    }
}
