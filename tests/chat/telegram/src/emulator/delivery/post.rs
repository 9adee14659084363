//! One POST over plain HTTP to loopback. No TLS, no keep-alive, no redirects.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a webhook may take, in real time; WebhookActor.cpp of tdlib/telegram-bot-api gives its connections 60 s.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the webhook answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) retry_after: u64,
}

/// Splits `http://host:port/path`.
pub(super) fn split(url: &str) -> Option<(String, String)> {
    let rest = url.strip_prefix("http://")?;
    let at = rest.find('/').unwrap_or(rest.len());
    let authority = &rest[..at];
    let path = if at < rest.len() { &rest[at..] } else { "/" };
    let authority = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    Some((authority, path.to_owned()))
}

/// Posts `body` as JSON with the secret token.
///
/// # Errors
/// The words that `getWebhookInfo` shows.
pub(super) async fn post(url: &str, secret: Option<&str>, body: &str) -> Result<Answer, String> {
    let (authority, path) = split(url).ok_or("Can't connect to the webhook")?;
    let exchange = async {
        let mut socket = TcpStream::connect(&authority).await.map_err(|_| "Connection refused".to_owned())?;
        let token = secret.map(|secret| format!("X-Telegram-Bot-Api-Secret-Token: {secret}\r\n")).unwrap_or_default();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\n{token}Content-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\nAccept-Encoding: gzip, deflate\r\n\r\n",
            body.len()
        );
        let closed = |_| "Webhook connection closed".to_owned();
        socket.write_all(head.as_bytes()).await.map_err(closed)?;
        socket.write_all(body.as_bytes()).await.map_err(closed)?;
        let mut answer = Vec::new();
        // A peer that resets after its answer has still answered.
        let _ = socket.read_to_end(&mut answer).await;
        parse(&answer).ok_or_else(|| "Webhook connection closed".to_owned())
    };
    tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| "Read timeout expired".to_owned())?
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.splitn(3, ' ').skip(1);
    let status = first.next()?.parse().ok()?;
    let reason = first.next().unwrap_or_default().to_owned();
    let retry_after = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0);
    Some(Answer { status, reason, retry_after })
}
