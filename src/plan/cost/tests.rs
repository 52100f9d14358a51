use super::{Cost, PRICES, Size, Tasks, as_of, price};
use serde_json::{Map, Value, json};

fn document(cpu: &str, memory: &str, platform: &Value) -> Map<String, Value> {
    let document = json!({
        "requiresCompatibilities": ["FARGATE"],
        "cpu": cpu,
        "memory": memory,
        "runtimePlatform": platform,
    });
    document.as_object().unwrap().clone()
}

#[test]
fn sizes_are_read_in_both_units() {
    let size =
        |cpu, memory| Size::of(&document(cpu, memory, &json!({}))).map(|it| (it.vcpus, it.memory));
    assert_eq!(size("256", "512"), Some((0.25, 0.5)));
    assert_eq!(size(".25 vCPU", "0.5GB"), Some((0.25, 0.5)));
    assert_eq!(size("4 vcpu", "30 gb"), Some((4.0, 30.0)));
    for (cpu, memory) in [
        ("", "512"),
        ("0", "512"),
        ("256", "much"),
        ("NaN", "512"),
        ("inf", "1"),
    ] {
        assert_eq!(size(cpu, memory), None, "{cpu} {memory}");
    }
}

#[test]
fn only_linux_on_fargate_has_a_price() {
    let windows = json!({"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"});
    assert_eq!(Size::of(&document("1024", "2048", &windows)), None);
    let mut on_instances = document("1024", "2048", &json!({"operatingSystemFamily": "LINUX"}));
    assert!(Size::of(&on_instances).is_some());
    on_instances["requiresCompatibilities"] = json!(["EC2"]);
    assert_eq!(Size::of(&on_instances), None);
}

#[test]
fn a_month_by_hand() {
    let small = document("256", "512", &json!({}));
    let cost = |region, count, platform: Value| {
        let after = document("1024", "2048", &platform);
        let of = |count, document| Tasks { count, document };
        Cost::of(region, Some(of(2, &small)), of(count, &after))
    };
    // (0.25 * 0.04048 + 0.5 * 0.004445) * 730 * 2, and four times that.
    let x86 = cost("eu-west-1", 2, json!({})).unwrap();
    assert_eq!(
        format!("{:.2} {:.2}", x86.before.unwrap(), x86.after),
        "18.02 72.08"
    );
    assert_eq!(format!("{:.2}", x86.change().unwrap()), "54.06");
    let arm = cost("us-east-1", 2, json!({"cpuArchitecture": "ARM64"})).unwrap();
    assert_eq!(format!("{:.2}", arm.after), "57.67");
    let more = cost("eu-west-1", 4, json!({})).unwrap();
    assert_eq!(
        (more.tasks, format!("{:.2}", more.after)),
        (4, "144.16".to_owned())
    );
    assert_eq!(cost("mars-north-1", 2, json!({})), None);
    let new = Tasks {
        count: 1,
        document: &small,
    };
    let new = Cost::of("eu-west-1", None, new).unwrap();
    assert_eq!(new.change(), None);
}

/// A line that cannot be read would leave its region out in silence.
#[test]
fn every_line_of_the_prices_is_one() {
    let regions: Vec<_> = PRICES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(regions.len() > 5 && regions.is_sorted(), "{regions:?}");
    for line in regions {
        let region = line.split_whitespace().next().unwrap();
        let (x86, arm) = (price(region, false).unwrap(), price(region, true).unwrap());
        assert!(
            arm.0 < x86.0 && arm.1 < x86.1 && x86.1 < x86.0 && x86.0 < 0.2,
            "{line}"
        );
    }
    assert!(PRICES.starts_with('#') && PRICES.contains("https://"));
    let (year, month) = as_of().split_once('-').unwrap();
    let number = |text: &str| text.parse::<u32>().unwrap();
    assert!(number(year) >= 2026 && (1..=12).contains(&number(month)));
}
