use super::Redactor;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use proptest::prelude::*;

fn knowing(secrets: &[&str]) -> Redactor {
    let mut redactor = Redactor::default();
    for secret in secrets {
        redactor.learn(secret);
    }
    redactor
}

#[test]
fn the_longest_secret_goes_first() {
    let redactor = knowing(&["hunter", "hunter-22"]);
    assert_eq!(redactor.clean("a hunter-22, a hunter"), "a ***, a ***");
}

#[test]
fn of_secrets_that_overlap_nothing_is_left() {
    let redactor = knowing(&["abcd", "bcde", "xyxy"]);
    assert_eq!(redactor.clean("-abcde-xyxyxy-"), "-***-***-");
}

#[test]
fn a_secret_that_comes_of_taking_another_out_goes_as_well() {
    assert_eq!(knowing(&["hunter2", "a***"]).clean("ahunter2 b"), "*** b");
}

#[test]
fn every_line_of_a_secret_is_one() {
    let redactor = knowing(&["-----BEGIN\n  abcdef==\r\n}\nghijkl\rmnopqr\n"]);
    let text = "x abcdef== } -----BEGIN ghijkl mnopqr";
    assert_eq!(redactor.clean(text), "x *** } *** *** ***");
}

#[test]
fn short_and_empty_secrets_hide_nothing() {
    assert_eq!(knowing(&["", " ", "abc"]).clean("abc abc"), "abc abc");
}

#[test]
fn the_forms_of_a_secret_are_hidden() {
    let secret = "p&ss/w \"ord\"<1>";
    let redactor = knowing(&[secret]);
    for text in [
        serde_json::json!({ "a": secret }).to_string(),
        r#"{"a":"p\u0026ss/w \"ord\"\u003c1\u003e"}"#.to_owned(),
        r#"{"a":"p&ss\/w \"ord\"<1>"}"#.to_owned(),
        "https://x/?a=p%26ss%2Fw%20%22ord%22%3C1%3E&b".to_owned(),
        "https://x/?a=p%26ss%2fw%20%22ord%22%3c1%3e&b".to_owned(),
        "https://x/?a=p%26ss%2Fw+%22ord%22%3C1%3E&b".to_owned(),
        "https://x/p%26ss/w%20%22ord%22%3C1%3E/b".to_owned(),
    ] {
        let clean = redactor.clean(&text);
        assert!(clean.contains("***") && !clean.contains("ord"), "{clean}");
    }
}

#[test]
fn a_secret_within_base64_is_hidden_wherever_it_begins() {
    let secret = "s3cr3t?of>the~build";
    let redactor = knowing(&[secret]);
    for before in ["", "u", "us", "use", "user:"] {
        let text = format!("{before}{secret}:after");
        for encoded in [BASE64_STANDARD.encode(&text), BASE64_URL_SAFE.encode(&text)] {
            let clean = redactor.clean(&encoded);
            let left: String = clean.chars().filter(|c| *c != '*').collect();
            // Its neighbours, and at most two characters of it at either end.
            assert!(left.len() <= encoded.len() - 20, "{encoded}: {clean}");
        }
    }
}

#[test]
fn the_beginning_that_a_cut_leaves_is_taken_out() {
    let redactor = knowing(&["hunter-22-of-the-build"]);
    for (text, clean) in [
        ("a hunter-22-of", "a ***"),
        ("a hunter-2…", "a ***…"),
        ("a hunter-22-of\nb", "a ***\nb"),
        ("a hunter-22-of b", "a hunter-22-of b"),
        ("a hunter", "a hunter"),
        ("é hunter-22-é", "é hunter-22-é"),
    ] {
        assert_eq!(redactor.clean_cut(text), clean);
    }
    assert_eq!(redactor.clean("a hunter-22-of"), "a hunter-22-of");
}

fn odd_secret() -> impl Strategy<Value = String> {
    "[a-c*]{4,6}|[a-c*é]{8,12}|[ab]{4}\n[ab]{4}"
}

proptest! {
    #[test]
    fn no_secret_is_left(
        secrets in prop::collection::vec(odd_secret(), 1..4),
        between in prop::collection::vec("[a-c* \n…é]{0,5}", 5),
    ) {
        let texts = between.iter().zip(secrets.iter().cycle());
        let text: Vec<_> = texts.map(|(space, secret)| [space.as_str(), secret].concat()).collect();
        let known: Vec<_> = secrets.iter().map(String::as_str).collect();
        let redactor = knowing(&known);
        for clean in [redactor.clean(&text.concat()), redactor.clean_cut(&text.concat())] {
            for part in secrets.iter().flat_map(|secret| super::parts(secret)) {
                prop_assert!(!clean.contains(part), "{clean}");
            }
        }
    }

    #[test]
    fn whatever_is_cut_off_no_more_than_a_beginning_is_left(
        secret in "[a-cé]{8,20}", before in "[a-c ]{0,8}", kept in 0_usize..30, mark in "|…",
    ) {
        let redactor = knowing(&[&secret]);
        let text: String = [before, secret.clone()].concat().chars().take(kept).collect();
        let clean = redactor.clean_cut(&[text.as_str(), &mark].concat());
        let shown = clean.trim_end_matches('…');
        let beginnings = secret.char_indices().map(|(at, _)| &secret[..at]);
        for beginning in beginnings.filter(|it| it.len() > super::LEAST_OF_A_BEGINNING) {
            prop_assert!(!shown.ends_with(beginning), "{clean}");
        }
    }
}
