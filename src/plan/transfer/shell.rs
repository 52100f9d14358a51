//! Commands for a POSIX shell, in which a name from elsewhere stays a name.

use serde_json::Value;

/// `aws` with our own `words`, which stand apart by spaces, and then `more` from elsewhere.
pub(super) fn aws(words: &str, more: &[&str]) -> String {
    let words = words.split_whitespace().chain(more.iter().copied());
    let words = std::iter::once("aws").chain(words).map(quoted);
    words.collect::<Vec<_>>().join(" ")
}

/// The variable `name` with what `command` says.
pub(super) fn assigned(name: &str, command: &str) -> String {
    format!("{name}=$({command})")
}

/// The variables that hold what is only known once a command has run.
const VARIABLES: [&str; 5] = ["BLUE", "GREEN", "TEST_RULE", "RULE", "ROLE"];

/// A JSON document as one word, in which the value of a variable stands where its name does: `"$BLUE"`.
pub(super) fn document(document: &Value) -> String {
    let text = quoted(&document.to_string());
    VARIABLES.iter().fold(text, |text, name| {
        let (name, value) = (format!("\"${name}\""), format!("\"'\"${name}\"'\""));
        text.replace(&name, &value)
    })
}

/// `word` as the one word that it is.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::{assigned, aws, document};
    use serde_json::json;

    #[test]
    fn a_word_is_one_word_whatever_is_in_it() {
        let command = aws("ecs update-service --cluster", &["prod"]);
        assert_eq!(command, "aws ecs update-service --cluster prod");
        let odd = ["a b", "", "it's", "$(id)", "{\"a\": 1}"];
        let expected = r#"aws ecs 'a b' '' 'it'\''s' '$(id)' '{"a": 1}'"#;
        assert_eq!(aws("ecs", &odd), expected);
        let odd = json!({"group": "$BLUE", "name": "it's $(id)"});
        let expected = r#"'{"group":"'"$BLUE"'","name":"it'\''s $(id)"}'"#;
        assert_eq!(document(&odd), expected);
        let role = assigned("ROLE", &aws("iam get-role", &[]));
        assert_eq!(role, "ROLE=$(aws iam get-role)");
    }
}
