//! Commands for a POSIX shell, in which a name from elsewhere stays a name.

use serde_json::Value;

/// `aws` with these words.
pub(super) fn command<T: AsRef<str>>(words: &[T]) -> String {
    let words = words.iter().map(|word| quoted(word.as_ref()));
    let words: Vec<_> = std::iter::once("aws".to_owned()).chain(words).collect();
    words.join(" ")
}

/// The variable `name` with what `aws` says to these words.
pub(super) fn assigned(name: &str, words: &[String]) -> String {
    format!("{name}=$({})", command(words))
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
    use super::{assigned, command, document};
    use serde_json::json;

    #[test]
    fn a_word_is_one_word_whatever_is_in_it() {
        assert_eq!(
            command(&["ecs", "--cluster", "prod"]),
            "aws ecs --cluster prod"
        );
        let odd = ["a b", "", "it's", "$(id)", "{\"a\": 1}"];
        let expected = r#"aws 'a b' '' 'it'\''s' '$(id)' '{"a": 1}'"#;
        assert_eq!(command(&odd), expected);
        let odd = json!({"group": "$BLUE", "name": "it's $(id)"});
        let expected = r#"'{"group":"'"$BLUE"'","name":"it'\''s $(id)"}'"#;
        assert_eq!(document(&odd), expected);
        let words = ["iam", "get-role"].map(str::to_owned);
        assert_eq!(assigned("ROLE", &words), "ROLE=$(aws iam get-role)");
    }
}
