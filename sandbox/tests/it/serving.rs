//! The sandbox behind a port.

use crate::demo;
use greengate_sandbox::server::{Running, Server};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn started() -> Running {
    Server::start(demo::sandbox(), 0).await.unwrap()
}

/// Sends a whole request and reads until the connection ends.
async fn exchange(running: &Running, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let length = body.len();
    let head =
        format!("{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n");
    stream
        .write_all(format!("{head}\r\n").as_bytes())
        .await
        .unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn body(answer: &str) -> Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn a_started_server_answers_under_its_own_address() {
    let running = started().await;
    let answer = exchange(&running, "GET /_sandbox/scenario", b"").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert_eq!(body(&answer)["address"], running.address.to_string());
    let answer = exchange(&running, "GET /_sandbox/clock", b"").await;
    assert_eq!(body(&answer)["speed"].as_f64(), Some(1.0));
    let address = running.address;
    running.stop();
    tokio::task::yield_now().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_struck_connection_ends_without_a_word() {
    let sandbox = demo::sandbox_with(&[(
        "region: eu-west-1\n\n",
        "region: eu-west-1\nfaults: [{service: github, answer: cut}]\n",
    )]);
    let running = Server::start(sandbox, 0).await.unwrap();
    assert_eq!(exchange(&running, "GET /repos/acme/shop", b"").await, "");
}

#[tokio::test]
async fn a_large_body_is_read_whole() {
    let running = started().await;
    let large = json!({"padding": "x".repeat(64 << 20)}).to_string();
    let answer = exchange(&running, "POST /_sandbox/jobs", large.as_bytes()).await;
    let message = body(&answer)["message"].as_str().unwrap().to_owned();
    assert!(message.contains("unknown field `padding`"), "{message}");
}

#[tokio::test]
async fn the_state_shows_every_part() {
    let running = started().await;
    let state = body(&exchange(&running, "GET /_sandbox/state", b"").await);
    assert_eq!(state["ecs"][0]["serviceName"], "shop");
    assert_eq!(state["elb"][0]["percent"]["shop-blue"], 100);
    assert_eq!(state["ecr"]["shop"][0]["imageTags"], json!(["v1"]));
    assert_eq!(state["github"][0]["repository"], "acme/shop");
}
