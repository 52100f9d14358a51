//! One spelling for numbers: `1e1`, `10.0` and `10` are the same to ECS.

use serde_json::{Number, Value};

/// The shortest spelling of every number in `value`.
pub(in crate::model) fn numbers(value: &mut Value) {
    match value {
        Value::Object(object) => object.values_mut().for_each(numbers),
        Value::Array(list) => list.iter_mut().for_each(numbers),
        Value::Number(number) => {
            if let Some(plain) = plain(number) {
                *number = plain;
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// The shortest spelling of a number that was written with a point or an exponent.
fn plain(number: &Number) -> Option<Number> {
    let text = number.as_str();
    if !text.contains(['.', 'e', 'E']) {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    let shortest = value.to_string();
    shortest.parse().ok()
}
