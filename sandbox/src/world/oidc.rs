//! GitHub's OpenID Connect issuer: signs tokens and publishes the key to verify them with.
//!
//! Knows nothing of what the claims mean. The key is made when the world is, so that no two worlds
//! believe each other's tokens. GitHub signs with RS256; here it is ES256, since the crypto library
//! makes no RSA keys, and clients learn the algorithm from the key set.
//!
//! <https://docs.github.com/en/actions/reference/security/oidc>

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What GitHub's issuer calls itself.
pub const ISSUER: &str = "https://token.actions.githubusercontent.com";

/// The issuer with its key; without one (no randomness to be had) it signs and believes nothing.
#[derive(Debug)]
pub struct Issuer {
    key: Option<EcdsaKeyPair>,
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadToken {
    /// It is no JWT at all.
    Malformed,
    /// It is one, and this issuer never signed it.
    Unsigned,
}

impl Default for Issuer {
    fn default() -> Self {
        Self { key: new_key() }
    }
}

fn new_key() -> Option<EcdsaKeyPair> {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).ok()?;
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).ok()
}

impl Issuer {
    /// A signed token with these claims.
    pub fn sign(&self, claims: &Value) -> Option<String> {
        let key = self.key.as_ref()?;
        let header = json!({"typ": "JWT", "alg": "ES256", "kid": key_id(key)});
        let text = format!(
            "{}.{}",
            BASE64.encode(header.to_string()),
            BASE64.encode(claims.to_string())
        );
        let signature = key.sign(&SystemRandom::new(), text.as_bytes()).ok()?;
        Some(format!("{text}.{}", BASE64.encode(signature)))
    }

    /// The claims of a token that this issuer signed. Says nothing of its time or audience.
    pub fn verify(&self, token: &str) -> Result<Value, BadToken> {
        let (text, signature) = token.rsplit_once('.').ok_or(BadToken::Malformed)?;
        let (header, claims) = text.split_once('.').ok_or(BadToken::Malformed)?;
        let _: Value = decode(header)?;
        let claims = decode(claims)?;
        let signature = BASE64.decode(signature).map_err(|_| BadToken::Malformed)?;
        let key = self.key.as_ref().ok_or(BadToken::Unsigned)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key())
            .verify(text.as_bytes(), &signature)
            .map_err(|_| BadToken::Unsigned)?;
        Ok(claims)
    }

    /// The JSON Web Key Set that verifies its tokens.
    pub fn key_set(&self) -> Value {
        let keys: Vec<Value> = self.key.iter().filter_map(web_key).collect();
        json!({"keys": keys})
    }
}

fn decode(part: &str) -> Result<Value, BadToken> {
    let bytes = BASE64.decode(part).map_err(|_| BadToken::Malformed)?;
    match serde_json::from_slice(&bytes) {
        Ok(object @ Value::Object(_)) => Ok(object),
        _ => Err(BadToken::Malformed),
    }
}

fn key_id(key: &EcdsaKeyPair) -> String {
    hex::encode(Sha256::digest(key.public_key()))
}

/// The public key is a 4, then the two coordinates of 32 bytes each.
fn web_key(key: &EcdsaKeyPair) -> Option<Value> {
    let (x, y) = key.public_key().as_ref().get(1..)?.split_at_checked(32)?;
    Some(json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": key_id(key),
        "x": BASE64.encode(x), "y": BASE64.encode(y),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_own_tokens_are_believed_and_nothing_else() {
        let (issuer, other) = (Issuer::default(), Issuer::default());
        let claims = json!({"sub": "repo:acme/shop:environment:production"});
        let token = issuer.sign(&claims).unwrap();
        assert_eq!(issuer.verify(&token), Ok(claims));
        assert_eq!(other.verify(&token), Err(BadToken::Unsigned));

        let (header, rest) = token.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let forged = BASE64.encode(json!({"sub": "repo:evil/shop"}).to_string());
        let forged = format!("{header}.{forged}.{signature}");
        assert_eq!(issuer.verify(&forged), Err(BadToken::Unsigned));
        for text in ["", "a.b", "a.b.c", "e30.e30.", "bm8.e30.AA"] {
            assert!(issuer.verify(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_key_set_verifies_a_token() {
        let issuer = Issuer::default();
        let token = issuer.sign(&json!({"a": 1})).unwrap();
        let key = &issuer.key_set()["keys"][0];
        let point = |name: &str| BASE64.decode(key[name].as_str().unwrap()).unwrap();
        let public = [vec![4], point("x"), point("y")].concat();
        let (text, signature) = token.rsplit_once('.').unwrap();
        let signature = BASE64.decode(signature).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
            .verify(text.as_bytes(), &signature)
            .unwrap();
        let header: Value = decode(text.split_once('.').unwrap().0).unwrap();
        assert_eq!(header["kid"], key["kid"]);
    }
}
