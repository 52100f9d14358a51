//! What somebody may have meant by a name that is not there.

/// The one of `names` that `word` is a slip of the pen away from, whatever the case of either.
pub fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let allowed = (word.chars().count() / 3).min(2);
    let slips = |name: &&'a str| {
        let slips = strsim::damerau_levenshtein(&word, &name.to_lowercase());
        (slips <= allowed).then_some((slips, *name))
    };
    let near = names.iter().filter_map(slips);
    near.min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_slips_of_the_pen_are_near() {
        let names = [
            "command",
            "image",
            "images",
            "tags",
            "gate",
            "logConfiguration",
        ];
        for (word, near) in [
            ("comand", Some("command")),
            ("imgae", Some("image")),
            ("tag", Some("tags")),
            ("imagess", Some("images")),
            ("gat", Some("gate")),
            ("LOGCONFIGURATIONS", Some("logConfiguration")),
            ("cat", None),
            ("foo", None),
            ("something", None),
        ] {
            assert_eq!(nearest(word, &names), near, "{word}");
        }
    }
}
