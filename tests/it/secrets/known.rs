//! The secrets of a run, as the world and the test know them, and the search for them.

use crate::fuzz::runner;
use crate::run::{Ran, Stand};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, Engine as _};
use greengate_sandbox::world::ecr::token;
use greengate_sandbox::world::github::JobKey;
use std::collections::BTreeSet;

/// On one line.
pub(super) const NETRC: &str = "machine pypi.example.com login build password s3cr3t-of/the+build";

/// On several.
const KEY: &str = "-----BEGIN SECRET-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n\"line two of it\"=/+\n-----END SECRET-----";

/// What steps and runners before this one may have left in a job.
pub(super) const OF_THE_JOB: [(&str, &str); 3] = [
    ("ACTIONS_RUNTIME_TOKEN", "runtime-t0ken-of-the-runner"),
    (
        "AWS_SECRET_ACCESS_KEY",
        "wJalrXUtnFEMI/K7MDENG/of-a-step-before",
    ),
    (
        "AWS_SESSION_TOKEN",
        "IQoJb3JpZ2luX2VjEOP/of-a-step-before==",
    ),
];

/// The value of `build-secrets`.
pub(super) fn build_secrets() -> String {
    format!("netrc={NETRC}\nkey<<END\n{KEY}\nEND")
}

/// The secrets of one run.
pub(super) struct Known(BTreeSet<String>);

impl Known {
    /// Those of the job, of every session of the world, of the registry, and what the run itself
    /// has masked.
    pub(super) fn of(stand: &Stand, job: JobKey, ran: &Ran) -> Self {
        let mut known: BTreeSet<String> = stand.look(|world| {
            let (.., job) = world.github.job(job).unwrap();
            let of_job = [&job.token, &job.request_token].map(|it| it.clone().unwrap().0);
            let sessions = world.identity.sessions.values();
            let of_sessions = sessions.flat_map(|it| [it.secret.0.clone(), it.token.0.clone()]);
            of_job.into_iter().chain(of_sessions).collect()
        });
        known.extend([NETRC.to_owned(), KEY.to_owned()]);
        known.extend(OF_THE_JOB.iter().map(|(_, value)| (*value).to_owned()));
        let masks = masks(ran);
        if ran.log.contains("assumed arn:") {
            let is_jwt = |mask: &&String| mask.starts_with("eyJ") && mask.matches('.').count() == 2;
            assert!(masks.iter().any(|mask| is_jwt(&mask)), "the OIDC token");
        }
        if ran.output("image-pushed") == "true" {
            let opens = |mask: &String| stand.look(|world| token::check(world, mask).is_ok());
            assert!(masks.iter().any(opens), "the password of the registry");
        }
        known.extend(masks);
        Self(known)
    }

    /// The runner was told of each of their lines, and of the whole where it could be made out.
    #[track_caller]
    pub(super) fn assert_masked(&self, ran: &Ran) {
        let masks = masks(ran);
        let unread = ran.codes().contains(&"GG001".to_owned());
        for secret in &self.0 {
            let whole = (!unread).then_some(secret.as_str());
            for part in whole.into_iter().chain(secret.lines()) {
                assert!(masks.contains(part), "{part} is not masked:\n{}", ran.log);
            }
        }
    }

    /// None of them is in `bytes`, neither whole nor in part nor in another form.
    #[track_caller]
    pub(super) fn assert_unsaid(&self, place: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        for secret in &self.0 {
            for form in forms(secret) {
                assert!(
                    !text.contains(&form),
                    "{form} of {secret} is in {place}:\n{text}"
                );
            }
        }
    }
}

/// What the run told the runner to hide.
fn masks(ran: &Ran) -> BTreeSet<String> {
    let commands = runner::lines(&ran.log)
        .into_iter()
        .filter_map(runner::command);
    let masks = commands.filter(|command| command.name == "add-mask");
    masks.map(|command| command.message).collect()
}

/// The beginning of every line, which is in the whole as well; within JSON, a URL and Base64.
fn forms(secret: &str) -> Vec<String> {
    let beginning = |text: &str| text.chars().take(16).collect::<String>();
    let mut forms: Vec<_> = secret.lines().map(beginning).collect();
    forms.push(secret.replace('\n', "\\n").replace('"', "\\\""));
    forms.push(
        secret
            .replace('/', "%2F")
            .replace('+', "%2B")
            .replace('=', "%3D")
            .replace('"', "%22")
            .replace('\n', "%0A")
            .replace(' ', "%20"),
    );
    for before in ["", "u", "us", "user:"] {
        let text = format!("{before}{secret}\n");
        for encoded in [BASE64_STANDARD.encode(&text), BASE64_URL_SAFE.encode(&text)] {
            // The digits at the ends are its neighbours'.
            let inner = encoded.get(8..encoded.len().saturating_sub(8));
            forms.extend(inner.filter(|it| it.len() >= 8).map(str::to_owned));
        }
    }
    forms.retain(|form| form.len() >= 4);
    forms
}
