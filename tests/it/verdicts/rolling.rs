//! Rolling deployments of staging: two tasks, and a circuit breaker that rolls back.

pub(super) mod cancelled;
pub(super) mod causes;
pub(super) mod others;
pub(super) mod starts;
pub(super) mod well;

use super::row::{Row, rolling};

/// Tasks that start and exit at once.
const EXIT: &str = "ends: { exits: { code: 1, log: [panic, no database] } }";

/// Tasks that need twenty minutes to start, and then run.
const SLOW: &str = "start: 20m";

const ROLLS_BACK: &str = "deploymentCircuitBreaker: { enable: true, rollback: true }";
const ONLY_STOPS: &str = "deploymentCircuitBreaker: { enable: true, rollback: false }";
const NO_BREAKER: &str = "deploymentCircuitBreaker: { enable: false, rollback: false }";

/// The service behind a target group.
fn balanced() -> Row {
    rolling()
        .world(
            "- { name: shop-green,",
            "- { name: shop-staging, port: 8080, health-check-path: /health }\n    - { name: shop-green,",
        )
        .world(
            "        - { port: 8443, protocol: HTTPS, target-group: shop-blue }\n",
            "        - { port: 8443, protocol: HTTPS, target-group: shop-blue }\n        - { port: 444, protocol: HTTPS, target-group: shop-staging }\n",
        )
        .world(
            "      cluster: staging\n",
            "      cluster: staging\n      load-balancer: { target-group: shop-staging, container: web, port: 8080 }\n",
        )
}
