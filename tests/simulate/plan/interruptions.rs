//! People: who reviews, who cancels, who runs the job again.

use super::{Plan, Way};
use crate::draw::Draw;
use jiff::SignedDuration;

/// What becomes of the request for a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Review {
    /// A reviewer approves.
    Approved,
    /// An administrator starts the job without a review.
    Bypassed,
}

/// A click on "Cancel workflow".
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cancel {
    /// So long after the start of the attempt.
    pub(crate) after: SignedDuration,
    /// Whether the runner comes to the post step.
    pub(crate) posts: bool,
}

pub(super) fn draw(plan: &mut Plan, draw: &mut Draw) {
    let seconds = SignedDuration::from_secs;
    if plan.way == Way::BlueGreen {
        plan.review = draw.weighted(&[(20, Review::Approved), (1, Review::Bypassed)]);
        plan.trouble |= plan.review != Review::Approved;
        plan.say(format!("review: {:?}", plan.review));
    }
    if let Some(after) = draw.maybe(12, |draw| draw.between(0, 500)) {
        let posts = draw.chance(60);
        plan.say(format!("cancelled after {after} s, post step {posts}"));
        plan.trouble = true;
        let after = seconds(after);
        plan.cancel = Some(Cancel { after, posts });
    }
    if let Some(after) = draw.maybe(20, |draw| draw.between(1, 600)) {
        plan.say(format!("run again {after} s after its end"));
        plan.rerun = Some(seconds(after));
    }
}
