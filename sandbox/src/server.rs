//! A [`Sandbox`] behind a TCP port.
//!
//! Written on hyper itself because a scripted fault may cut a connection without an answer, which
//! a web framework has no way to say. Bodies are read whole and have no size limit: image layers
//! of hundreds of MB come through here.

use crate::{Answer, Sandbox};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Starts servers.
#[derive(Debug)]
pub struct Server;

/// A server at work; it stops when it is dropped.
#[derive(Debug)]
pub struct Running {
    /// Where clients on this machine reach it.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Listens on `port` of the loopback address (0: any free one) and tells the world its address.
    /// Fails when the port is taken.
    pub async fn start(sandbox: Sandbox, port: u16) -> std::io::Result<Running> {
        Self::start_on(sandbox, SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
    }

    /// Listens on `address`, which may be one that containers reach.
    pub async fn start_on(sandbox: Sandbox, address: SocketAddr) -> std::io::Result<Running> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let told = reachable(address);
        sandbox.with_world(|world| world.address = told.to_string());
        let task = tokio::spawn(accept(listener, sandbox));
        Ok(Running {
            address: told,
            task,
        })
    }
}

/// A server that listens on every address is told to clients by the loopback's.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()))
    } else {
        address
    }
}

impl Running {
    /// Stops listening and cuts every connection.
    pub fn stop(self) {
        self.task.abort();
    }

    /// `http://127.0.0.1:4566`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, sandbox: Sandbox) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream, sandbox.clone()));
        }
        while connections.try_join_next().is_some() {}
    }
}

/// A connection that breaks is the client's business; there is nobody here to tell.
async fn serve(stream: TcpStream, sandbox: Sandbox) {
    let service = service_fn(move |request| answer(request, sandbox.clone()));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let _ = connection.await;
}

/// An error makes hyper close the connection without a word, which is what [`Answer::Cut`] asks.
async fn answer(
    request: Request<Incoming>,
    sandbox: Sandbox,
) -> Result<Response<Full<Bytes>>, Cut> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    match sandbox.call(&Request::from_parts(head, body)) {
        Answer::Response(response) => Ok(response.map(Full::new)),
        Answer::Cut => Err(Cut),
    }
}

#[derive(Debug)]
struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is cut")
    }
}

impl std::error::Error for Cut {}
