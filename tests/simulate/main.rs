//! Random scenarios and random faults, each out of a seed, through the whole action in process and
//! under the paused clock. The world's own state is the judge.
//!
//! `make simulate SEEDS=10000` plays seeds from 0 on, `SEEDS=10000..20000` those that come after
//! them, and `make simulate SEED=12345` plays one and shows its log.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of these tests are tests too, which the lints cannot see"
)]

#[path = "../it/in_process/answer.rs"]
mod answer;
mod campaign;
mod connection;
mod draw;
mod invariants;
mod past;
mod plan;
mod regressions;
mod runner;
mod seed;
mod truth;

use regressions::REGRESSIONS;
use runner::Runner;
use std::ops::Range;

/// So many seeds are played where nobody asks for more.
const USUAL: u64 = 300;

/// How attempts end, by outcome and exit code: where one is missing, a check checks nothing.
const ENDINGS: [&str; 13] = [
    "cancelled 130",
    "created 0",
    "failed 5",
    "failed 6",
    "ready 0",
    "refused 3",
    "refused 4",
    "rolled-back 5",
    "succeeded 0",
    "superseded 5",
    "timed-out 7",
    "traffic-shifted 0",
    "unchanged 0",
];

fn asked(variable: &str) -> Option<String> {
    let text = std::env::var(variable).ok()?;
    (!text.is_empty()).then_some(text)
}

fn number(text: &str) -> u64 {
    let number = text.parse();
    number.unwrap_or_else(|_| panic!("a seed is a number, not {text}"))
}

/// `10000`, counted from 0 on, or `10000..20000`.
fn range(text: &str) -> Range<u64> {
    match text.split_once("..") {
        Some((first, end)) => number(first)..number(end),
        None => 0..number(text),
    }
}

#[test]
fn seeds() {
    if let Some(seed) = asked("GREENGATE_SEED").as_deref().map(number) {
        let played = seed::play(&Runner::new(), seed);
        println!("{played}");
        assert!(played.holds(), "seed {seed} breaks what must hold");
        return;
    }
    let seeds = asked("GREENGATE_SEEDS").map_or(0..USUAL, |text| range(&text));
    let count = seeds.end.saturating_sub(seeds.start);
    let tally = campaign::play_all(seeds);
    println!("{}", tally.report());
    assert!(tally.holds(), "some seeds break what must hold");
    let mut endings = ENDINGS.iter().filter(|_| count >= USUAL);
    let missing = endings.find(|ending| !tally.endings.contains_key(**ending));
    assert_eq!(missing, None, "nothing drawn ends so any more");
}

#[test]
fn what_was_found_stays_mended() {
    let runner = Runner::new();
    for (what, seed) in REGRESSIONS {
        let played = seed::play(&runner, *seed);
        assert!(played.holds(), "{what}\n{played}");
    }
}

/// Whatever the machine, the thread and the time of day, a seed is the same run.
#[test]
fn a_seed_is_the_same_run_every_time() {
    for number in 0..20 {
        let log = |runner: &Runner| {
            let played = seed::play(runner, number);
            let logs = played.attempts.into_iter();
            logs.map(|(attempt, _)| attempt.written.log)
                .flat_map(|log| log.lines().map(str::to_owned).collect::<Vec<_>>())
                .filter(|line| !line.starts_with("::add-mask::eyJ"))
                .collect::<Vec<_>>()
        };
        assert_eq!(log(&Runner::new()), log(&Runner::new()), "seed {number}");
    }
}
