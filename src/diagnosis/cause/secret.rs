//! A secret or parameter cannot be given to the container
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html>).

use super::words::{Said, shown};
use super::{About, Cause, Kind, View, image, network, role};

/// What every failure to get a secret has one of.
const SECRET: [&str; 9] = [
    "unable to pull secrets or registry auth",
    "fetching secret data",
    "failed to fetch secret",
    "unable to retrieve secret",
    "can't pull the secret",
    "can't retrieve the secret",
    "did not contain json key",
    "invalid ssm parameters",
    "can't find the specified secret",
];

/// What it is called where it is said to be missing.
const LABELS: [&str; 6] = [
    "invalid ssm parameters: ",
    "invalid parameters: ",
    "did not contain json key ",
    "failed to fetch secret ",
    "the secret with ARN ",
    "on resource: ",
];

/// A secret or parameter is missing, forbidden or out of reach.
pub(super) fn of(view: View<'_>, said: &Said<'_>, about: About<'_>) -> Option<Cause> {
    if !said.has_one_of(&SECRET) {
        return None;
    }
    let registry = said.has_one_of(&["registry auth from", "ecr registry auth", "ecr:"]);
    let rules: &[fn(View<'_>, &Said<'_>) -> Option<Cause>] =
        &[json_key, forbidden, missing, format];
    if said.is_unreachable() {
        return network::of(view, said, about).or_else(|| Some(out_of_reach(view, said)));
    }
    if registry && said.is_denial() {
        return image::pull(
            view,
            &Said::new(&format!("can't pull the image: {}", said.text)),
            about,
        );
    }
    rules.iter().find_map(|rule| rule(view, said))
}

/// Out of reach, in the words of container instances.
fn out_of_reach(view: View<'_>, said: &Said<'_>) -> Cause {
    if said.has_one_of(&["ssm", "parameter"]) {
        return network::unreachable(view, "AWS Systems Manager", &["ssm"]);
    }
    network::unreachable(view, "AWS Secrets Manager", &["secretsmanager"])
}

fn json_key(view: View<'_>, said: &Said<'_>) -> Option<Cause> {
    let key = said.word_after("did not contain json key ")?;
    let key = shown(key);
    Some(Cause {
        kind: Kind::SecretMissing,
        sentence: format!(
            "{} has no key `{key}`",
            subject(view, said, Some("the secret"))
        ),
        advice: format!(
            "Put the key `{key}` into the secret's JSON, or correct `valueFrom` in the task \
             definition: what stands after the secret's ARN is the key."
        ),
    })
}

fn forbidden(view: View<'_>, said: &Said<'_>) -> Option<Cause> {
    if !said.is_denial() && !said.has("kms") {
        return None;
    }
    let denied = said.denied();
    let action = denied
        .action
        .unwrap_or(if said.has_one_of(&["ssm", "parameter"]) {
            "ssm:GetParameters"
        } else {
            "secretsmanager:GetSecretValue"
        });
    let subject = subject(view, said, None);
    let role = role::execution(view, &denied);
    let resource = denied.resource.map(|on| format!(" on {}", shown(on)));
    Some(Cause {
        kind: Kind::SecretForbidden,
        sentence: format!("{role} may not read {subject}"),
        advice: format!(
            "Allow {role} `{}`{}; a secret that is encrypted with a key of your own needs \
             `kms:Decrypt` on that key too.",
            shown(action),
            resource.unwrap_or_default()
        ),
    })
}

fn missing(view: View<'_>, said: &Said<'_>) -> Option<Cause> {
    let words = [
        "resourcenotfoundexception",
        "can't find the specified secret",
        "check whether the secret exists",
        "invalid ssm parameters",
        "invalid parameters",
        "parameternotfound",
    ];
    if !said.has_one_of(&words) {
        return None;
    }
    let parameter = said.has_one_of(&["ssm", "parameter"]) && !said.has("secrets manager");
    let (thing, where_to) = if parameter {
        ("parameter", "Systems Manager's parameters")
    } else {
        ("secret", "Secrets Manager")
    };
    Some(Cause {
        kind: Kind::SecretMissing,
        sentence: format!(
            "{} is not in {where_to} of the task's region, or has no value",
            subject(view, said, Some(&format!("the {thing}")))
        ),
        advice: format!(
            "Create the {thing} and give it a value, or correct `valueFrom` in the task \
             definition. One of another region or account needs its whole ARN there."
        ),
    })
}

/// A secret that is read by keys is no JSON.
fn format(view: View<'_>, said: &Said<'_>) -> Option<Cause> {
    let words = [
        "invalid character",
        "unexpected end of json input",
        "not a json",
    ];
    said.has_one_of(&words).then(|| Cause {
        kind: Kind::SecretMissing,
        sentence: format!(
            "{} is no JSON, and a key of it is asked for",
            subject(view, said, None)
        ),
        advice: "Write the secret's value as a JSON object, or take the key off `valueFrom`."
            .to_owned(),
    })
}

/// "the secret /shop/key (API\_KEY of container web)".
fn subject(view: View<'_>, said: &Said<'_>, what: Option<&str>) -> String {
    let known = view.scene.workload.secret_named_in(said.text);
    let named = LABELS.iter().find_map(|label| said.word_after(label));
    let name = known.map(|(_, secret)| secret.from.as_str());
    let name = name.or(named.filter(|_| !said.has("json key")));
    let name = name.map(|name| format!(" `{}`", shown(name)));
    let of = known.map(|(container, secret)| {
        format!(
            " (`{}` of container {})",
            shown(&secret.name),
            shown(&container.name)
        )
    });
    format!(
        "{}{}{}",
        what.unwrap_or("the secret"),
        name.unwrap_or_default(),
        of.unwrap_or_default()
    )
}
