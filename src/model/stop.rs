//! Stopping a deployment: what AWS answers to it, the same for ECS and CodeDeploy.

/// What became of a request to stop a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopAnswer {
    /// It is being stopped, now or since an earlier request.
    Accepted,
    /// It was over already, or is past what can be stopped.
    Over,
    /// AWS knows no such deployment.
    NotThere,
}
