use crate::model::deployment_configuration::DeploymentConfiguration;
use crate::model::service::tests::shop;

fn with(strategy: &str) -> DeploymentConfiguration {
    let settings = [("strategy".to_owned(), strategy.into())];
    DeploymentConfiguration::of(settings.into_iter().collect())
}

#[test]
fn a_gate_stands_before_a_service_that_is_staged_before_or_after() {
    for (before, after, staged) in [
        ("ROLLING", "ROLLING", false),
        ("ROLLING", "CANARY", true),
        ("BLUE_GREEN", "ROLLING", true),
        ("BLUE_GREEN", "LINEAR", true),
    ] {
        let mut service = shop();
        service.configuration = with(before);
        let service = service.to_have(Some(&with(after)));
        assert_eq!(service.is_or_was_staged(), staged, "{before} {after}");
        assert_eq!(service.configuration.strategy(), after);
        assert_eq!(service.reconfiguration.is_some(), before != after);
    }
    let service = shop().to_have(None);
    assert!(service.reconfiguration.is_none() && !service.is_or_was_staged());
}
