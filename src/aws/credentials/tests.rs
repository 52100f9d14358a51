use crate::aws::Aws;
use crate::aws::error::{AwsFailure, Kind, seen};
use crate::clock::Clock;
use crate::events::{Event, EventKind, Events, Sink};
use crate::failure::{Code, Failure};
use crate::github::oidc::tests::token;
use crate::github::tests::job;
use crate::http::tests::{answering, json};
use crate::inputs::{AwsInputs, Role};
use crate::job::{Job, OidcRequest};
use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

/// GitHub's issuer and STS, which end sessions and may be out of order.
#[derive(Default)]
struct World {
    /// How many tokens were issued.
    tokens: u32,
    /// The tokens that a role was assumed with.
    used: Vec<String>,
    /// When the last session ends.
    ends: Timestamp,
    /// Requests with a session that had ended.
    late: u32,
    /// What STS answers instead: status and code.
    trouble: Option<(u16, &'static str)>,
    /// How often it has answered so.
    troubled: u32,
    events: Vec<EventKind>,
    masked: Vec<String>,
}

#[derive(Clone)]
struct Shared {
    world: Arc<Mutex<World>>,
    clock: Clock,
}

impl Shared {
    fn new() -> Self {
        Self {
            world: Arc::default(),
            clock: Clock::starting(Timestamp::UNIX_EPOCH, 1.0),
        }
    }

    fn with<T>(&self, f: impl FnOnce(&mut World) -> T) -> T {
        f(&mut self.world.lock().expect("the world"))
    }

    fn answer(&self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        if request.uri().host() == Some("oidc.example") {
            let issued = self.with(|world| {
                world.tokens += 1;
                token(&json!({"sub": "repo:shop/web:environment:x", "jti": world.tokens}))
            });
            return json(200, &json!({"value": issued}));
        }
        if body.contains("Action=GetCallerIdentity") {
            let now = self.clock.now();
            self.with(|world| world.late += u32::from(now >= world.ends));
            return xml(
                200,
                "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>",
            );
        }
        self.assume(&body)
    }

    fn assume(&self, body: &str) -> Option<Response<Bytes>> {
        let field = |name: &str| {
            let mut fields = body.split('&').filter_map(|field| field.split_once('='));
            fields
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
        };
        let seconds: i64 = field("DurationSeconds")?.parse().ok()?;
        let ends = self.clock.now() + SignedDuration::from_secs(seconds);
        self.with(|world| {
            if let Some((status, code)) = world.trouble {
                world.troubled += 1;
                let error = format!(
                    "<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error>\
                     <RequestId>r</RequestId></ErrorResponse>"
                );
                return xml(status, &error);
            }
            world.used.extend(field("WebIdentityToken"));
            world.ends = ends;
            xml(200, &format!(
                "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
                 <AccessKeyId>ASIA{n}</AccessKeyId><SecretAccessKey>secret-{n}</SecretAccessKey>\
                 <SessionToken>session-{n}</SessionToken><Expiration>{ends}</Expiration>\
                 </Credentials></AssumeRoleWithWebIdentityResult>\
                 </AssumeRoleWithWebIdentityResponse>",
                n = world.tokens
            ))
        })
    }

    async fn connect(&self, role: bool, duration: Duration) -> anyhow::Result<Aws> {
        let role = role.then(|| Role {
            arn: "arn:aws:iam::123456789012:role/deploy".into(),
            session_name: "greengate-77".into(),
            duration,
            audience: "sts.amazonaws.com".into(),
        });
        let inputs = AwsInputs {
            region: "eu-west-1".into(),
            role,
        };
        let request = OidcRequest {
            url: "https://oidc.example/?v=1".into(),
            token: "t".into(),
        };
        self.connect_as(
            &inputs,
            &Job {
                oidc: Some(request),
                ..job()
            },
        )
        .await
    }

    async fn connect_as(&self, inputs: &AwsInputs, job: &Job) -> anyhow::Result<Aws> {
        let world = self.clone();
        let http = answering(move |request| world.answer(request));
        let events = Events::into_sinks(vec![Box::new(self.clone())], self.clock.clone());
        let endpoint = Some("https://aws.example");
        Aws::connect(inputs, job, &http, &self.clock, &events, endpoint).await
    }
}

impl Sink for Shared {
    fn on(&mut self, event: &Event) {
        self.with(|world| world.events.push(event.kind.clone()));
    }

    fn mask(&mut self, secret: &str) {
        self.with(|world| world.masked.push(secret.to_owned()));
    }
}

fn xml(status: u16, body: &str) -> Option<Response<Bytes>> {
    let response = Response::builder()
        .status(status)
        .header("content-type", "text/xml");
    response.body(Bytes::from(body.to_owned())).ok()
}

/// A request with the run's credentials.
async fn poll(sts: &aws_sdk_sts::Client) -> anyhow::Result<()> {
    let sent = sts.get_caller_identity().send().await;
    sent.map(drop).map_err(seen("sts:GetCallerIdentity"))
}

#[tokio::test(start_paused = true)]
async fn a_run_of_many_hours_outlives_sessions_of_every_length() {
    for (length, sessions) in [(15, 24), (60, 5), (720, 1)] {
        let world = Shared::new();
        let aws = world
            .connect(true, MINUTE * length)
            .await
            .expect("credentials");
        let sts = aws_sdk_sts::Client::new(&aws.config);
        for _ in 0..60 * 4 {
            poll(&sts).await.expect("an answer");
            world.clock.sleep(MINUTE).await;
        }
        world.with(|world| {
            assert_eq!(world.late, 0, "{length} minutes");
            assert_eq!(world.used.len(), sessions, "{length} minutes");
            let new = |pair: &[String]| pair[0] != pair[1];
            assert!(
                world.used.windows(2).all(new),
                "every renewal has a new token"
            );
        });
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_credentials_serve_the_first_requests_and_are_masked_and_told_once() {
    let world = Shared::new();
    let aws = world.connect(true, MINUTE * 60).await.expect("credentials");
    let sts = aws_sdk_sts::Client::new(&aws.config);
    poll(&sts).await.expect("an answer");
    world.with(|world| {
        assert_eq!(world.tokens, 1);
        let [EventKind::CredentialsObtained { role: Some(role) }] = &world.events[..] else {
            panic!("{:?}", world.events);
        };
        assert_eq!(role, "arn:aws:iam::123456789012:role/deploy");
        assert!(world.masked[0].starts_with("eyJ"), "the OIDC token");
        assert_eq!(world.masked[1..], ["secret-1", "session-1"]);
    });
    let shown = format!("{aws:?}");
    assert!(
        !shown.contains("secret-1") && !shown.contains("session-1"),
        "{shown}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_comes_at_once_and_is_not_asked_for_twice() {
    let world = Shared::new();
    world.with(|world| world.trouble = Some((403, "AccessDenied")));
    let error = world.connect(true, MINUTE * 60).await.unwrap_err();
    let failure = Failure::all_of(&error)[0];
    assert_eq!(failure.code, Code::RoleRefused);
    assert!(
        failure.help.contains(r#""repo:shop/web:environment:x""#),
        "{}",
        failure.help
    );
    world.with(|world| {
        assert_eq!(world.troubled, 1);
        assert!(
            !format!("{error:?}").contains(&world.masked[0]),
            "the token is shown"
        );
    });
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_waited_out_for_minutes_and_then_named() {
    for (status, code) in [
        (400, "IDPCommunicationError"),
        (400, "Throttling"),
        (503, ""),
    ] {
        let world = Shared::new();
        world.with(|world| world.trouble = Some((status, code)));
        let over = async {
            world.clock.sleep(MINUTE * 3).await;
            world.with(|world| world.trouble = None);
        };
        let (connected, ()) = tokio::join!(world.connect(true, MINUTE * 60), over);
        connected.expect("credentials");
        let note = "asking again for up to 5 minutes";
        let told =
            |kind: &EventKind| matches!(kind, EventKind::Noted { text } if text.contains(note));
        world.with(|world| {
            assert_eq!(world.events.iter().filter(|kind| told(kind)).count(), 1);
            assert_eq!(world.used.len(), 1);
        });

        let world = Shared::new();
        world.with(|world| world.trouble = Some((status, code)));
        let began = world.clock.now();
        let error = world.connect(true, MINUTE * 60).await.unwrap_err();
        assert_eq!(Failure::all_of(&error)[0].code, Code::AwsUnavailable);
        let took = world.clock.now().duration_since(began).as_secs();
        assert!((300..=331).contains(&took), "{took} seconds");
        world.with(|world| assert!((10..25).contains(&world.troubled)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_is_survived_until_the_session_ends() {
    let world = Shared::new();
    let aws = world.connect(true, MINUTE * 15).await.expect("credentials");
    let sts = aws_sdk_sts::Client::new(&aws.config);
    world.with(|world| world.trouble = Some((403, "AccessDenied")));
    let mut polls = 0;
    let error = loop {
        world.clock.sleep(MINUTE / 6).await;
        match poll(&sts).await {
            Ok(()) => polls += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(polls, 15 * 6 - 2, "until ten seconds before the end");
    assert_eq!(
        AwsFailure::of(&error).map(|f| f.kind),
        Some(Kind::Credentials)
    );
    assert_eq!(Failure::all_of(&error)[0].code, Code::RoleRefused);
    world.with(|world| {
        assert_eq!(world.late, 0);
        assert!(
            (8..=12).contains(&world.troubled),
            "{} tries",
            world.troubled
        );
        let warned = |kind: &&EventKind| matches!(kind, EventKind::Warned { .. });
        assert_eq!(world.events.iter().filter(warned).count(), 1);
    });
}

#[tokio::test(start_paused = true)]
async fn an_outage_that_passes_leaves_no_trace_but_a_warning() {
    let world = Shared::new();
    let aws = world.connect(true, MINUTE * 15).await.expect("credentials");
    let sts = aws_sdk_sts::Client::new(&aws.config);
    world.with(|world| world.trouble = Some((503, "ServiceUnavailable")));
    world.clock.sleep(MINUTE * 12).await;
    poll(&sts).await.expect("an answer with the old session");
    world.with(|world| world.trouble = None);
    world.clock.sleep(MINUTE * 2).await;
    poll(&sts).await.expect("an answer with a new session");
    world.with(|world| assert_eq!((world.used.len(), world.late), (2, 0)));
}

#[tokio::test]
async fn a_job_without_an_oidc_token_is_told_which_permission_to_add() {
    let world = Shared::new();
    let role = Role {
        arn: "arn:aws:iam::123456789012:role/deploy".into(),
        session_name: "greengate-77".into(),
        duration: MINUTE * 60,
        audience: "sts.amazonaws.com".into(),
    };
    let inputs = AwsInputs {
        region: "eu-west-1".into(),
        role: Some(role),
    };
    let error = world.connect_as(&inputs, &job()).await.unwrap_err();
    let failure = Failure::all_of(&error)[0];
    assert_eq!(failure.code, Code::NoCredentials);
    assert!(
        failure.help.contains("`id-token: write`"),
        "{}",
        failure.help
    );
}
