use super::super::{Cause, Kind, of};
use super::{
    Evidence, GROUP, event, evidence_of, holds, scene, target, target_group, task, well_written,
    with_events,
};

/// Tasks that the load balancer's health check ended, and the event that says why.
fn killed(reason: &str) -> Evidence {
    let stopped = format!("Task failed ELB health checks in (target-group {GROUP})");
    let message = format!(
        "(service shop) (task 9d85800c30b349039d104d52b506b930) (port 8080) is unhealthy in (target-group {GROUP}) due to (reason {reason})."
    );
    Evidence {
        target_groups: vec![target_group()],
        events: with_events(&[&message]).events,
        ..evidence_of(&[task("ServiceSchedulerInitiated", &stopped, Some(137), None)])
    }
}

fn cause(evidence: &Evidence) -> Cause {
    let cause = of(evidence, &scene()).expect("a cause");
    well_written(&cause);
    cause
}

#[test]
fn what_the_container_answers_says_what_to_do() {
    let rows = [
        (
            "Health checks failed with these codes: [404]",
            "answered 404, where 200 is expected",
            "Set the health check path `/health` of the target group `shop-green`",
        ),
        (
            "Health checks failed with these codes: [401]",
            "answered 401",
            "needs no login",
        ),
        (
            "Health checks failed with these codes: [301]",
            "answered 301",
            "redirect",
        ),
        (
            "Health checks failed with these codes: [400]",
            "answered 400",
            "any host name",
        ),
        (
            "Health checks failed with these codes: [503]",
            "answered 503",
            "last lines",
        ),
        (
            "Health checks failed with these codes: [502, 503]",
            "answered 502",
            "last lines",
        ),
        (
            "Request timed out",
            "did not answer in time",
            "security groups let the load balancer in on port 8080",
        ),
        (
            "Health checks failed",
            "could not be connected to",
            "listens on port 8080",
        ),
    ];
    for (reason, sentence, advice) in rows {
        let cause = cause(&killed(reason));
        assert_eq!(cause.kind, Kind::LoadBalancerHealth);
        assert!(cause.sentence.contains(sentence), "{cause:?}");
        assert!(
            cause
                .sentence
                .contains("container web on port 8080 at `/health`"),
            "{cause:?}"
        );
        assert!(cause.advice.contains(advice), "{cause:?}");
    }
}

#[test]
fn targets_say_it_where_no_event_does() {
    let evidence = Evidence {
        events: Vec::new(),
        targets: vec![target(
            "unhealthy",
            "Target.ResponseCodeMismatch",
            "Health checks failed with these codes: [404]",
        )],
        ..killed("x")
    };
    assert!(cause(&evidence).sentence.contains("answered 404"));
    let no_tasks = Evidence {
        tasks: Vec::new(),
        ..evidence
    };
    let cause = cause(&no_tasks);
    assert_eq!(cause.kind, Kind::LoadBalancerHealth);
    assert!(cause.sentence.contains("answered 404"), "{cause:?}");
}

#[test]
fn a_port_of_the_check_is_named() {
    let mut evidence = killed("Health checks failed");
    evidence.target_groups[0].port = Some("9090".to_owned());
    assert!(cause(&evidence).sentence.contains("on port 9090"));
}

#[test]
fn a_group_without_listener_takes_no_traffic() {
    let evidence = Evidence {
        targets: vec![target(
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        )],
        target_groups: vec![target_group()],
        ..Evidence::default()
    };
    let cause = cause(&evidence);
    assert!(
        cause.sentence.contains("`shop-green` takes no traffic"),
        "{cause:?}"
    );
    assert!(cause.advice.contains("listener"), "{cause:?}");
}

#[test]
fn the_containers_own_check() {
    let stopped = "Task failed container health checks";
    let evidence = evidence_of(&[task("ServiceSchedulerInitiated", stopped, Some(137), None)]);
    let cause = cause(&evidence);
    assert_eq!(cause.kind, Kind::ContainerHealth);
    insta::assert_snapshot!(cause.sentence, @"the health check of container web (`curl -f http://localhost:8080/health`) failed");
}

#[test]
fn health_checks_in_events() {
    let rows = [
        (
            "(service shop) (instance i-0abc) (port 32875) is unhealthy in (target-group arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/devel-Targe/1111) due to (reason Health checks failed with these codes: [400])",
            Kind::LoadBalancerHealth,
            &["answered 400", "`devel-Targe`"][..],
        ),
        (
            "service shop (instance i-0abc) is unhealthy in (elb shop-elb) due to (reason Instance has failed at least the UnhealthyThreshold number of health checks consecutively.)",
            Kind::LoadBalancerHealth,
            &["container web"],
        ),
        (
            "(service shop, taskSet ecs-svc/823) (task 9d85800c) is not healthy in (target-group arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/abc) due to (reason Request timed out)",
            Kind::LoadBalancerHealth,
            &["did not answer in time"],
        ),
        (
            "(service shop) (task 9d85800c30b349039d104d52b506b930) failed container health checks.",
            Kind::ContainerHealth,
            &["container web"],
        ),
    ];
    holds(&rows, event);
}
