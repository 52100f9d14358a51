//! The secrets among the inputs, as far as they can be made out: they are hidden before anything is
//! said of the inputs, above all when those are wrong.

use super::Inputs;
use super::parse::pairs;
use super::raw::sent;
use crate::job::Variables;
use secrecy::SecretString;

impl Inputs {
    /// Everything among the inputs that must never be shown, whether they can be read or not.
    pub fn secrets(variables: &Variables) -> Vec<SecretString> {
        let mut secrets = Vec::new();
        for (name, value) in sent(variables) {
            match name.as_str() {
                "github-token" => secrets.push(value.to_owned()),
                "build-secrets" => secrets.extend(values(value)),
                _ => {}
            }
        }
        secrets.into_iter().map(SecretString::from).collect()
    }
}

/// The values of `build-secrets`; of a text that is not `name=value` lines, all that may be one.
fn values(text: &str) -> Vec<String> {
    if let Ok(pairs) = pairs(text) {
        return pairs.into_iter().map(|(_, value)| value).collect();
    }
    let lines = text.lines().map(str::trim);
    let value = |line: &str| line.split_once('=').map(|(_, value)| value.to_owned());
    lines
        .clone()
        .map(str::to_owned)
        .chain(lines.filter_map(value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Inputs;
    use crate::job::Variables;
    use secrecy::ExposeSecret;

    fn secrets(build: &str) -> Vec<String> {
        let sent = [
            ("INPUT_GITHUB-TOKEN", "ghs_1"),
            ("INPUT_BUILD-SECRETS", build),
            ("INPUT_SERVICE", "shop"),
        ];
        let variables: Variables = sent.into_iter().collect();
        let secrets = Inputs::secrets(&variables);
        let secrets = secrets.iter().map(ExposeSecret::expose_secret);
        secrets.map(str::to_owned).collect()
    }

    #[test]
    fn the_token_and_the_values_for_the_build_are_secrets() {
        assert_eq!(
            secrets("a=one==\nb<<END\ntwo\nthree\nEND"),
            ["one==", "two\nthree", "ghs_1"]
        );
    }

    #[test]
    fn so_are_the_lines_of_a_text_that_cannot_be_read() {
        assert_eq!(secrets("a=one\ntwo\n"), ["a=one", "two", "one", "ghs_1"]);
    }
}
