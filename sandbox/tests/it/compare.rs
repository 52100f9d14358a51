//! GitHub's comparison of two commits: the history of a scenario, and the runs that add to it.

use crate::demo::{github, job, sandbox_with};
use greengate_sandbox::Sandbox;
use greengate_sandbox::scenario::Scenario;
use serde_json::{Value, json};

const BARE: &str = "    acme/shop:
      private: true
";

/// 1 - 2 - 3, with 4 on 1; 9 has nothing to do with them. Listed last, 3 is the newest.
const HISTORY: &str = "      commits:
        - '1111111111111111111111111111111111111111'
        - '2222222222222222222222222222222222222222'
        - { sha: '4444444444444444444444444444444444444444', parent: '1111111111111111111111111111111111111111' }
        - { sha: '9999999999999999999999999999999999999999' }
        - { sha: '3333333333333333333333333333333333333333', parent: '2222222222222222222222222222222222222222' }
";

fn sha(digit: char) -> String {
    digit.to_string().repeat(40)
}

fn with_history() -> Sandbox {
    sandbox_with(&[(BARE, &format!("{BARE}{HISTORY}"))])
}

/// What a job of the newest commit is told about `basehead`.
fn compared(sandbox: &Sandbox, basehead: &str) -> (u16, Value) {
    let reader = job(sandbox, None, json!({"sha": sha('3')}));
    let token = reader["token"].as_str().expect("a running job");
    let path = format!("/repos/acme/shop/compare/{basehead}");
    github(sandbox, token, &path)
}

#[test]
fn commits_stand_to_each_other_as_their_history_says() {
    let sandbox = with_history();
    for (base, head, status, ahead, behind) in [
        ('1', '3', "ahead", 2, 0),
        ('3', '1', "behind", 0, 2),
        ('2', '2', "identical", 0, 0),
        ('3', '4', "diverged", 1, 2),
    ] {
        let (code, said) = compared(&sandbox, &format!("{}...{}", sha(base), sha(head)));
        assert_eq!(code, 200, "{said}");
        let told = [&said["status"], &said["ahead_by"], &said["behind_by"]];
        assert_eq!(
            told,
            [&json!(status), &json!(ahead), &json!(behind)],
            "{base}{head}"
        );
        assert_eq!(said["base_commit"]["sha"], sha(base));
        assert_eq!(said["total_commits"], ahead);
    }
    let (_, said) = compared(&sandbox, &format!("{}...main", sha('1')));
    let shas: Vec<&Value> = said["commits"].as_array().unwrap().iter().collect();
    let shas: Vec<&str> = shas.iter().map(|c| c["sha"].as_str().unwrap()).collect();
    assert_eq!(shas, [sha('2'), sha('3')]);
    assert_eq!(said["merge_base_commit"]["sha"], sha('1'));
}

#[test]
fn what_github_does_not_know_is_not_found() {
    let sandbox = with_history();
    for basehead in [
        format!("{}...{}", sha('7'), sha('1')),
        format!("{}...{}", sha('1'), sha('7')),
        format!("{}..{}", sha('1'), sha('2')),
        sha('1'),
    ] {
        let (code, said) = compared(&sandbox, &basehead);
        assert_eq!((code, &said["message"]), (404, &json!("Not Found")));
    }
    let (one, nine) = (sha('1'), sha('9'));
    let (code, said) = compared(&sandbox, &format!("{one}...{nine}"));
    let message = format!("No common ancestor between {one} and {nine}.");
    assert_eq!((code, &said["message"]), (404, &json!(message)));
}

#[test]
fn a_run_brings_its_commit_and_a_run_of_an_older_one_brings_nothing() {
    let sandbox = with_history();
    let newer = "5".repeat(40);
    for commit in [&newer, &sha('1'), &newer] {
        job(&sandbox, None, json!({"sha": commit}));
    }
    let (_, said) = compared(&sandbox, &format!("{}...main", sha('1')));
    let newest = said["commits"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&said["ahead_by"], &newest["sha"]),
        (&json!(3), &json!(newer))
    );
    assert_eq!(newest["commit"]["author"]["name"], "hubot");
}

#[test]
fn commits_come_in_pages() {
    let sandbox = with_history();
    let basehead = format!("{}...{}", sha('1'), sha('3'));
    let (_, first) = compared(&sandbox, &format!("{basehead}?per_page=1"));
    assert_eq!(first["commits"].as_array().unwrap().len(), 1);
    assert_eq!(first["commits"][0]["sha"], sha('2'));
    let (_, beyond) = compared(&sandbox, &format!("{basehead}?per_page=1&page=3"));
    assert_eq!(
        (&beyond["commits"], &beyond["status"]),
        (&json!([]), &json!("ahead"))
    );
}

#[test]
fn what_is_public_needs_no_permission() {
    let public = format!("    acme/shop:\n      private: false\n{HISTORY}");
    let sandbox = sandbox_with(&[(BARE, &public)]);
    let reader = job(
        &sandbox,
        None,
        json!({"sha": sha('3'), "permissions": {"id-token": "write"}}),
    );
    let path = format!("/repos/acme/shop/compare/{}...main", sha('2'));
    let (code, said) = github(&sandbox, reader["token"].as_str().unwrap(), &path);
    assert_eq!((code, &said["ahead_by"]), (200, &json!(1)));
}

#[test]
fn a_history_that_makes_no_sense_is_refused() {
    let demo = include_str!("../../scenarios/demo.yaml");
    let (one, two) = (sha('1'), sha('2'));
    for (commits, why) in [
        ("[abc]".to_owned(), "40 hexadecimal digits"),
        (format!("['{one}', '{one}']"), "is there twice"),
        (
            format!("[{{ sha: '{one}', parent: '{two}' }}]"),
            "does not come before it",
        ),
    ] {
        let text = demo.replace(BARE, &format!("{BARE}      commits: {commits}\n"));
        let now = "2026-11-23T10:00:00Z".parse().unwrap();
        let refused = Scenario::parse(&text).and_then(|scenario| scenario.world(now).map(|_| ()));
        let refused = refused.unwrap_err();
        assert!(
            refused.contains(why) && refused.contains("repository acme/shop"),
            "{refused}"
        );
    }
}
