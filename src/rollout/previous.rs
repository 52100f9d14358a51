//! Which revision served before the one that is current: where a rollback goes.
//!
//! It is the one that served, never the next lower number: a revision whose deployment failed or was
//! rolled back does not count, however new it is, and one that was rolled back to does.

/// A deployment of the service, as far as it tells what served.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Past {
    /// The task definition that it brought; `None` where AWS does not say any more.
    pub brought: Option<String>,
    /// Whether it came to its end with what it brought serving.
    pub served: bool,
    /// The task definitions that ran when it began.
    pub ran_before: Vec<String>,
}

/// The task definition that served before `current`, out of the service's deployments, newest
/// first: the newest that a deployment brought into service and that is another one. What is only
/// known to have run when a deployment began comes after that, and only where it is no question
/// which: such a one was brought by a deployment that AWS has forgotten, unless its own failed.
pub fn previous<'a>(current: &str, deployments: &'a [Past]) -> Option<&'a str> {
    let served = deployments.iter().filter(|past| past.served);
    let mut served = served.filter_map(|past| past.brought.as_deref());
    served.find(|brought| *brought != current).or_else(|| {
        let mut ran = deployments.iter();
        ran.find_map(|past| forgotten(past, current, deployments))
    })
}

/// The one task definition that ran before `past` and that is neither `current` nor known to have
/// failed.
fn forgotten<'a>(past: &'a Past, current: &str, deployments: &[Past]) -> Option<&'a str> {
    let of_a_deployment = |it: &str| {
        deployments
            .iter()
            .any(|past| past.brought.as_deref() == Some(it))
    };
    let others = past.ran_before.iter().map(String::as_str);
    let mut others = others.filter(|it| *it != current && !of_a_deployment(it));
    let first = others.next()?;
    others.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests;
