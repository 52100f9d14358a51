//! What inputs demand of each other.
//!
//! An input that the command has no use for is left alone: one `with:` block may serve several
//! commands.

use super::problems::Problems;
use super::raw::RawInputs;
use super::{Command, Gate, Inputs, OnActive, StrategyChoice, WaitFor};
use crate::model::arn::Arn;

pub(super) fn check(inputs: &Inputs, raw: &RawInputs, problems: &mut Problems) {
    if inputs.command.builds() && raw.repository.is_none() {
        problems.note("repository", "needed, to know where to push the image");
    }
    if inputs.command.is_for_a_revision() {
        images(inputs, raw, problems);
    }
    if inputs.command.is_for_a_service() {
        target(inputs, raw, problems);
        strategy(inputs, raw, problems);
    }
    if inputs.command != Command::Plan && inputs.command.is_for_a_service() {
        gate(inputs, problems);
    }
}

fn target(inputs: &Inputs, raw: &RawInputs, problems: &mut Problems) {
    if raw.service.is_none() {
        problems.note("service", "needed, to know what to deploy");
    }
    let arn = inputs.task_definition.named.as_ref();
    let arn = arn.and_then(|named| named.parse::<Arn>().ok());
    let region = &inputs.aws.region;
    if let Some(arn) = arn.filter(|arn| arn.region != *region && !region.is_empty()) {
        let problem = format!("expected one in {region}, and this is in {}", arn.region);
        problems.note("task-definition", &problem);
    }
    let deploys = matches!(inputs.command, Command::Deploy | Command::Plan) && !inputs.builds();
    if deploys && raw.task_definition.is_none() && changes_nothing(inputs) {
        let problem = "needed, since no other input changes anything of what the service runs (did \
                       an expression come out empty?)";
        problems.note("task-definition", problem);
    }
}

/// Whether nothing is asked for but to deploy what is running.
fn changes_nothing(inputs: &Inputs) -> bool {
    inputs.task_definition.edits.is_empty()
        && !inputs.deploy.force_new_deployment
        && inputs.deploy.desired_count.is_none()
}

/// Without `image` and `images` the file is deployed as it is written, as the official actions do.
/// A container that is named for no image is another matter: most often the image was an
/// expression that came out empty.
fn images(inputs: &Inputs, raw: &RawInputs, problems: &mut Problems) {
    let builds = inputs.builds();
    let edits = &inputs.task_definition.edits;
    if inputs.command == Command::Release && raw.image.is_some() {
        let problem = "`release` deploys the image that it builds; leave this out, or use \
                       `command: deploy`";
        problems.note("image", problem);
    }
    if !builds && raw.container_name.is_some() && !edits.are_for_the_container() {
        let problem = "needed, since `container-name` names a container to put it in (did an \
                       expression come out empty?)";
        problems.note("image", problem);
    }
    let named = |container: &String| edits.container.as_ref() == Some(container);
    let doubled = edits.images.iter().any(|(container, _)| named(container));
    if doubled && (builds || raw.image.is_some()) {
        let problem = "the container of `container-name` gets its image from `image`, or from the \
                       build; leave it out here";
        problems.note("images", problem);
    }
}

fn strategy(inputs: &Inputs, raw: &RawInputs, problems: &mut Problems) {
    match inputs.deploy.strategy {
        StrategyChoice::Rolling => {
            no_codedeploy("rolling", raw, problems);
            rolling(inputs, problems);
        }
        StrategyChoice::Native => no_codedeploy("native", raw, problems),
        StrategyChoice::CodeDeploy => {
            if raw.deployment_configuration.is_some() {
                let problem = "has no meaning with `strategy: codedeploy`: it is for deployments \
                               that ECS carries out";
                problems.note("deployment-configuration", problem);
            }
            codedeploy(inputs, raw, problems);
            replaces(inputs, problems);
        }
        StrategyChoice::Auto => {}
    }
}

fn no_codedeploy(strategy: &str, raw: &RawInputs, problems: &mut Problems) {
    let theirs = [
        ("codedeploy-application", &raw.codedeploy_application),
        (
            "codedeploy-deployment-group",
            &raw.codedeploy_deployment_group,
        ),
        (
            "codedeploy-deployment-config",
            &raw.codedeploy_deployment_config,
        ),
        ("codedeploy-appspec", &raw.codedeploy_appspec),
    ];
    for (name, _) in theirs.iter().filter(|(_, given)| given.is_some()) {
        problems.note(name, &format!("has no meaning with `strategy: {strategy}`"));
    }
}

fn rolling(inputs: &Inputs, problems: &mut Problems) {
    if let Some(WaitFor::Ready | WaitFor::TrafficShifted) = inputs.waiting.wait_for {
        let problem = "expected `created` or `succeeded` with `strategy: rolling`, which shifts no \
                       traffic";
        problems.note("wait-for", problem);
    }
}

/// A CodeDeploy deployment carries neither
/// (<https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html>).
fn codedeploy(inputs: &Inputs, raw: &RawInputs, problems: &mut Problems) {
    if raw.desired_count.is_some() {
        problems.note("desired-count", "cannot be set with `strategy: codedeploy`");
    }
    if inputs.deploy.force_new_deployment {
        let problem = "has no meaning with `strategy: codedeploy`";
        problems.note("force-new-deployment", problem);
    }
}

/// CodeDeploy takes one deployment of a group at a time
/// (<https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html>).
fn replaces(inputs: &Inputs, problems: &mut Problems) {
    if inputs.waiting.on_active == Some(OnActive::Replace) {
        let problem = "expected `wait`, `stop` or `fail` with `strategy: codedeploy`, which takes \
                       one deployment at a time";
        problems.note("on-active-deployment", problem);
    }
}

fn gate(inputs: &Inputs, problems: &mut Problems) {
    if inputs.github.gate == Some(Gate::Approved) && inputs.github.token.is_none() {
        problems.note("github-token", "needed to prove the approval");
    }
}
