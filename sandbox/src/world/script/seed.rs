//! The part of a scenario that says what goes wrong: a list under `faults:`.

use super::{Fault, Outcome};
use crate::wire::aws_error::AwsError;
use crate::world::World;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// Faults; the first that matches a call strikes it.
///
/// ```yaml
/// - service: ecs
///   operation: Describe*
///   after: 2m
///   until: 5m
///   answer: throttle
/// - service: codedeploy
///   operation: CreateDeployment
///   count: 1
///   lost: true
///   answer: cut
/// - service: ecs
///   operation: RegisterTaskDefinition
///   count: 2
///   answer: { error: { code: ClientException, message: Too many concurrent attempts to create a new revision of the specified family. } }
/// - service: ecs
///   skip: 3
///   answer: { error: { code: ExpiredTokenException, message: The token is expired } }
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub Vec<FaultSeed>);

/// Something that goes wrong with some calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FaultSeed {
    /// `ecs`, `codedeploy`, `ecr`, `logs`, `elasticloadbalancing`, `sts`, `registry`, `github`, `oidc`; with `*`.
    pub service: String,
    /// The operation, or method and path; with `*`. Every one if absent.
    #[serde(default = "every")]
    pub operation: String,
    /// Not before so long after the start.
    #[serde(default)]
    pub after: Option<SignedDuration>,
    /// Not from so long after the start on.
    #[serde(default)]
    pub until: Option<SignedDuration>,
    /// So many matching calls pass before the first is struck.
    #[serde(default)]
    pub skip: u64,
    /// So many calls are struck, then no more; every one if absent.
    #[serde(default)]
    pub count: Option<u64>,
    /// The call is carried out, and only its answer is replaced.
    #[serde(default)]
    pub lost: bool,
    /// What the caller gets.
    pub answer: AnswerSeed,
}

/// What the caller of a struck call gets.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerSeed {
    /// Nothing: the connection is cut.
    Cut,
    /// Too many calls, in the service's own words.
    Throttle,
    /// A failure of the service with this HTTP status, in its own words: 500 to 599.
    Status(u16),
    /// This error.
    Error(ErrorSeed),
}

/// An error.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ErrorSeed {
    /// `ClusterNotFoundException`.
    pub code: String,
    /// The sentence.
    #[serde(default)]
    pub message: String,
    /// 400 if absent.
    #[serde(default = "bad_request")]
    pub status: u16,
}

fn every() -> String {
    "*".to_owned()
}

fn bad_request() -> u16 {
    400
}

impl Seed {
    /// Puts the faults into `world`; times count from `world.now`.
    ///
    /// # Errors
    /// A sentence about an HTTP status that makes no sense.
    pub fn seed(self, world: &mut World) -> Result<(), String> {
        for fault in self.0 {
            let fault = fault.read(world.now)?;
            world.script.faults.push(fault);
        }
        Ok(())
    }
}

impl FaultSeed {
    fn read(self, now: Timestamp) -> Result<Fault, String> {
        let outcome = self
            .answer
            .read()
            .map_err(|why| format!("fault of {} {}: {why}", self.service, self.operation))?;
        let moment = |offset: SignedDuration| now.saturating_add(offset).unwrap_or(Timestamp::MAX);
        Ok(Fault {
            service: self.service,
            operation: self.operation,
            after: self.after.map(moment),
            until: self.until.map(moment),
            skip: self.skip,
            count: self.count,
            lost: self.lost,
            outcome,
            seen: 0,
        })
    }
}

impl AnswerSeed {
    fn read(self) -> Result<Outcome, String> {
        let status = |number: u16, least: u16| {
            let status = StatusCode::from_u16(number).ok();
            status
                .filter(|_| (least..600).contains(&number))
                .ok_or_else(|| format!("the status must be {least} to 599, not {number}"))
        };
        Ok(match self {
            Self::Cut => Outcome::Cut,
            Self::Throttle => Outcome::Throttle,
            Self::Status(number) => Outcome::Broken(status(number, 500)?),
            Self::Error(error) => Outcome::Error(AwsError {
                status: status(error.status, 400)?,
                ..AwsError::client(&error.code, error.message)
            }),
        })
    }
}
