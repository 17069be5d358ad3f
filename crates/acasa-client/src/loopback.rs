//! The browser's way back on a desktop: a listener on the loopback address, for one sign-in
//! (RFC 8252, 7.3).

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use url::Url;

use crate::{Callback, ClientError, PendingSignIn};

/// Longest request head that is read, in bytes.
const HEAD_LIMIT: usize = 8 * 1024;
/// How long a browser may take to send its request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Words of the page the browser shows at the end; they come from the message files.
#[derive(Debug, Clone)]
pub struct ReturnPage {
    /// `ro`, `ru` or `en`.
    pub language: String,
    /// Title of the page.
    pub title: String,
    /// Said when the person is signed in: they may close the page and go back to the app.
    pub done: String,
    /// Said when they are not.
    pub failed: String,
}

/// A listener on 127.0.0.1 and a free port.
pub struct LoopbackRedirect {
    listener: TcpListener,
    redirect_uri: Url,
}

impl LoopbackRedirect {
    /// Opens the listener.
    pub async fn bind() -> Result<Self, ClientError> {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(|_| ClientError::Loopback)?;
        let port = listener.local_addr().map_err(|_| ClientError::Loopback)?.port();
        let redirect_uri =
            Url::parse(&format!("http://127.0.0.1:{port}/callback")).map_err(|_| ClientError::Loopback)?;
        Ok(Self {
            listener,
            redirect_uri,
        })
    }

    /// The redirect URI to sign in with.
    pub fn redirect_uri(&self) -> &Url {
        &self.redirect_uri
    }

    /// Waits for the browser. Requests that do not answer this sign-in (another page's, a
    /// favicon's) are told "not found" and do not end the wait.
    pub async fn wait(
        self,
        pending: &PendingSignIn,
        page: &ReturnPage,
        patience: Duration,
    ) -> Result<Callback, ClientError> {
        let accept = async {
            loop {
                let (stream, _) = self.listener.accept().await.map_err(|_| ClientError::Loopback)?;
                if let Some(callback) = self.answer(stream, pending, page).await {
                    return Ok(callback);
                }
            }
        };
        timeout(patience, accept)
            .await
            .unwrap_or(Err(ClientError::SignInTimeout))
    }

    async fn answer(
        &self,
        mut stream: TcpStream,
        pending: &PendingSignIn,
        page: &ReturnPage,
    ) -> Option<Callback> {
        let head = timeout(HEAD_TIMEOUT, read_head(&mut stream)).await.ok()??;
        let callback = target(&head)
            .and_then(|target| self.redirect_uri.join(target).ok())
            .filter(|url| {
                url.path() == self.redirect_uri.path() && url.origin() == self.redirect_uri.origin()
            })
            .and_then(|url| Callback::parse(&url).ok())
            .filter(|callback| pending.is_answered_by(callback));
        let response = match &callback {
            Some(callback) => respond("200 OK", &page.render(callback.is_success())),
            None => respond("404 Not Found", ""),
        };
        // The callback counts even if the browser has gone before the page arrives.
        let _ = timeout(HEAD_TIMEOUT, stream.write_all(response.as_bytes())).await;
        let _ = stream.shutdown().await;
        callback
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        head.extend_from_slice(buffer.get(..count)?);
        if head.len() > HEAD_LIMIT {
            return None;
        }
    }
    String::from_utf8(head).ok()
}

/// The target of `GET <target> HTTP/1.1`, in origin form.
fn target(head: &str) -> Option<&str> {
    let mut parts = head.lines().next()?.split(' ');
    let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = parts.next().is_none() && version.starts_with("HTTP/1.");
    (method == "GET" && whole && target.starts_with('/') && !target.starts_with("//")).then_some(target)
}

fn respond(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         content-security-policy: default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'\r\nreferrer-policy: no-referrer\r\n\
         cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

const STYLE: &str = "body{font-family:system-ui,sans-serif;background:#f6f8fa;color:#101828;display:grid;place-items:center;min-height:100vh;margin:0}main{background:#fff;border:1px solid #d0d5dd;border-radius:12px;padding:2rem;max-width:26rem;margin:1rem}h1{font-size:1.375rem;margin:0 0 .5rem}p{margin:0;line-height:1.5}@media (prefers-color-scheme:dark){body{background:#0c111d;color:#f5f5f6}main{background:#161b26;border-color:#333741}}";
/// Base64 of SHA-256 of [`STYLE`]; a test compares them.
const STYLE_HASH: &str = "XNa9dS3z89IpN8qq8C4zpv9W217WG/StMewxaJORg5E=";

impl ReturnPage {
    fn render(&self, success: bool) -> String {
        let [language, title, text] = [
            &self.language,
            &self.title,
            if success { &self.done } else { &self.failed },
        ]
        .map(|text| escape(text));
        format!(
            "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\
             <body><main><h1>{title}</h1><p role=\"status\">{text}</p></main></body></html>"
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_in_the_page_is_the_one_the_policy_allows() {
        let digest = acasa_crypto::digest::sha256(STYLE.as_bytes());

        let base64 = acasa_crypto::base64url::encode(&digest)
            .replace('-', "+")
            .replace('_', "/");

        assert_eq!(format!("{base64}="), STYLE_HASH);
    }

    #[test]
    fn only_a_plain_get_in_origin_form_has_a_target() {
        assert_eq!(
            target("GET /callback?a=b HTTP/1.1\r\n\r\n"),
            Some("/callback?a=b")
        );
        for head in [
            "",
            "POST / HTTP/1.1",
            "GET http://a/ HTTP/1.1",
            "GET //a HTTP/1.1",
            "GET / x",
        ] {
            assert_eq!(target(head), None, "{head}");
        }
    }

    #[test]
    fn words_on_the_page_are_escaped() {
        let page = ReturnPage {
            language: "ro".into(),
            title: "<b>".into(),
            done: "&".into(),
            failed: "no".into(),
        };

        let html = page.render(true);

        assert!(html.contains("&lt;b&gt;") && html.contains(">&amp;</p>"));
    }

    fn page() -> ReturnPage {
        ReturnPage {
            language: "ro".into(),
            title: "Acasă".into(),
            done: "gata".into(),
            failed: "nu".into(),
        }
    }

    /// Sends one request's bytes, and says what came back before the connection was closed.
    async fn ask(address: &str, request: Vec<u8>) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let _ = stream.write_all(&request).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    fn address(loopback: &LoopbackRedirect) -> String {
        loopback.redirect_uri.authority().to_owned()
    }

    /// The browser's request, with a head of so many bytes.
    fn callback(bytes: usize) -> Vec<u8> {
        let start = "GET /callback?state=s&code=c HTTP/1.1\r\nx: ";
        let padding = "x".repeat(bytes - start.len() - 4);
        format!("{start}{padding}\r\n\r\n").into_bytes()
    }

    #[tokio::test]
    async fn a_head_beyond_8_kibibytes_is_not_read_and_does_not_end_the_wait() {
        let loopback = LoopbackRedirect::bind().await.unwrap();
        let address = address(&loopback);
        let (pending, page) = (PendingSignIn::of_state("s"), page());
        let browser = async {
            let larger = ask(&address, callback(8193)).await;
            (larger, ask(&address, callback(8192)).await)
        };

        let wait = loopback.wait(&pending, &page, Duration::from_mins(1));
        let (callback, (larger, largest)) = tokio::join!(wait, browser);

        assert!(callback.unwrap().is_success());
        assert_eq!(larger, "");
        assert!(largest.starts_with("HTTP/1.1 200 OK"), "{largest}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_given_up_after_five_seconds_and_does_not_end_the_wait() {
        let loopback = LoopbackRedirect::bind().await.unwrap();
        let address = address(&loopback);
        let (pending, page) = (PendingSignIn::of_state("s"), page());
        let begun = tokio::time::Instant::now();
        let silent = TcpStream::connect(&address).await.unwrap();
        let browser = async {
            let answer = ask(&address, callback(100)).await;
            (answer, begun.elapsed())
        };

        let wait = loopback.wait(&pending, &page, Duration::from_mins(1));
        let (callback, (answer, elapsed)) = tokio::join!(wait, browser);

        drop(silent);
        assert!(callback.unwrap().is_success() && answer.starts_with("HTTP/1.1 200 OK"));
        let expected = Duration::from_secs(5);
        assert!(
            elapsed.abs_diff(expected) < Duration::from_millis(50),
            "{elapsed:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_in_nobody_comes_back_from_ends_when_patience_does() {
        let loopback = LoopbackRedirect::bind().await.unwrap();
        let (pending, page) = (PendingSignIn::of_state("s"), page());
        let begun = tokio::time::Instant::now();

        let answer = loopback.wait(&pending, &page, Duration::from_mins(5)).await;

        assert!(matches!(answer.map(|_| ()), Err(ClientError::SignInTimeout)));
        assert!(begun.elapsed() >= Duration::from_mins(5));
    }
}
