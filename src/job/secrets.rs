//! What the process's variables hold that must never be shown.

use super::Variables;
use secrecy::SecretString;

/// Tokens and keys that runners and steps before this one hand over.
const SECRET: [&str; 6] = [
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "GITHUB_TOKEN",
];

/// Addresses that may have a password in them.
const ADDRESSES: [&str; 7] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "DOCKER_HOST",
];

/// Every secret that `variables` hold beside the inputs'.
pub fn secrets(variables: &Variables) -> impl Iterator<Item = SecretString> {
    let tokens = SECRET.iter().filter_map(|name| variables.get(name));
    let addresses = ADDRESSES.iter().filter_map(|name| variables.get(name));
    tokens
        .chain(addresses.filter_map(password))
        .map(SecretString::from)
}

/// `secret` of `http://user:secret@proxy:3128`.
fn password(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password)
}

#[cfg(test)]
mod tests {
    use super::{Variables, secrets};
    use secrecy::ExposeSecret;

    #[test]
    fn tokens_keys_and_passwords_are_secrets() {
        let variables: Variables = [
            ("ACTIONS_RUNTIME_TOKEN", "runtime"),
            ("AWS_SECRET_ACCESS_KEY", " key "),
            ("AWS_SESSION_TOKEN", ""),
            ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("HTTPS_PROXY", "http://me:p@ss@proxy:3128/"),
            ("http_proxy", "http://me@proxy:3128"),
            ("ALL_PROXY", "proxy:3128"),
            ("DOCKER_HOST", "tcp://dind:2376"),
        ]
        .into_iter()
        .collect();
        let secrets: Vec<_> = secrets(&variables).collect();
        let secrets: Vec<_> = secrets.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(secrets, ["runtime", "key", "p@ss"]);
    }
}
