//! IAM's patterns: `*` for any characters, `?` for one
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>).

/// Whether `text` fits `pattern`.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| after(first, text)) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return tails(rest).any(|tail| after(piece, tail) == Some(""));
        }
        match tails(rest).find_map(|tail| after(piece, tail)) {
            Some(left) => rest = left,
            None => return false,
        }
    }
    true
}

/// What is left of `text` after `piece`, which it begins with.
fn after<'a>(piece: &str, text: &'a str) -> Option<&'a str> {
    let mut rest = text.chars();
    let fits = |wanted: char| rest.next().is_some_and(|it| wanted == '?' || wanted == it);
    piece.chars().all(fits).then_some(rest.as_str())
}

/// `text`, and what is left of it without its first characters.
fn tails(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    starts.filter_map(|at| text.get(at..))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_pattern_fits_as_iam_says() {
        for (pattern, text, fits) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("", "", true),
            ("*", "", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "abd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a*b*a", "ab", false),
            ("*ab*ab", "abab", true),
            ("arn:*:ecs:*", "arn:aws:ecs:eu-west-1:1:x", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
        assert!(!matches(&"*a".repeat(500), &"a".repeat(400)));
    }
}
