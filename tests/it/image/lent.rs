//! What a runner lends a container, and what the action does with it: files, folders, variables, and
//! the post steps at the end of the job.

use crate::release::release;
use crate::run::{Place, Ran, Stand};
use greengate_sandbox::runner::Container;
use std::fs;
use std::os::unix::fs::MetadataExt;

async fn stand() -> Stand {
    Stand::open().await.at(Place::Image)
}

/// The files below a folder of `ran`, by their paths in it.
fn files(ran: &Ran, folder: &str) -> Vec<String> {
    let top = ran.folder.join(folder);
    let (mut files, mut folders) = (Vec::new(), vec![top.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let within = path.strip_prefix(&top).unwrap();
                files.push(within.display().to_string());
            }
        }
    }
    files.sort();
    files
}

/// Who runs a self-hosted runner must be able to clean up after the job.
#[tokio::test]
async fn all_that_it_leaves_is_a_report_that_belongs_to_whose_workspace_it_is() {
    let stand = stand().await;
    let step = stand.staging(stand.staging_job()).owned_by(1001, 1002);
    let ran = step.run().await;
    ran.ended(0, "succeeded");
    let report = fs::metadata(ran.folder.join("workspace").join(ran.output("report")));
    let report = report.unwrap();
    assert_eq!((report.uid(), report.gid()), (1001, 1002));

    let before = fs::read_dir(stand.path("workspace")).unwrap().count();
    assert_eq!(files(&ran, "workspace").len(), before + 1);
    // The runner's own files are in there, too.
    let own = ["_github_workflow", "_runner_file_commands"];
    let left = files(&ran, "_temp").into_iter();
    let left = left.filter(|file| !own.iter().any(|folder| file.starts_with(folder)));
    assert_eq!(left.collect::<Vec<_>>(), Vec::<String>::new());
}

/// Such as `${{ github.workspace }}/staging.json`: the runner translates values that begin with a
/// folder that it lends, and does not translate outputs back.
#[tokio::test]
async fn a_path_of_the_runner_s_machine_is_found() {
    let stand = stand().await;
    let step = stand.staging(stand.staging_job());
    let ran = step
        .input_path("task-definition", "staging.json")
        .run()
        .await;
    ran.ended(0, "succeeded");
    assert!(!ran.output("report").starts_with('/'));
    assert!(!ran.log.contains("/github/"), "{}", ran.log);
}

#[tokio::test]
async fn values_of_several_lines_arrive_as_they_were_given() {
    let stand = stand().await;
    let lines = "MOTTO<<END\nfirst = \"1\"\n\n  second $HOME `id`\nEND\nPLAIN=x y";
    let step = stand.staging(stand.staging_job());
    let ran = step.input("environment-variables", lines).run().await;
    ran.ended(0, "succeeded");
    let arn = ran.output("task-definition-arn").to_owned();
    stand.look(|world| {
        let revision = world.ecs.task_definitions.find(&arn).unwrap();
        let variables = revision.document["containerDefinitions"][0]["environment"].to_string();
        let motto = r#""value":"first = \"1\"\n\n  second $HOME `id`""#;
        assert!(variables.contains(motto), "{variables}");
        assert!(variables.contains(r#""value":"x y""#), "{variables}");
    });
}

/// Runners before 2.329 name a folder that is not there, and the credentials of the build need one.
#[tokio::test]
async fn a_runner_that_lends_no_folder_for_temporary_files_is_served() {
    let stand = stand().await;
    let older = |container: &mut Container| container.lends_temp = false;
    let step = release(&stand, stand.staging_job()).container(older);
    let ran = step.run().await;
    ran.ended(0, "succeeded");
    assert_eq!(ran.output("image-pushed"), "true");
}

#[tokio::test]
async fn what_the_runner_shows_has_no_secret_in_it() {
    let stand = stand().await;
    let step = release(&stand, stand.staging_job());
    let ran = step
        .variable("HTTPS_PROXY", "http://me:hunter2@127.0.0.1:9/")
        .run()
        .await;
    ran.ended(0, "succeeded");
    assert!(ran.log.contains("::add-mask::hunter2"), "{}", ran.log);
    let (shown, attached) = ran.on_github();
    for text in [shown, attached.unwrap()] {
        assert!(
            !text.contains("add-mask") && !text.contains("hunter2"),
            "{text}"
        );
    }
}

/// Two steps of one job deploy, and their post steps come in the opposite order at its end: each with
/// its own state, in a container of its own.
#[tokio::test]
async fn each_step_has_its_own_post_step() {
    let stand = stand().await;
    let (staging, production) = (stand.staging_job(), stand.production_job());
    let first = stand.staging(staging).run().await;
    let second = stand.production(production).run().await;
    first.ended(0, "succeeded");
    second.ended(0, "traffic-shifted");
    let writes = stand.writes().len();
    for (step, ran) in [
        (stand.production(production), &second),
        (stand.staging(staging), &first),
    ] {
        let post = step.post(ran).run().await;
        assert_eq!(
            (post.code, post.log.as_str()),
            (Some(0), ""),
            "{}",
            post.stderr
        );
    }
    assert_eq!(stand.writes().len(), writes);
}
