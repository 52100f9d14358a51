//! Why a deployment fails: read when it happens and only then, because AWS forgets.
//!
//! Nothing here fails or waits for long: what may not be read, or does not come in time, is told as
//! such, and the rest is told all the same. What it means is decided in [`crate::diagnosis`].

mod logs;
mod reads;
mod targets;

use super::Run;
use super::target::Target;
use crate::aws::Aws;
pub use crate::diagnosis::Suspect;
use crate::diagnosis::cause::Scene;
use crate::diagnosis::workload::Workload;
use crate::diagnosis::{Diagnosis, Evidence};
use crate::events::EventKind;
use crate::model::task::Task;
use reads::Reads;

/// Gathers why the deployment `suspect` to `target` fails, tells it ([`EventKind::Diagnosed`]) and
/// gives it back. It takes some seconds at most, and ends when the run is cancelled.
pub async fn diagnose(run: &Run<'_>, aws: &Aws, target: &Target, suspect: &Suspect) -> Diagnosis {
    let diagnosis = Gathering {
        aws: &aws.brisk(),
        target,
        suspect,
        reads: Reads::new(run),
    }
    .diagnosis()
    .await;
    run.events.emit(EventKind::Diagnosed {
        target: target.label(),
        diagnosis: Box::new(diagnosis.clone()),
    });
    diagnosis
}

/// The reads of one diagnosis.
struct Gathering<'a> {
    aws: &'a Aws,
    target: &'a Target,
    suspect: &'a Suspect,
    reads: Reads<'a>,
}

impl Gathering<'_> {
    async fn diagnosis(self) -> Diagnosis {
        let (tasks, workload, (target_groups, targets)) = tokio::join!(
            Box::pin(self.tasks()),
            Box::pin(self.workload()),
            Box::pin(self.targets())
        );
        let scene = Scene::of(workload, &self.target.service);
        let mut evidence = Evidence {
            targets,
            target_groups,
            ..Evidence::of(self.suspect).with_tasks(self.suspect, &tasks, &scene.workload)
        };
        evidence.logs = Box::pin(self.logs(&evidence.tasks, &scene)).await;
        evidence.unread = self.reads.unread();
        Diagnosis::of(evidence, &scene)
    }

    async fn tasks(&self) -> Vec<Task> {
        let (ecs, service) = (self.aws.ecs(), &self.target.service);
        let call = ecs.stopped_tasks(&service.cluster_arn, &service.name);
        let tasks = self.reads.read("the stopped tasks and their reasons", call);
        tasks.await.unwrap_or_default()
    }

    async fn workload(&self) -> Workload {
        let ecs = self.aws.ecs();
        let call = ecs.describe_task_definition(&self.suspect.revision);
        let what = "the names of images, secrets and logs";
        let described = self.reads.read(what, call).await.flatten();
        described.map_or_else(Workload::default, |it| Workload::of(&it.raw))
    }
}
