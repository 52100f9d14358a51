//! Reading request bodies: types as awsJson has them, limits as ECR has them.

use crate::wire::aws_error::AwsError;
use serde_json::Value;
use std::ops::RangeInclusive;

/// The body of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a>(pub(super) &'a Value);

impl<'a> Input<'a> {
    fn member(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn read<T>(
        self,
        name: &str,
        wanted: &str,
        as_wanted: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, AwsError> {
        self.member(name)
            .map(|value| as_wanted(value).ok_or_else(|| mistyped(name, wanted)))
            .transpose()
    }

    pub(super) fn text(self, name: &str) -> Result<Option<&'a str>, AwsError> {
        self.read(name, "a string", Value::as_str)
    }

    pub(super) fn required_text(self, name: &str) -> Result<&'a str, AwsError> {
        self.text(name)?.ok_or_else(|| must_be_there(name))
    }

    pub(super) fn flag(self, name: &str) -> Result<Option<bool>, AwsError> {
        self.read(name, "a boolean", Value::as_bool)
    }

    pub(super) fn structure(self, name: &str) -> Result<Option<Input<'a>>, AwsError> {
        let object = |value: &'a Value| value.is_object().then_some(Input(value));
        self.read(name, "a structure", object)
    }

    /// A number within the limits that ECR sets.
    pub(super) fn number(
        self,
        name: &str,
        limits: RangeInclusive<u64>,
    ) -> Result<Option<usize>, AwsError> {
        let number = self.read(name, "an integer", Value::as_i64)?;
        let Some(number) = number else {
            return Ok(None);
        };
        u64::try_from(number)
            .ok()
            .filter(|number| limits.contains(number))
            .and_then(|number| usize::try_from(number).ok())
            .map(Some)
            .ok_or_else(|| {
                let (least, most) = limits.into_inner();
                invalid(name, &format!("must be between {least} and {most}"))
            })
    }

    /// A list of one to `most` items, if there is one.
    pub(super) fn list(self, name: &str, most: usize) -> Result<Option<&'a [Value]>, AwsError> {
        let list = self.read(name, "a list", |value| value.as_array().map(Vec::as_slice))?;
        match list {
            Some(list) if list.is_empty() || list.len() > most => {
                let limits = format!("Member must have length between 1 and {most}");
                Err(invalid(name, &limits))
            }
            list => Ok(list),
        }
    }

    pub(super) fn texts(self, name: &str, most: usize) -> Result<Option<Vec<&'a str>>, AwsError> {
        let text = |value: &'a Value| value.as_str().ok_or_else(|| mistyped(name, "strings"));
        let list = self.list(name, most)?;
        list.map(|list| list.iter().map(text).collect()).transpose()
    }
}

pub(super) fn must_be_there(name: &str) -> AwsError {
    invalid(name, "Member must not be null")
}

/// ECR's sentence for a value it does not take.
pub(super) fn invalid(name: &str, constraint: &str) -> AwsError {
    AwsError::client(
        "InvalidParameterException",
        format!("Invalid parameter at '{name}' failed to satisfy constraint: '{constraint}'"),
    )
}

fn mistyped(name: &str, wanted: &str) -> AwsError {
    AwsError::client(
        "SerializationException",
        format!("Value at '{name}' is not {wanted}"),
    )
}
