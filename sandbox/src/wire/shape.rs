//! Are the values of a request of the types that its members have?
//!
//! A service's request structures stand in a table, one a line: `Name member:type …`, where a type
//! is `s`tring, `i`nteger, `n`umber, `b`oolean, `t`imestamp, `[list]`, `{map}` or another
//! structure. Operations have a line of their own. Members that are not in the table pass.

use super::aws_error::AwsError;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The request structures of ECS.
pub(crate) static ECS: LazyLock<Shapes> =
    LazyLock::new(|| Shapes::read(include_str!("shape/ecs.txt")));
/// The request structures of CodeDeploy.
pub(crate) static CODEDEPLOY: LazyLock<Shapes> =
    LazyLock::new(|| Shapes::read(include_str!("shape/codedeploy.txt")));
/// The request structures of CloudWatch Logs.
pub(crate) static LOGS: LazyLock<Shapes> =
    LazyLock::new(|| Shapes::read(include_str!("shape/logs.txt")));

/// The request structures of Secrets Manager and Systems Manager.
pub(crate) static SECRETS: LazyLock<Shapes> =
    LazyLock::new(|| Shapes::read(include_str!("shape/secrets.txt")));

/// The request structures of a service, by name.
#[derive(Debug)]
pub(crate) struct Shapes(BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>);

impl Shapes {
    fn read(table: &'static str) -> Self {
        let line = |line: &'static str| {
            let mut words = line.split(' ');
            let name = words.next()?;
            Some((
                name,
                words.filter_map(|word| word.split_once(':')).collect(),
            ))
        };
        Self(table.lines().filter_map(line).collect())
    }

    /// Checks the body of an operation. An unknown operation has no types to violate.
    pub(crate) fn check(&self, operation: &str, body: &Value) -> Result<(), AwsError> {
        self.structure(operation, body)
    }

    fn structure(&self, name: &str, value: &Value) -> Result<(), AwsError> {
        let (Some(members), Some(object)) = (self.0.get(name), value.as_object()) else {
            return Ok(());
        };
        object
            .iter()
            .try_for_each(|(member, value)| match members.get(member.as_str()) {
                Some(kind) => self.value(kind, value),
                None => Ok(()),
            })
    }

    fn value(&self, kind: &str, value: &Value) -> Result<(), AwsError> {
        if value.is_null() {
            return Ok(());
        }
        if let Some(kind) = inner(kind, '[', ']') {
            let items = value.as_array().ok_or_else(|| unexpected(value, "List"))?;
            return items.iter().try_for_each(|item| self.value(kind, item));
        }
        if let Some(kind) = inner(kind, '{', '}') {
            let entries = value.as_object().ok_or_else(|| unexpected(value, "Map"))?;
            return entries.values().try_for_each(|item| self.value(kind, item));
        }
        match kind {
            "s" => expect(value.is_string(), value, "String"),
            "i" => expect(value.is_i64(), value, "Integer"),
            "n" => expect(value.is_number(), value, "Double"),
            "b" => expect(value.is_boolean(), value, "Boolean"),
            "t" => expect(value.is_number(), value, "Timestamp"),
            name => {
                expect(value.is_object(), value, "Structure")?;
                self.structure(name, value)
            }
        }
    }
}

fn inner(kind: &str, open: char, close: char) -> Option<&str> {
    kind.strip_prefix(open)?.strip_suffix(close)
}

fn expect(fits: bool, value: &Value, wanted: &str) -> Result<(), AwsError> {
    if fits {
        return Ok(());
    }
    Err(unexpected(value, wanted))
}

/// The words of AWS's front end for a value of a wrong type.
fn unexpected(value: &Value, wanted: &str) -> AwsError {
    let message = match value {
        Value::Array(_) => "Start of list found where not expected".to_owned(),
        Value::Object(_) => "Start of structure or map found where not expected.".to_owned(),
        _ if matches!(wanted, "List" | "Map" | "Structure") => {
            format!(
                "Unexpected field type: expected {wanted}, found {}",
                token(value)
            )
        }
        _ => format!("{} cannot be converted to {wanted}", token(value)),
    };
    AwsError::client("SerializationException", message)
}

fn token(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "STRING_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        _ => "NUMBER_VALUE",
    }
}

#[cfg(test)]
mod tests {
    use super::{CODEDEPLOY, ECS};
    use serde_json::json;

    #[test]
    fn a_number_is_not_a_string_however_deep() {
        let body = json!({"family": "shop", "containerDefinitions": [
            {"name": "web", "environment": [{"name": "PORT", "value": 8080}]}]});
        let error = ECS.check("RegisterTaskDefinition", &body).unwrap_err();
        assert_eq!(error.code, "SerializationException");
        assert_eq!(error.message, "NUMBER_VALUE cannot be converted to String");
    }

    #[test]
    fn maps_lists_and_unknown_members_pass_where_they_belong() {
        let body = json!({"family": "shop", "futureField": {"a": [1]}, "containerDefinitions": [
            {"name": "web", "dockerLabels": {"a": "b"}, "cpu": 256, "essential": true, "command": []}]});
        assert!(ECS.check("RegisterTaskDefinition", &body).is_ok());
        let body = json!({"containerDefinitions": {"name": "web"}});
        let error = ECS.check("RegisterTaskDefinition", &body).unwrap_err();
        assert_eq!(
            error.message,
            "Start of structure or map found where not expected."
        );
    }

    #[test]
    fn strings_are_not_numbers() {
        let body = json!({"service": "shop", "desiredCount": "2"});
        let error = ECS.check("UpdateService", &body).unwrap_err();
        assert_eq!(error.message, "STRING_VALUE cannot be converted to Integer");
        let body = json!({"deploymentId": 7});
        assert!(CODEDEPLOY.check("GetDeployment", &body).is_err());
    }
}
