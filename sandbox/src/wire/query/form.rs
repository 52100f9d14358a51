//! The fields of a query request.

/// The fields of a query request, in the order they were sent.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `a=b&c=d`, percent-decoded.
    pub fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The field `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// The items of a list: `list("Names")` reads `Names.member.1`, `Names.member.2` and so on.
    pub fn list(&self, name: &str) -> Vec<&str> {
        (1..)
            .map_while(|number| self.get(&format!("{name}.member.{number}")))
            .collect()
    }

    /// Every field.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn fields_and_lists_are_read() {
        let form = Form::parse(b"Action=A%20b&Names.member.1=x&Names.member.2=y&Names.member.4=z");
        assert_eq!(form.get("Action"), Some("A b"));
        assert_eq!(form.list("Names"), ["x", "y"]);
        assert_eq!(form.get("None"), None);
    }
}
