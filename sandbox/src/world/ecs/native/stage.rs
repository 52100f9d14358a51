//! The lifecycle stages of a deployment, in their order.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html>

/// A lifecycle stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// More than one revision runs: all but the one that serves go.
    ReconcileService,
    /// The replacement has no tasks yet.
    PreScaleUp,
    /// The replacement's tasks come up.
    ScaleUp,
    /// All of them are healthy.
    PostScaleUp,
    /// Test traffic goes to the replacement.
    TestTrafficShift,
    /// It does.
    PostTestTrafficShift,
    /// Before each step of production traffic.
    PreProductionTrafficShift,
    /// A step of production traffic, and the wait after it.
    ProductionTrafficShift,
    /// All production traffic goes to the replacement.
    PostProductionTrafficShift,
    /// Both run, for the way back.
    BakeTime,
    /// The old tasks go.
    CleanUp,
}

impl Stage {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::ReconcileService => "RECONCILE_SERVICE",
            Self::PreScaleUp => "PRE_SCALE_UP",
            Self::ScaleUp => "SCALE_UP",
            Self::PostScaleUp => "POST_SCALE_UP",
            Self::TestTrafficShift => "TEST_TRAFFIC_SHIFT",
            Self::PostTestTrafficShift => "POST_TEST_TRAFFIC_SHIFT",
            Self::PreProductionTrafficShift => "PRE_PRODUCTION_TRAFFIC_SHIFT",
            Self::ProductionTrafficShift => "PRODUCTION_TRAFFIC_SHIFT",
            Self::PostProductionTrafficShift => "POST_PRODUCTION_TRAFFIC_SHIFT",
            Self::BakeTime => "BAKE_TIME",
            Self::CleanUp => "CLEAN_UP",
        }
    }

    /// The one that follows; none after the last. Steps of traffic go back to the stage before them.
    pub fn next(self) -> Option<Self> {
        Some(match self {
            Self::ReconcileService => Self::PreScaleUp,
            Self::PreScaleUp => Self::ScaleUp,
            Self::ScaleUp => Self::PostScaleUp,
            Self::PostScaleUp => Self::TestTrafficShift,
            Self::TestTrafficShift => Self::PostTestTrafficShift,
            Self::PostTestTrafficShift => Self::PreProductionTrafficShift,
            Self::PreProductionTrafficShift => Self::ProductionTrafficShift,
            Self::ProductionTrafficShift => Self::PostProductionTrafficShift,
            Self::PostProductionTrafficShift => Self::BakeTime,
            Self::BakeTime => Self::CleanUp,
            Self::CleanUp => return None,
        })
    }

    /// Can a hook be asked in it? One that only waits cannot while traffic moves.
    pub fn takes_hook(self, pause: bool) -> bool {
        match self {
            Self::ScaleUp | Self::BakeTime | Self::CleanUp => false,
            Self::TestTrafficShift | Self::ProductionTrafficShift => !pause,
            _ => true,
        }
    }
}
