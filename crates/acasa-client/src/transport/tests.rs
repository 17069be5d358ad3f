//! Tests of sending: where to, how much, how long and how often. Time is tokio's, stopped.
use super::*;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::mpsc,
    time::Instant,
};

fn client(address: &str) -> Result<Client, ClientError> {
    Client::new(Options::new(Url::parse(address).unwrap()))
}

#[test]
fn only_https_and_loopback_gateways_are_accepted() {
    for address in ["https://gateway.example", "http://127.0.0.1:9", "http://[::1]:9"] {
        assert!(client(address).is_ok(), "{address}");
    }
    for address in ["http://gateway.example", "http://localhost:9", "ftp://127.0.0.1/"] {
        assert!(client(address).is_err(), "{address}");
    }
}

#[tokio::test]
async fn a_closed_gate_counts_and_lets_nothing_out() {
    let client = client("http://127.0.0.1:9").unwrap();
    client.gate().close();

    let answer = client.discover().await;

    assert!(matches!(answer, Err(ClientError::Offline)));
    assert_eq!((client.gate().passed(), client.gate().refused()), (0, 1));
}

#[test]
fn addresses_outside_the_gateway_are_refused() {
    let client = client("https://gateway.example").unwrap();

    assert!(client.own("https://gateway.example/status/1").is_ok());
    for address in [
        "https://gateway.example:444/",
        "http://gateway.example/",
        "nonsense",
    ] {
        assert!(client.own(address).is_err(), "{address}");
    }
}

#[test]
fn a_refusal_without_a_problem_gets_a_code_by_status() {
    let error = refusal(StatusCode::BAD_GATEWAY, None, b"<html>");

    assert_eq!((error.code(), error.retryable()), ("gateway_refused", true));
}

/// A gateway that gives every request one answer, and reports each.
async fn answering(status: &str, body: Vec<u8>) -> (Client, mpsc::UnboundedReceiver<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let gateway = format!("http://{}/", listener.local_addr().unwrap());
    let head = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let (report, reports) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            report.send(()).unwrap();
            // A client that has read enough goes away.
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&body).await;
        }
    });
    (client(&gateway).unwrap(), reports)
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_says_when_to_come_back_is_not_asked_before() {
    for (asked, kept) in [("7", Some(7)), ("999999", Some(900)), ("soon", None)] {
        let status = format!("503 Service Unavailable\r\nretry-after: {asked}");
        let (client, mut reports) = answering(&status, Vec::new()).await;

        let answer = client.discover().await;

        let Err(ClientError::Refused(problem)) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!((problem.retry_after, problem.retryable), (kept, true));
        let mut counted = 0;
        while reports.try_recv().is_ok() {
            counted += 1;
        }
        assert_eq!(counted, if kept.is_some() { 1 } else { 3 }, "{asked}");
    }
}

#[tokio::test]
async fn every_request_says_which_operation_it_belongs_to() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let client = client(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let seen = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let read = stream.read(&mut request).await.unwrap();
        String::from_utf8_lossy(&request[..read]).to_lowercase()
    });

    let _ = client.discover().await;

    let seen = seen.await.unwrap();
    let header = seen
        .lines()
        .find_map(|line| line.strip_prefix("traceparent: 00-"));
    assert_eq!(header.map(str::len), Some(32 + 1 + 16 + 3), "{seen}");
}

const MIB: usize = 1 << 20;

#[tokio::test]
async fn an_ordinary_answer_beyond_4_mebibytes_is_refused_and_one_of_them_is_read() {
    let (largest, _reports) = answering("200 OK", vec![b' '; 4 * MIB]).await;
    let (larger, _reports) = answering("200 OK", vec![b' '; 4 * MIB + 1]).await;

    // Spaces are no metadata, but they were read.
    let read = largest.discover().await;
    assert!(matches!(read, Err(ClientError::Unexpected { .. })), "{read:?}");
    let refused = larger.discover().await;
    assert!(matches!(refused, Err(ClientError::TooLarge)), "{refused:?}");
}

#[tokio::test]
async fn a_list_beyond_16_mebibytes_is_refused_and_one_of_them_is_read() {
    let (largest, _reports) = answering("200 OK", vec![b' '; 16 * MIB]).await;
    let (larger, _reports) = answering("200 OK", vec![b' '; 16 * MIB + 1]).await;
    let list = |client: &Client| client.join("/status/1").unwrap();

    assert_eq!(largest.trust_list().await.unwrap().len(), 16 * MIB);
    assert!(matches!(larger.trust_list().await, Err(ClientError::TooLarge)));
    let read = largest.status_list(&list(&largest)).await;
    assert_eq!(read.unwrap().len(), 16 * MIB);
    let refused = larger.status_list(&list(&larger)).await;
    assert!(matches!(refused, Err(ClientError::TooLarge)));
}

#[tokio::test(start_paused = true)]
async fn a_public_read_is_tried_three_times_where_the_server_falters_and_once_where_it_refuses() {
    for (status, tries) in [("503 Service Unavailable", 3), ("404 Not Found", 1)] {
        let (client, mut reports) = answering(status, Vec::new()).await;

        let answer = client.discover().await;

        assert!(matches!(answer, Err(ClientError::Refused(_))));
        let mut counted = 0;
        while reports.try_recv().is_ok() {
            counted += 1;
        }
        assert_eq!(counted, tries, "{status}");
    }
}

/// How long a request takes that is to end in a time-out.
async fn patience(gateway: &str) -> Duration {
    let client = client(gateway).unwrap();
    let request = client.request(Method::POST, client.gateway());
    let begun = Instant::now();

    let answer = client.send(request, 0).await;

    assert!(matches!(answer, Err(ClientError::Timeout)));
    begun.elapsed()
}

/// The timer's tick is a millisecond.
fn is_about(elapsed: Duration, expected: Duration) -> bool {
    elapsed.abs_diff(expected) <= Duration::from_millis(50)
}

#[tokio::test(start_paused = true)]
async fn a_silent_gateway_is_given_up_after_twenty_seconds() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let gateway = format!("http://{}/", listener.local_addr().unwrap());

    let elapsed = patience(&gateway).await;

    assert!(is_about(elapsed, Duration::from_secs(20)), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_lets_nobody_in_is_given_up_after_five_seconds() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    // One place in the queue; who comes when it is taken gets no answer at all.
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let _waiting = TcpStream::connect(address).await.unwrap();

    let elapsed = patience(&format!("http://{address}/")).await;

    assert!(is_about(elapsed, Duration::from_secs(5)), "{elapsed:?}");
}
