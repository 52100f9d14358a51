//! The inputs of a step: what `action.yml` declares, what `with:` gives, and the variables that
//! come of it.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The inputs of a step, by their names in `action.yml`.
#[derive(Debug, Clone, Default)]
pub struct Inputs(BTreeMap<String, String>);

#[derive(Debug, Deserialize)]
struct ActionFile {
    #[serde(default)]
    inputs: BTreeMap<String, Declared>,
}

#[derive(Debug, Deserialize)]
struct Declared {
    #[serde(default)]
    default: Option<String>,
}

impl Inputs {
    /// The inputs that an `action.yml` declares, with their defaults; empty where it gives none.
    ///
    /// # Errors
    /// What is wrong with the file, with line and column.
    pub fn declared(action_file: &str) -> Result<Self, String> {
        let action: ActionFile =
            serde_saphyr::from_str(action_file).map_err(|error| error.to_string())?;
        let inputs = action.inputs.into_iter();
        Ok(Self(
            inputs
                .map(|(name, declared)| (name, declared.default.unwrap_or_default()))
                .collect(),
        ))
    }

    /// The same inputs with `name` given, as under `with:`.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The variables: upper case, spaces made underscores, hyphens kept. `${{ github.token }}` is
    /// the job's token.
    pub(super) fn variables(&self, token: &str) -> BTreeMap<String, String> {
        let variable = |name: &str| format!("INPUT_{}", name.replace(' ', "_").to_uppercase());
        self.0
            .iter()
            .map(|(name, value)| (variable(name), value.replace("${{ github.token }}", token)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_hyphens_and_unset_inputs_are_empty() {
        let file = "name: x\ninputs:\n  aws-region: {required: true}\n  github-token: {default: '${{ github.token }}'}\n  two words: {default: 'no'}\nruns: {using: docker}\n";
        let inputs = Inputs::declared(file).unwrap().with("extra", "1");
        let expected = [
            ("INPUT_AWS-REGION", ""),
            ("INPUT_EXTRA", "1"),
            ("INPUT_GITHUB-TOKEN", "ghs_x"),
            ("INPUT_TWO_WORDS", "no"),
        ];
        let expected = expected.map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(inputs.variables("ghs_x"), BTreeMap::from(expected));
    }
}
