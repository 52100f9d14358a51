//! The policies of `docs/permissions.md`: what people copy is what roles here run under.
//!
//! A policy stands on that page as a fenced block of JSON below a comment that names it, with
//! placeholders in capitals. It is read here and nowhere else.

use super::policy::Policy;
use serde::Deserialize;
use std::collections::BTreeMap;

const PAGE: &str = include_str!("../../../../docs/permissions.md");

/// Values of placeholders: `CLUSTER` is `production`.
pub type Values = BTreeMap<String, String>;

/// What a role has from the page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Documented {
    /// The name of its trust policy.
    pub trust: Option<String>,
    /// The names of its policies.
    pub policies: Vec<String>,
    /// Placeholders with what stands in their place. `ACCOUNT_ID` and `REGION` are the scenario's if
    /// absent.
    pub with: Values,
    /// Actions, with `*` and `?`, that it does not have, whatever the policies say.
    pub without: Vec<String>,
}

/// A policy as the page has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// `deploy-rolling`.
    pub name: &'static str,
    /// JSON with placeholders.
    pub text: &'static str,
}

impl Template {
    /// Every policy of the page, trust policies not among them.
    pub fn policies() -> Vec<Self> {
        named("policy")
    }

    /// The policy of this name, if the page has it.
    pub fn of(name: &str) -> Option<Self> {
        let mut all = Self::policies().into_iter();
        all.find(|template| template.name == name)
    }

    /// Every trust policy of the page.
    pub fn trusts() -> Vec<Self> {
        named("trust policy")
    }

    /// The policy, with placeholders still in it.
    ///
    /// # Errors
    /// What is wrong with the JSON.
    pub fn policy(self) -> Result<Policy, String> {
        self.parse(self.text)
    }

    /// The policy for these values.
    ///
    /// # Errors
    /// The placeholder that has no value, or what is wrong with the JSON.
    pub fn filled(self, values: &Values) -> Result<Policy, String> {
        let text = fill(self.text, values).map_err(|why| format!("{}: {why}", self.name))?;
        self.parse(&text)
    }

    fn parse(self, text: &str) -> Result<Policy, String> {
        let policy = serde_json::from_str(text);
        let policy: Policy = policy.map_err(|error| format!("{}: {error}", self.name))?;
        Ok(Policy {
            name: self.name.to_owned(),
            ..policy
        })
    }
}

impl Documented {
    /// The trust policy, if it has one from the page.
    ///
    /// # Errors
    /// The name that the page does not have, or the placeholder without a value.
    pub fn trust(&self, values: &Values) -> Result<Option<Policy>, String> {
        let trust = self.trust.as_deref();
        let filled = |name| find(&Template::trusts(), name)?.filled(values);
        trust.map(filled).transpose()
    }

    /// The policies.
    ///
    /// # Errors
    /// The name that the page does not have, or the placeholder without a value.
    pub fn policies(&self, values: &Values) -> Result<Vec<Policy>, String> {
        let templates = Template::policies();
        let filled = |name: &String| find(&templates, name)?.filled(values);
        self.policies.iter().map(filled).collect()
    }

    /// Its values, and those of the account.
    pub fn values(&self, account: &str, region: &str) -> Values {
        let account = ("ACCOUNT_ID".to_owned(), account.to_owned());
        let region = ("REGION".to_owned(), region.to_owned());
        let with = self.with.clone().into_iter();
        [account, region].into_iter().chain(with).collect()
    }
}

fn find(templates: &[Template], name: &str) -> Result<Template, String> {
    let found = templates.iter().find(|template| template.name == name);
    found.copied().ok_or_else(|| {
        let names: Vec<_> = templates.iter().map(|template| template.name).collect();
        format!(
            "docs/permissions.md has no {name}; it has {}",
            names.join(", ")
        )
    })
}

/// The blocks below `<!-- {kind}: {name} -->`.
fn named(kind: &str) -> Vec<Template> {
    let opening = format!("<!-- {kind}: ");
    let after = PAGE.split(opening.as_str()).skip(1);
    after.filter_map(block).collect()
}

fn block(after: &'static str) -> Option<Template> {
    let (name, rest) = after.split_once(" -->")?;
    let (_, json) = rest.split_once("```json\n")?;
    let (text, _) = json.split_once("```")?;
    Some(Template { name, text })
}

/// `text` with every placeholder replaced.
fn fill(text: &str, values: &Values) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c| !in_word(c)) {
        let word = piece.trim_end_matches(|c| !in_word(c));
        if is_placeholder(word) {
            let value = values.get(word);
            filled += value.ok_or_else(|| format!("{word} has no value"))?;
        } else {
            filled += word;
        }
        filled.extend(piece.chars().skip(word.chars().count()));
    }
    Ok(filled)
}

fn in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// IAM has no word of its own that is written so.
fn is_placeholder(word: &str) -> bool {
    word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_of_the_page_is_read_and_is_a_policy() {
        let all = [Template::policies(), Template::trusts()].concat();
        assert_eq!(all.len(), PAGE.matches("```json\n").count());
        for template in all {
            let policy = template.policy().unwrap();
            assert_eq!(policy.version.as_deref(), Some("2012-10-17"));
        }
    }

    #[test]
    fn placeholders_are_whole_words_in_capitals() {
        let values = [("OWNER", "acme"), ("OWNER_ID", "7"), ("REPOSITORY", "*")];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let filled = fill(
            "\"repo:OWNER@OWNER_ID/REPOSITORY\": SeeIt,\n",
            &values.into(),
        );
        assert_eq!(filled.unwrap(), "\"repo:acme@7/*\": SeeIt,\n");
        let unfilled = fill("cluster/CLUSTER", &Values::new());
        assert_eq!(unfilled.unwrap_err(), "CLUSTER has no value");
    }

    #[test]
    fn a_name_that_the_page_does_not_have_is_refused() {
        let documented = Documented {
            policies: vec!["biuld".to_owned()],
            ..Documented::default()
        };
        let refused = documented.policies(&Values::new()).unwrap_err();
        assert!(refused.starts_with("docs/permissions.md has no biuld; it has build, "));
    }
}
