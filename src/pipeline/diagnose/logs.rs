//! The last lines of the containers that failed.

use super::Gathering;
use crate::diagnosis::LogTail;
use crate::diagnosis::cause::Scene;
use crate::diagnosis::failures::TaskFailures;

/// Events of a stream that are read.
const EVENTS: i32 = 20;

/// Where a container's log is.
struct Place {
    task: String,
    container: String,
    group: String,
    stream: String,
    region: Option<String>,
}

impl Gathering<'_> {
    /// The ends of the logs of three groups of failed tasks at most, the largest ones.
    pub(super) async fn logs(&self, failed: &[TaskFailures], scene: &Scene) -> Vec<LogTail> {
        let mut places = failed
            .iter()
            .filter_map(|failures| self.place(failures, scene));
        let (first, second, third) = (places.next(), places.next(), places.next());
        let tails = tokio::join!(self.tail(first), self.tail(second), self.tail(third));
        [tails.0, tails.1, tails.2].into_iter().flatten().collect()
    }

    async fn tail(&self, place: Option<Place>) -> Option<LogTail> {
        let place = place?;
        let logs = self.aws.logs(place.region.as_deref());
        let call = logs.tail(&place.group, &place.stream, EVENTS);
        let what = last_lines(&place.container);
        let messages = self.reads.read(&what, call).await?.unwrap_or_default();
        Some(LogTail {
            task: place.task,
            container: place.container,
            group: place.group,
            stream: place.stream,
            lines: LogTail::lines(&messages),
        })
    }

    /// Where the failing container logs to; remarked when that is nowhere it can be read from. A
    /// container that never ran has no log.
    fn place(&self, failures: &TaskFailures, scene: &Scene) -> Option<Place> {
        let name = failing(failures, scene)?;
        let driver = scene.workload.container(name)?.log.as_ref();
        let container = failures.sample.container(name);
        let (Some(log), Some(group)) = (driver, driver.and_then(|log| log.group.clone())) else {
            let why = match driver {
                Some(log) => format!("{name} logs by {}, not by awslogs", log.driver),
                None => format!("{name} has no `logConfiguration`"),
            };
            self.reads.miss(&last_lines(name), "", why);
            return None;
        };
        let task = failures.sample.id().to_owned();
        // The stream has the container's own id where no prefix is set
        // (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html).
        let stream = match &log.prefix {
            Some(prefix) => format!("{prefix}/{name}/{task}"),
            None => container?.runtime_id.clone()?,
        };
        Some(Place {
            task,
            container: name.to_owned(),
            group,
            stream,
            region: log.region.clone(),
        })
    }
}

fn last_lines(container: &str) -> String {
    format!("the last lines of {container}")
}

/// The container that failed, or that the health check was of.
fn failing<'a>(failures: &'a TaskFailures, scene: &'a Scene) -> Option<&'a str> {
    if !failures.ran() {
        return None;
    }
    let behind = scene.load_balancers.first();
    let behind = behind.map(|entry| entry.container.as_str());
    let only = || match scene.workload.containers.as_slice() {
        [only] => Some(only.name.as_str()),
        _ => None,
    };
    failures.container.as_deref().or(behind).or_else(only)
}
