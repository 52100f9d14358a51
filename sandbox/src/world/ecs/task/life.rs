//! The way of a task: by its fate, or by the scheduler's order.

use super::{News, Phase, Task};
use crate::world::ecs::fate::End;
use crate::world::ecs::later;
use crate::world::ecs::stop::{FailedCheck, Stop};
use crate::world::ecs::target::TargetHealth;
use jiff::{SignedDuration, Timestamp};

impl Task {
    /// Lets it do what is due at `now`.
    pub fn step(&mut self, now: Timestamp) -> News {
        if self.due.is_none_or(|due| due > now) {
            return News::Quiet;
        }
        match self.phase {
            Phase::Provisioning => self.become_pending(now),
            Phase::Pending => self.start(now),
            Phase::Running => self.live_on(now),
            Phase::Deactivating => self.drained(now),
            Phase::Stopping => self.be_gone(now),
            Phase::Stopped => News::Quiet,
        }
    }

    /// Tells it to stop. Its target drains first, if it has one. Nothing where it stops already.
    pub fn tell_to_stop(&mut self, stop: Stop, now: Timestamp) {
        if !self.is_live() {
            return;
        }
        self.stopping = Some(now);
        self.stop = Some(stop);
        let registered = self
            .target
            .as_mut()
            .filter(|target| target.health.is_some());
        let wait = if let Some(target) = registered {
            target.health = Some(TargetHealth::Draining);
            self.phase = Phase::Deactivating;
            target.drain
        } else {
            self.phase = Phase::Stopping;
            self.fate.stop
        };
        self.due = Some(later(now, wait));
    }

    fn become_pending(&mut self, now: Timestamp) -> News {
        self.phase = Phase::Pending;
        self.due = Some(later(now, self.fate.start));
        News::Quiet
    }

    fn start(&mut self, now: Timestamp) -> News {
        match &self.fate.end {
            Some(End::NotStarted(stop)) => self.end(stop.clone(), now),
            _ => self.become_running(now),
        }
    }

    fn become_running(&mut self, now: Timestamp) -> News {
        self.phase = Phase::Running;
        self.started = Some(now);
        if let Some(target) = &mut self.target {
            target.health = Some(TargetHealth::Initial);
        }
        self.due = self.next_of_running();
        News::Running
    }

    /// When a running task becomes healthy, is found unhealthy or ends, whichever comes first.
    fn next_of_running(&self) -> Option<Timestamp> {
        let started = self.started?;
        let healthy = (!self.healthy && self.passes()).then_some(self.fate.healthy);
        let (found, end) = match &self.fate.end {
            Some(End::Exits(after, _) | End::Told(after, _)) => (None, Some(*after)),
            Some(End::Unhealthy(sick)) if self.is_found() => (None, Some(sick.stopped)),
            Some(End::Unhealthy(sick)) => (Some(sick.found), None),
            _ => (None, None),
        };
        let next = [healthy, found, end].into_iter().flatten().min()?;
        Some(later(started, next))
    }

    /// Will it pass its checks, if it has not yet?
    fn passes(&self) -> bool {
        match &self.fate.end {
            Some(End::Unhealthy(sick)) => sick.passes_first && !self.is_found(),
            _ => true,
        }
    }

    /// Has it been found unhealthy?
    fn is_found(&self) -> bool {
        let health = self.target.as_ref().and_then(|target| target.health);
        self.sick || matches!(health, Some(TargetHealth::Unhealthy(_)))
    }

    fn live_on(&mut self, now: Timestamp) -> News {
        let age = self
            .started
            .map_or(SignedDuration::ZERO, |started| now.duration_since(started));
        let news = match self.fate.end.clone() {
            Some(End::Exits(after, stop)) if after <= age => return self.end(stop, now),
            Some(End::Told(after, stop)) if after <= age => {
                self.tell_to_stop(stop, now);
                return News::Told;
            }
            Some(End::Unhealthy(sick)) if sick.stopped <= age && self.is_found() => {
                self.tell_to_stop(sick.stop, now);
                let early = !sick.passes_first;
                return News::Failed { early };
            }
            Some(End::Unhealthy(sick)) if sick.found <= age => {
                self.be_found(sick.stop.check);
                News::Quiet
            }
            _ => {
                self.become_healthy();
                News::Healthy
            }
        };
        self.due = self.next_of_running();
        news
    }

    pub(super) fn become_healthy(&mut self) {
        self.healthy = true;
        if let Some(target) = &mut self.target {
            target.health = Some(TargetHealth::Healthy);
        }
    }

    /// A check finds it unhealthy. The other check, if there is one, finds nothing wrong.
    fn be_found(&mut self, check: Option<FailedCheck>) {
        self.healthy = false;
        self.sick = check == Some(FailedCheck::Container);
        if let Some(target) = &mut self.target {
            target.health = Some(match check {
                Some(FailedCheck::Target(finding)) => TargetHealth::Unhealthy(finding),
                _ => TargetHealth::Healthy,
            });
        }
    }

    /// Ends by itself. Its target, if it has one, is taken out afterwards.
    fn end(&mut self, stop: Stop, now: Timestamp) -> News {
        let early = !self.healthy;
        self.stopping = Some(now);
        self.stop = Some(stop);
        let health = self.target.as_ref().and_then(|target| target.health);
        self.be_gone(now);
        if let Some(target) = self.target.as_mut().filter(|_| health.is_some()) {
            target.health = Some(TargetHealth::Draining);
        }
        News::Failed { early }
    }

    fn drained(&mut self, now: Timestamp) -> News {
        self.phase = Phase::Stopping;
        self.due = Some(later(now, self.fate.stop));
        if let Some(target) = &mut self.target {
            target.health = None;
        }
        News::Drained
    }

    fn be_gone(&mut self, now: Timestamp) -> News {
        self.phase = Phase::Stopped;
        self.stopped = Some(now);
        self.healthy = false;
        self.due = None;
        if let Some(target) = &mut self.target {
            target.health = None;
        }
        News::Stopped
    }
}
