//! What can be done by others, as a scenario says it.

use super::super::identity::policy::OneOrMany;
use serde::Deserialize;

/// Something that somebody else does.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Stops the deployment of CodeDeploy that is under way in a group; nothing where none is.
    StopDeployment(StopDeployment),
    /// Deploys with CodeDeploy.
    CreateDeployment(CreateDeployment),
    /// Stops the service deployment that is under way; nothing where there never was one.
    StopServiceDeployment(Service),
    /// Changes a service.
    UpdateService(UpdateService),
    /// Deletes a service, whatever it still runs.
    DeleteService(Service),
    /// Stops running tasks of a service.
    StopTasks(StopTasks),
    /// Takes permissions from a role.
    Deny(Deny),
    /// Ends every session of a role.
    EndSessions(EndSessions),
    /// Puts the alarm of this name into the state `ALARM`.
    RaiseAlarm(String),
    /// Puts the alarm of this name into the state `OK`.
    ClearAlarm(String),
    /// Deletes a tag, and the image with its last one.
    RemoveImage(Tag),
    /// Puts a tag on an image.
    PutTag(PutTag),
    /// Ends all scans of images in the repository of this name, those of the future at once.
    EndScans(String),
}

/// A service by its name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Service {
    /// Its name.
    pub service: String,
    /// The name of its cluster (`default`).
    #[serde(default = "default_cluster")]
    pub cluster: String,
}

/// A deployment group by its name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StopDeployment {
    /// The application.
    pub application: String,
    /// The deployment group.
    pub group: String,
    /// Is it rolled back? The deployment's own rollback events decide when absent.
    #[serde(default)]
    pub rollback: Option<bool>,
}

/// A deployment with CodeDeploy. Container and port are those of the group's service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CreateDeployment {
    /// The application.
    pub application: String,
    /// The deployment group.
    pub group: String,
    /// A family, `family:revision` or ARN.
    pub task_definition: String,
    /// The description.
    #[serde(default)]
    pub description: Option<String>,
}

/// A change of a service. What is absent stays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UpdateService {
    /// Its name.
    pub service: String,
    /// The name of its cluster (`default`).
    #[serde(default = "default_cluster")]
    pub cluster: String,
    /// A family, `family:revision` or ARN.
    #[serde(default)]
    pub task_definition: Option<String>,
    /// How many tasks it is to have.
    #[serde(default)]
    pub desired_count: Option<u32>,
    /// Is it deployed anew though nothing changes?
    #[serde(default)]
    pub force: bool,
}

/// Some running tasks of a service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StopTasks {
    /// The service's name.
    pub service: String,
    /// The name of its cluster (`default`).
    #[serde(default = "default_cluster")]
    pub cluster: String,
    /// So many, the oldest first; all when absent.
    #[serde(default)]
    pub count: Option<usize>,
    /// What stops them.
    #[serde(default)]
    pub because: Because,
    /// What the person gives as the reason (`Task stopped by user`).
    #[serde(default)]
    pub reason: Option<String>,
}

/// What stops running tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// A person: `StopTask`.
    #[default]
    User,
    /// Fargate Spot takes its capacity back.
    Spot,
}

/// Permissions that a role loses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Deny {
    /// The role's name.
    pub role: String,
    /// Actions, with `*` and `?`.
    pub actions: OneOrMany,
    /// ARNs, with `*` and `?` (all).
    #[serde(default = "every")]
    pub resources: OneOrMany,
    /// Does a policy deny them in so many words? Otherwise none allows them any more.
    #[serde(default)]
    pub explicit: bool,
}

/// Sessions that end before their time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EndSessions {
    /// The role's name.
    pub role: String,
    /// Do new ones begin?
    #[serde(default)]
    pub renewal: Renewal,
}

/// Does a role begin new sessions?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renewal {
    /// It does.
    #[default]
    Allowed,
    /// It trusts nobody any more.
    Refused,
}

/// A tag of a repository.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tag {
    /// The repository.
    pub repository: String,
    /// The tag.
    pub tag: String,
}

/// A tag that is put on an image.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PutTag {
    /// The repository.
    pub repository: String,
    /// The tag.
    pub tag: String,
    /// A tag that the image has already.
    pub of: String,
}

fn default_cluster() -> String {
    "default".to_owned()
}

fn every() -> OneOrMany {
    OneOrMany::from("*")
}
