//! A port that can be shut: refuses connections and resets the open ones. No HTTP.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Listens while the door is open.
pub(crate) struct Gate {
    address: SocketAddr,
    listener: Option<TcpListener>,
    door: watch::Receiver<bool>,
}

impl Gate {
    /// Takes a free port of loopback.
    pub(crate) async fn bind(door: watch::Receiver<bool>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        Ok(Self { address: listener.local_addr()?, listener: Some(listener), door })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Listener for Gate {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        loop {
            if !*self.door.borrow_and_update() {
                // Dropping the listener frees the port, so that a client is refused and not kept waiting.
                self.listener = None;
                if self.door.wait_for(|open| *open).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
            let Some(listener) = &self.listener else {
                self.listener = TcpListener::bind(self.address).await.ok();
                if self.listener.is_none() {
                    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                }
                continue;
            };
            tokio::select! {
                accepted = listener.accept() => {
                    if let Ok((socket, peer)) = accepted {
                        return (Line::new(socket, self.door.clone()), peer);
                    }
                }
                ended = self.door.changed() => if ended.is_err() { std::future::pending::<()>().await },
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// A connection that breaks when the door shuts.
pub(crate) struct Line {
    socket: TcpStream,
    shut: Pin<Box<dyn Future<Output = ()> + Send>>,
    broken: bool,
}

impl Line {
    fn new(socket: TcpStream, mut door: watch::Receiver<bool>) -> Self {
        // Without delay an answer leaves in one piece as far as it goes.
        let _ = socket.set_nodelay(true);
        let shut = Box::pin(async move {
            // An error means that the emulator is gone, which shuts the door as well.
            let _ = door.wait_for(|open| !*open).await;
        });
        Self { socket, shut, broken: false }
    }

    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        self.broken = self.broken || self.shut.as_mut().poll(context).is_ready();
        if self.broken { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.socket).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        Pin::new(&mut self.socket).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
