//! ECR repositories and the OCI registry behind them.

/// ECR repositories and the OCI registry behind them.
#[derive(Debug, Default)]
pub struct Ecr {}
