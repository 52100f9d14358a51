//! Scenario files: a file stands for itself, or names another one under `extends:` and says only
//! what differs.

use super::Scenario;
use serde_json::Value;
use std::fs;
use std::path::Path;

impl Scenario {
    /// Reads a scenario file. What it says is merged into the file that it extends, a path beside
    /// it, as in RFC 7386: lists are replaced, `null` removes.
    ///
    /// # Errors
    /// What is wrong and in which file; with line and column, unless the file extends another.
    pub fn read(path: &Path) -> Result<Self, String> {
        let named = |why: String| format!("{}: {why}", path.display());
        let text = text_of(path)?;
        match layers(path)? {
            layered @ Value::Object(_) => {
                serde_json::from_value(layered).map_err(|error| named(error.to_string()))
            }
            _ => Self::parse(&text).map_err(named),
        }
    }
}

/// The file merged into all that it extends; null where it extends nothing.
fn layers(path: &Path) -> Result<Value, String> {
    let mut own = value_of(path)?;
    let extended = own
        .as_object_mut()
        .and_then(|own| own.shift_remove("extends"));
    let Some(extended) = extended else {
        return Ok(Value::Null);
    };
    let name = extended.as_str();
    let name = name.ok_or_else(|| format!("{}: extends: must name a file", path.display()))?;
    let base = path.with_file_name(name);
    let mut layered = match layers(&base)? {
        Value::Null => value_of(&base)?,
        layered => layered,
    };
    merge(&mut layered, own);
    Ok(layered)
}

fn text_of(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

fn value_of(path: &Path) -> Result<Value, String> {
    serde_saphyr::from_str(&text_of(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

/// <https://www.rfc-editor.org/rfc/rfc7386#section-2>
fn merge(into: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *into = patch;
        return;
    };
    if !into.is_object() {
        *into = Value::Object(serde_json::Map::new());
    }
    let Some(fields) = into.as_object_mut() else {
        return;
    };
    for (name, change) in patch {
        if change.is_null() {
            fields.shift_remove(&name);
        } else {
            merge(fields.entry(name).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_says_only_what_differs_from_the_one_it_extends() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        file(
            "base.yaml",
            "title: base\naccount: '123456789012'\nregion: eu-west-1\ngithub: {users: {a: {}, b: {}}}\n",
        );
        let path = file(
            "new.yaml",
            "extends: base.yaml\ntitle: new\ngithub: {users: {a: null, c: {}}}\n",
        );
        let scenario = Scenario::read(&path).unwrap();
        assert_eq!(
            (scenario.title.as_str(), scenario.region.as_str()),
            ("new", "eu-west-1")
        );
        let users: Vec<&String> = scenario.github.users.keys().collect();
        assert_eq!(users, ["b", "c"]);
        let loose = file("loose.yaml", "extends: nowhere.yaml\n");
        assert!(
            Scenario::read(&loose)
                .unwrap_err()
                .contains("nowhere.yaml cannot be read")
        );
        let wrong = file("wrong.yaml", "extends: base.yaml\ntitel: x\n");
        let why = Scenario::read(&wrong).unwrap_err();
        assert!(why.contains("wrong.yaml: unknown field `titel`"), "{why}");
    }
}
