use super::*;

fn world(text: &str) -> Result<World, String> {
    let now = "2026-11-23T10:00:00Z".parse().unwrap();
    Scenario::parse(text)?.world(now)
}

const HEAD: &str = "title: t\naccount: '123456789012'\nregion: eu-west-1\n";

#[test]
fn the_shipped_scenarios_make_worlds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let now = "2026-11-23T10:00:00Z".parse().unwrap();
        let world = Scenario::read(&path).and_then(|scenario| scenario.world(now));
        world.unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn an_unknown_key_is_refused_with_its_place() {
    let why = world(&format!("{HEAD}idntity: {{}}\n")).unwrap_err();
    assert!(why.contains("idntity") && why.contains("line 4"), "{why}");
    let deep = format!("{HEAD}github:\n  repositories:\n    acme/shop:\n      privat: true\n");
    let why = world(&deep).unwrap_err();
    assert!(why.contains("privat") && why.contains("line 7"), "{why}");
}

#[test]
fn what_makes_no_sense_is_named_with_its_section() {
    for (rest, words) in [
        (
            "identity: {roles: {r: {trust: {Statement: [{Effect: Allow, Action: 'a:b'}]}}}}",
            "identity: role r: every statement of a trust policy needs a Principal",
        ),
        (
            "identity: {roles: {r: {max-session-seconds: 60, trust: {Statement: []}}}}",
            "identity: role r: max-session-seconds must be 3600 to 43200",
        ),
        (
            "identity: {users: {u: {access-key-id: AKIA}}}",
            "identity: user u: needs both",
        ),
        (
            "github: {repositories: {shop: {}}}",
            "github: repository shop: the name must be owner/name",
        ),
        (
            "github: {repositories: {a/b: {environments: {e: {reviewers: [nobody]}}}}}",
            "github: repository a/b: environment e: there is no user nobody",
        ),
        (
            "github: {repositories: {a/b: {environments: {e: {reviewers: ['team:none']}}}}}",
            "there is no team none",
        ),
        (
            "github: {repositories: {a/b: {environments: {e: {wait-timer: -1}}}}}",
            "wait-timer must be 0 to 43200",
        ),
        (
            "faults: [{service: ecs, answer: {status: 404}}]",
            "faults: fault of ecs *: the status must be 500 to 599, not 404",
        ),
    ] {
        let why = world(&format!("{HEAD}{rest}\n")).unwrap_err();
        assert!(why.contains(words), "{rest}\n{why}");
    }
    let why = world("title: t\naccount: '12'\nregion: r\n").unwrap_err();
    assert!(why.starts_with("account: must be twelve digits"), "{why}");
}
