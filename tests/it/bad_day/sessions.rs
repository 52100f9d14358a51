//! Sessions that AWS ends before their time.

use crate::edges::task_definition;
use crate::run::Stand;
use crate::shop::{Shop, role};
use aws_credential_types::provider::ProvideCredentials;
use greengate::aws::Aws;
use greengate::aws::ecs::UpdateService;
use greengate::aws::error::{AwsFailure, Kind};
use greengate::events::EventKind;
use greengate::failure::{Code, Failure};
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);

async fn aws(shop: &Shop) -> Aws {
    let job = shop.job(shop.run("hubot"), Some("staging"));
    let role = role("staging", HOUR);
    shop.aws(&shop.told_of(job), &role).await.unwrap()
}

/// AWS ends every session there is.
fn end_sessions(shop: &Shop) {
    shop.sandbox.with_world(|world| {
        let now = world.now;
        for session in world.identity.sessions.values_mut() {
            session.expires = now;
        }
    });
}

fn notes(shop: &Shop) -> Vec<String> {
    let (told, _) = shop.told();
    let notes = told.into_iter().filter_map(|kind| match kind {
        EventKind::Noted { text } => Some(text),
        _ => None,
    });
    notes.collect()
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_is_renewed_for_a_read() {
    let shop = Shop::open();
    let aws = aws(&shop).await;
    let (ecs, name) = (aws.ecs(), ["shop".to_owned()]);
    for renewals in 1..4 {
        end_sessions(&shop);
        let services = ecs.services("staging", &name).await.unwrap();
        assert!(services[0].is_some());
        assert_eq!(shop.calls("AssumeRoleWithWebIdentity"), (1 + renewals, 0));
        assert_eq!(shop.calls("DescribeServices"), (2 * renewals, renewals));
    }
    let note = "AWS ended the session before its time; a new one was obtained.";
    assert_eq!(notes(&shop), [note; 3]);
}

#[tokio::test(start_paused = true)]
async fn many_questions_at_once_renew_it_once() {
    let shop = Shop::open();
    let aws = aws(&shop).await;
    let (ecs, name) = (aws.ecs(), ["shop".to_owned()]);
    end_sessions(&shop);
    let read = || ecs.services("staging", &name);
    let (first, second, third) = tokio::join!(read(), read(), read());
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    assert_eq!(shop.calls("AssumeRoleWithWebIdentity"), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_written_with_an_ended_session_is_written_once_with_a_new_one() {
    let shop = Shop::open();
    let aws = aws(&shop).await;
    end_sessions(&shop);
    let document = task_definition("shop-staging");
    let revision = aws.ecs().register(&document).await.unwrap();
    assert_eq!(shop.calls("RegisterTaskDefinition"), (2, 1));
    end_sessions(&shop);
    let update = UpdateService {
        cluster: "staging".to_owned(),
        service: "shop".to_owned(),
        task_definition: Some(revision.arn),
        desired_count: None,
        force: false,
        configuration: None,
    };
    aws.ecs().update_service(&update).await.unwrap();
    assert_eq!(shop.calls("UpdateService"), (2, 1));
    let revisions = shop.sandbox.with_world(|world| {
        let families = &world.ecs.task_definitions.families;
        families["shop-staging"].len()
    });
    assert_eq!(revisions, 2, "the one that was there, and ours");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_again_at_once_is_told() {
    let ended = "{ error: { code: ExpiredTokenException, message: The security token included in the request is expired } }";
    let faults = format!("\nfaults: [{{ service: ecs, answer: {ended} }}]\n");
    let shop = Shop::with(&[], &faults);
    let aws = aws(&shop).await;
    let began = shop.clock.now();
    let error = aws.ecs().cluster("staging").await.unwrap_err();
    let failure = AwsFailure::of(&error).unwrap();
    assert_eq!(failure.kind, Kind::Credentials);
    assert_eq!(shop.calls("DescribeClusters"), (2, 2));
    assert_eq!(shop.calls("AssumeRoleWithWebIdentity"), (2, 0));
    assert_eq!(shop.clock.now(), began, "at once");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_be_renewed_is_told() {
    let refused = "{ error: { code: AccessDenied, message: Not any more, status: 403 } }";
    let faults = format!("\nfaults: [{{ service: sts, skip: 1, answer: {refused} }}]\n");
    let shop = Shop::with(&[], &faults);
    let aws = aws(&shop).await;
    end_sessions(&shop);
    let began = shop.clock.now();
    let error = aws.ecs().cluster("staging").await.unwrap_err();
    assert_eq!(Failure::all_of(&error)[0].code, Code::RoleRefused);
    assert_eq!(shop.calls("DescribeClusters"), (1, 1));
    assert_eq!(shop.clock.now(), began, "at once");
}

/// What a step before this one has put into the environment, and nothing renews.
#[tokio::test]
async fn credentials_of_a_step_before_end_the_run_when_they_end() {
    let stand = Stand::open().await;
    let job = stand.staging_job();
    let role = role("staging", HOUR);
    let aws = stand
        .shop
        .aws(&stand.shop.told_of(job), &role)
        .await
        .unwrap();
    let provider = aws.config.credentials_provider().unwrap();
    let keys = provider.provide_credentials().await.unwrap();
    let step = || {
        stand
            .staging(job)
            .input("role-to-assume", "")
            .variable("AWS_ACCESS_KEY_ID", keys.access_key_id())
            .variable("AWS_SECRET_ACCESS_KEY", keys.secret_access_key())
            .variable("AWS_SESSION_TOKEN", keys.session_token().unwrap())
    };
    step().run().await.ended(0, "succeeded");
    end_sessions(&stand.shop);
    let ran = step().run().await;
    ran.ended(3, "refused");
    assert_eq!(ran.codes(), ["GG010"], "once: {}", ran.log);
    let what = "AWS has ended the session of the credentials that were there";
    assert!(ran.log.contains(what), "{}", ran.log);
}
