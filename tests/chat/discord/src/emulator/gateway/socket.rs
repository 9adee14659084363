//! One WebSocket: moves frames between the state and the client. What they mean is in `payload` and `identify`.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, sleep_until, timeout};

use super::super::world::Shared;
use super::payload::CloseCode;
use super::session::Frame;

/// How long a client may take to answer a close frame.
const GOODBYE: Duration = Duration::from_secs(1);

/// Serves one connection until either side ends it.
pub(crate) async fn open(mut socket: WebSocket, shared: Arc<Shared>, resuming: bool, query: Vec<(String, String)>) {
    let (frames, mut outgoing) = unbounded_channel();
    let id = shared.change(|state| state.greet(frames, resuming, &query));
    let silence = shared.read(|state| state.options.heartbeat_interval) * 2 + Duration::from_secs(1);
    let mut deadline = Instant::now() + silence;
    let mut client_code = None;
    loop {
        tokio::select! {
            frame = outgoing.recv() => match frame {
                Some(Frame::Payload { text, compressed }) => {
                    if socket.send(encoded(text, compressed)).await.is_err() {
                        break;
                    }
                }
                Some(Frame::Close(code, reason)) => {
                    let frame = CloseFrame { code: code.number(), reason: reason.into() };
                    say_goodbye(&mut socket, Some(frame)).await;
                    break;
                }
                Some(Frame::CloseSilently) => {
                    say_goodbye(&mut socket, None).await;
                    break;
                }
                Some(Frame::Cut) | None => break,
            },
            incoming = socket.recv() => match incoming {
                Some(Ok(Message::Text(text))) => {
                    // A client that only chatters is as silent as one that says nothing: heartbeats are opcode 1.
                    if is_heartbeat(&text) {
                        deadline = Instant::now() + silence;
                    }
                    shared.change(|state| state.receive(id, &text));
                }
                Some(Ok(Message::Binary(_))) => {
                    shared.change(|state| state.refuse(id, CloseCode::Decode, "binary payloads are ETF"));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(frame))) => {
                    client_code = frame.map(|frame| frame.code);
                    break;
                }
                Some(Err(_)) | None => break,
            },
            () = sleep_until(deadline) => {
                deadline = Instant::now() + silence;
                shared.change(|state| state.heartbeat_missed(id));
            }
        }
    }
    shared.change(|state| state.forget_connection(id, client_code));
}

fn is_heartbeat(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|payload| payload["op"] == 1)
}

/// Sends the close frame and reads until the client has answered it: to drop the socket at once could reset the
/// connection before the client has read the code.
async fn say_goodbye(socket: &mut WebSocket, frame: Option<CloseFrame>) {
    if socket.send(Message::Close(frame)).await.is_ok() {
        let _ = timeout(GOODBYE, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
    }
}

/// Text, or a zlib stream of its own («Payload Compression»).
fn encoded(text: String, compressed: bool) -> Message {
    if !compressed {
        return Message::Text(text.into());
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    packed.map_or_else(|_| Message::Text(text.clone().into()), |bytes| Message::Binary(bytes.into()))
}
