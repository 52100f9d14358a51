//! The pairs of CPU and memory that Fargate takes
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size>).

use super::Check;
use super::task::Task;
use crate::failure::{Code, Failure};

/// What the check is called.
const NAME: &str = "Fargate size";

/// CPU units, and the memory that goes with them in MiB: from, to, in steps of.
const PAIRS: [(u32, u32, u32, u32); 7] = [
    (256, 512, 2048, 512),
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16384, 1024),
    (4096, 8192, 30720, 1024),
    (8192, 16384, 61440, 4096),
    (16384, 32768, 122_880, 8192),
];

/// Whether Fargate takes the task's CPU and memory; nothing for other tasks. `fargate`: the service
/// runs its tasks there.
pub fn check(task: &Task, fargate: bool) -> Option<Check> {
    if !fargate && !task.on_fargate() {
        return None;
    }
    let (cpu, memory) = (task.cpu.as_deref(), task.memory.as_deref());
    let shown = |size: Option<&str>| size.unwrap_or("none").to_owned();
    let subject = format!("cpu {}, memory {}", shown(cpu), shown(memory));
    let units = cpu.and_then(cpu_units);
    let size = memory.and_then(mebibytes);
    if units > PAIRS.last().map(|(largest, ..)| *largest) {
        let why = "more CPU than the table of this version knows of";
        return Some(Check::skipped(NAME, subject, why));
    }
    let failure = match units.zip(size) {
        Some((units, size)) if takes(units, size) => None,
        _ => Some(failure(&subject, units)),
    };
    Some(Check::judged(NAME, subject, "", failure))
}

fn takes(cpu: u32, memory: u32) -> bool {
    // 0.25 vCPU goes up by halves to a whole GiB, then by a whole one.
    let quarter = cpu == 256 && memory == 1536;
    let pair = PAIRS.iter().find(|(units, ..)| *units == cpu);
    pair.is_some_and(|(_, from, to, step)| {
        (*from..=*to).contains(&memory) && (memory - from).is_multiple_of(*step) && !quarter
    })
}

/// `256`, `1024`, `.25 vCPU`, `1 vcpu`, as CPU units.
fn cpu_units(text: &str) -> Option<u32> {
    match without_unit(text, "vcpu") {
        Some(number) => scaled(number),
        None => text.trim().parse().ok(),
    }
}

/// `512`, `0.5 GB`, `1GB`, as MiB.
fn mebibytes(text: &str) -> Option<u32> {
    match without_unit(text, "gb") {
        Some(number) => scaled(number),
        None => text.trim().parse().ok(),
    }
}

fn without_unit<'a>(text: &'a str, unit: &str) -> Option<&'a str> {
    let text = text.trim();
    let at = text.len().checked_sub(unit.len())?;
    let (number, end) = text.split_at_checked(at)?;
    end.eq_ignore_ascii_case(unit).then(|| number.trim())
}

/// 1024 times a decimal number, when that is a whole one.
fn scaled(number: &str) -> Option<u32> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let long = whole.len() > 6 || fraction.len() > 6 || whole.len() + fraction.len() == 0;
    if long || !digits(whole) || !digits(fraction) {
        return None;
    }
    let parse = |text: &str| {
        if text.is_empty() {
            Some(0)
        } else {
            text.parse::<u64>().ok()
        }
    };
    let parts = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
    let scaled = (parse(whole)? * parts + parse(fraction)?) * 1024;
    scaled
        .is_multiple_of(parts)
        .then(|| u32::try_from(scaled / parts).ok())
        .flatten()
}

fn failure(subject: &str, cpu: Option<u32>) -> Failure {
    let what = format!("Fargate has no task size of {subject}");
    let pair = PAIRS.iter().find(|(units, ..)| Some(*units) == cpu);
    let help = match pair {
        Some((256, ..)) => "With `cpu` 256, set `memory` to 512, 1024 or 2048.".to_owned(),
        Some((units, from, to, step)) => {
            format!(
                "With `cpu` {units}, set `memory` to {from} up to {to} MiB, in steps of {step}."
            )
        }
        None => {
            "Set `cpu` of the task to 256, 512, 1024, 2048, 4096, 8192 or 16384, and `memory` to \
                 a size that goes with it."
                .to_owned()
        }
    };
    Failure::new(Code::TaskUnfit, what, help)
}

#[cfg(test)]
mod tests {
    use super::{check, cpu_units, mebibytes};
    use crate::preflight::task::Task;

    fn sized(cpu: Option<&str>, memory: Option<&str>) -> Task {
        Task {
            cpu: cpu.map(str::to_owned),
            memory: memory.map(str::to_owned),
            ..Task::default()
        }
    }

    #[test]
    fn the_pairs_are_those_of_the_table() {
        for (cpu, memory, fits) in [
            ("256", "512", true),
            ("256", "1024", true),
            ("256", "1536", false),
            ("256", "2048", true),
            ("256", "4096", false),
            (".25 vCPU", "0.5 GB", true),
            ("0.25vcpu", "2gb", true),
            ("512", "512", false),
            ("512", "4096", true),
            ("1 vCPU", "8GB", true),
            ("1024", "2500", false),
            ("2048", "16384", true),
            ("4096", "30720", true),
            ("4096", "31744", false),
            ("8192", "16384", true),
            ("8192", "17408", false),
            ("8 vCPU", "60 GB", true),
            ("16384", "122880", true),
            ("16384", "40960", true),
            ("32 vCPU", "244 GB", true),
            ("16 vCPU", "244 GB", false),
            ("300", "512", false),
            ("256", "a lot", false),
            ("", "512", false),
        ] {
            let checked = check(&sized(Some(cpu), Some(memory)), true).unwrap();
            assert_eq!(checked.failure().is_none(), fits, "{cpu} {memory}");
        }
    }

    #[test]
    fn a_task_for_instances_may_have_any_size() {
        assert!(check(&sized(None, None), false).is_none());
        let help = |cpu| {
            let checked = check(&sized(cpu, None), true).unwrap();
            checked.failure().unwrap().help.clone()
        };
        assert!(
            help(Some("512")).contains("1024 up to 4096"),
            "{}",
            help(Some("512"))
        );
        assert!(help(None).contains("256, 512, 1024"));
    }

    #[test]
    fn sizes_are_read_as_ecs_reads_them() {
        for (text, units) in [
            ("1 vCPU", Some(1024)),
            (".5 vCPU", Some(512)),
            ("1.000 vCPU", Some(1024)),
            ("vCPU", None),
            (". vCPU", None),
            ("-1 vCPU", None),
            ("0.3 vCPU", None),
            ("9999999999 vCPU", None),
            ("é", None),
        ] {
            assert_eq!(cpu_units(text), units, "{text}");
        }
        assert_eq!(mebibytes("0.5 GB"), Some(512));
    }
}
