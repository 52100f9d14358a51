//! Reading AWS's sentences, and writing ours.

/// Characters of one foreign text that a sentence of ours takes in.
const SHOWN: usize = 300;

/// A sentence of AWS's.
pub(super) struct Said<'a> {
    /// As it was said.
    pub(super) text: &'a str,
    plain: String,
}

impl<'a> Said<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let plain = text.replace('’', "'").to_lowercase();
        Self { text, plain }
    }

    /// Whether it has `words`, which are in lower case.
    pub(super) fn has(&self, words: &str) -> bool {
        self.plain.contains(words)
    }

    /// Whether it has one of them.
    pub(super) fn has_one_of(&self, all: &[&str]) -> bool {
        all.iter().any(|words| self.has(words))
    }

    /// The word after `label`, without quotes and the punctuation of the sentence.
    pub(super) fn word_after(&self, label: &str) -> Option<&'a str> {
        let (_, rest) = self.text.split_once(label)?;
        let word = rest.split_whitespace().next()?;
        let word = word.trim_matches(|c| "'\"`<>()[],;".contains(c));
        let word = word.trim_end_matches(['.', ':', '\'', '"']);
        (!word.is_empty()).then_some(word)
    }

    /// Whether it says that somebody may not do something.
    pub(super) fn is_denial(&self) -> bool {
        self.has_one_of(&["is not authorized to perform", "accessdenied"])
    }

    /// Who may not do what on what: role, action and resource, as far as they are named
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>).
    pub(super) fn denied(&self) -> Denied<'a> {
        let role = self.text.split_once(":assumed-role/");
        let role = role.and_then(|(_, rest)| rest.split('/').next());
        Denied {
            role: role.filter(|role| !role.is_empty()),
            action: self.word_after("to perform: "),
            resource: self.word_after("on resource: "),
        }
    }

    /// Whether it says that the other end could not be reached.
    pub(super) fn is_unreachable(&self) -> bool {
        self.has_one_of(&[
            "connection issue between the task and",
            "check your network configuration",
            "i/o timeout",
            "context deadline exceeded",
            "context canceled",
            "request canceled",
            "requestcanceled",
            "timeout exceeded",
            "connection timed out",
            "connection refused",
            "connection reset",
            "network is unreachable",
            "no route to host",
            "send request failed",
            "could not reach any registry endpoint",
        ]) || self.is_unresolved()
    }

    /// Whether it says that a host name could not be resolved.
    pub(super) fn is_unresolved(&self) -> bool {
        self.has_one_of(&[
            "no such host",
            "server misbehaving",
            "could not resolve host",
        ])
    }
}

/// A refusal of IAM's.
#[derive(Default)]
pub(super) struct Denied<'a> {
    pub(super) role: Option<&'a str>,
    pub(super) action: Option<&'a str>,
    pub(super) resource: Option<&'a str>,
}

/// Foreign text on one line, not endless.
pub(super) fn shown(text: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::diagnosis::evidence::cut(&mut text, SHOWN);
    text
}

/// `1 task`, `3 tasks`.
pub(super) fn tasks(count: usize) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} task{s}")
}

/// ` of container web`, where the container is known.
pub(super) fn of_container(name: Option<&str>) -> String {
    name.map_or(String::new(), |name| {
        format!(" of container {}", shown(name))
    })
}

/// `container web`, or what stands for it.
pub(super) fn container(name: Option<&str>) -> String {
    name.map_or("a container".to_owned(), |name| {
        format!("container {}", shown(name))
    })
}
