//! Ids that look like those of AWS and are the same in every run.

use sha2::{Digest, Sha256};

/// `length` (at most 64) hexadecimal digits made of `seed`.
pub fn hex(seed: &[u8], length: usize) -> String {
    let mut id = hex::encode(Sha256::digest(seed));
    id.truncate(length);
    id
}

/// Thirty-two hexadecimal digits, as tasks have.
pub fn task(serial: u64) -> String {
    hex(format!("task {serial}").as_bytes(), 32)
}

/// Nineteen digits, as deployments, task sets and service revisions have.
pub fn digits(serial: u64) -> String {
    // A step that is prime to 10^18 walks through all numbers before one comes twice.
    let scattered = serial.wrapping_mul(736_338_717_320_567_891) % 1_000_000_000_000_000_000;
    format!("{}{scattered:018}", 1 + serial % 9)
}

/// `ecs-svc/` and nineteen digits: a deployment or a task set.
pub fn ecs_svc(serial: u64) -> String {
    format!("ecs-svc/{}", digits(serial))
}

/// A UUID, as events and containers have.
pub fn uuid(seed: &str) -> String {
    let digits = hex(seed.as_bytes(), 32);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-4{}-a{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32)
    )
}

/// `length` capitals and digits, as deployments of CodeDeploy have after `d-`.
pub fn capitals(seed: &str, length: usize) -> String {
    const LETTERS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let letter = |byte: &u8| {
        LETTERS
            .get(usize::from(*byte) % 36)
            .copied()
            .map(char::from)
    };
    Sha256::digest(seed.as_bytes())
        .iter()
        .filter_map(letter)
        .take(length)
        .collect()
}
