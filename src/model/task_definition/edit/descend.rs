//! Down a path into a document, to put something there or take it out. What is on the way and is not
//! there yet is made; an entry of a list that is told by its name is not.

use super::super::path::{Step, below};
use super::CONTAINERS;
use crate::model::document::keys::{Kind, TASK_DEFINITION};
use serde_json::{Map, Value};

/// Why a path leads nowhere.
#[derive(Debug, PartialEq)]
pub(super) enum Problem {
    /// There is no container of this name.
    NoContainer(String),
    /// A sentence.
    Other(String),
}

/// A place in a document, on the way down.
pub(super) struct Descent<'a> {
    here: &'a mut Value,
    /// The way so far, as a JSON pointer.
    pointer: String,
    /// What ECS takes here, where that is known.
    kind: Option<Kind>,
    /// Whether this is the list of containers.
    containers: bool,
}

type Result<T> = std::result::Result<T, Problem>;

impl<'a> Descent<'a> {
    pub(super) fn into(document: &'a mut Value) -> Self {
        Self {
            here: document,
            pointer: String::new(),
            kind: Some(TASK_DEFINITION),
            containers: false,
        }
    }

    /// Puts `value` where `steps` lead; the place as a JSON pointer.
    pub(super) fn put(self, steps: &[Step], value: Value) -> Result<String> {
        let there = self.down(steps)?;
        *there.here = value;
        Ok(there.pointer)
    }

    /// The list where `steps` lead, and its place.
    pub(super) fn list(self, steps: &[Step]) -> Result<(String, &'a mut Vec<Value>)> {
        let there = self.down(steps)?;
        if there.here.is_null() {
            *there.here = Value::Array(Vec::new());
        }
        match there.here {
            Value::Array(list) => Ok((there.pointer, list)),
            other => Err(Problem::Other(format!(
                "{} is there, not a list",
                named(other)
            ))),
        }
    }

    /// Takes out what is where `steps` lead; whether anything was.
    pub(super) fn take(self, steps: &[Step]) -> Result<bool> {
        let Some((end, way)) = steps.split_last() else {
            return Ok(false);
        };
        let mut there = self;
        for step in way {
            let containers = there.containers;
            match (there.seen(step)?, step) {
                (Some(next), _) => there = next,
                (None, Step::Name(name)) if containers => {
                    return Err(Problem::NoContainer(name.clone()));
                }
                (None, _) => return Ok(false),
            }
        }
        match there.here {
            Value::Object(object) => Ok(object.shift_remove(&end.text()).is_some()),
            Value::Array(list) => match found(list, end) {
                Ok(Some(at)) => {
                    list.remove(at);
                    Ok(true)
                }
                Ok(None) => Ok(false),
                Err(several) => Err(several),
            },
            _ => Ok(false),
        }
    }

    fn down(self, steps: &[Step]) -> Result<Self> {
        steps.iter().try_fold(self, Self::step)
    }

    /// One step down; where nothing is yet, a place for it is made.
    fn step(self, step: &Step) -> Result<Self> {
        if self.here.is_null() {
            *self.here = match (self.kind, step) {
                (Some(Kind::List(_)), _) | (None, Step::Number(_)) => Value::Array(Vec::new()),
                _ => Value::Object(Map::new()),
            };
        }
        if let (Value::Array(list), Step::Number(number)) = (&mut *self.here, step)
            && *number == list.len()
        {
            list.push(Value::Null);
        }
        if let Value::Object(object) = &mut *self.here {
            object.entry(step.text()).or_insert(Value::Null);
        }
        let containers = self.containers;
        let missing = match &*self.here {
            Value::Array(list) => lacking(list, step),
            other => format!("{} is there, and nothing is below it", named(other)),
        };
        match (self.seen(step)?, step) {
            (Some(next), _) => Ok(next),
            (None, Step::Name(name)) if containers => Err(Problem::NoContainer(name.clone())),
            (None, _) => Err(Problem::Other(missing)),
        }
    }

    /// One step down to what is there.
    fn seen(self, step: &Step) -> Result<Option<Self>> {
        let top = self.pointer.is_empty();
        let kind = self.kind.and_then(|kind| below(kind, step));
        let (key, here) = match self.here {
            Value::Object(object) => {
                let key = step.text();
                let there = object.get_mut(&key);
                (key, there)
            }
            Value::Array(list) => match found(list, step)? {
                Some(at) => (at.to_string(), list.get_mut(at)),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let containers = top && key == CONTAINERS;
        let key = key.replace('~', "~0").replace('/', "~1");
        let pointer = format!("{}/{key}", self.pointer);
        Ok(here.map(|here| Self {
            here,
            pointer,
            kind,
            containers,
        }))
    }
}

/// The entry of a list that is meant: by its number, its `name`, or (a tag) its `key`.
fn found(list: &[Value], step: &Step) -> Result<Option<usize>> {
    let name = match step {
        Step::Number(number) => return Ok(Some(*number).filter(|at| *at < list.len())),
        Step::Key(_) => return Ok(None),
        Step::Name(name) => name,
    };
    let own = |entry: &Value| {
        let name = entry.get("name").or_else(|| entry.get("key"))?;
        name.as_str().map(str::to_owned)
    };
    let mut of_name =
        (0..list.len()).filter(|at| list.get(*at).and_then(own).as_ref() == Some(name));
    let first = of_name.next();
    let more = of_name.count();
    if more > 0 {
        let why = format!(
            "{} entries have the name {name}: give the number of one",
            more + 1
        );
        return Err(Problem::Other(why));
    }
    Ok(first)
}

/// Why a step leads nowhere in a list.
fn lacking(list: &[Value], step: &Step) -> String {
    let entries = match list.len() {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    match step {
        Step::Number(number) => format!("there is no entry {number}, the list has {entries}"),
        Step::Name(name) => format!("the list has no entry of the name {name}"),
        Step::Key(key) => format!("{key} stands below a list: say which entry, as in `[0]`"),
    }
}

fn named(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "`true` or `false`",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
