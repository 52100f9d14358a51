use super::super::TaskDefinition;
use crate::failure::Code;

/// A task definition of one container with `container` in it and `top` beside it.
fn with(top: &str, container: &str) -> String {
    let comma = |text: &str| if text.is_empty() { "" } else { ", " }.to_owned() + text;
    let (top, container) = (comma(top), comma(container));
    format!(r#"{{"family": "shop", "containerDefinitions": [{{"name": "web"{container}}}]{top}}}"#)
}

/// What is wrong with it, or else what it is warned about.
fn told(text: &str) -> (Vec<String>, Vec<String>) {
    match TaskDefinition::parse(text, "task.json") {
        Ok(read) => (Vec::new(), read.warnings().to_vec()),
        Err(failure) => {
            assert_eq!(failure.code, Code::MalformedFile);
            (failure.why, Vec::new())
        }
    }
}

/// Each with what is wrong with the one container that has it.
fn all_told(rows: &[(&str, &str)]) {
    for (container, expected) in rows {
        let (problems, _) = told(&with("", container));
        assert_eq!(problems, [*expected], "{container}");
    }
}

#[test]
fn a_value_of_another_type_is_told_with_its_place_and_how_to_write_it() {
    all_told(&[
        (
            r#""environment": [{"name": "PORT", "value": 8080}]"#,
            r#"containerDefinitions[web].environment[PORT].value is the number 8080: write "8080""#,
        ),
        (
            r#""environment": [{"name": "DEBUG", "value": true}]"#,
            r#"containerDefinitions[web].environment[DEBUG].value is true: write "true""#,
        ),
        (
            r#""environment": [{"name": "A", "value": "1"}, {"name": "A", "value": 1.50}]"#,
            r#"containerDefinitions[web].environment[1].value is the number 1.50: write "1.50""#,
        ),
        (
            r#""dockerLabels": {"com.example": 7}"#,
            r#"containerDefinitions[web].dockerLabels["com.example"] is the number 7: write "7""#,
        ),
        (
            r#""command": ["serve", 80]"#,
            r#"containerDefinitions[web].command[1] is the number 80: write "80""#,
        ),
    ]);
    let (problems, _) = told(&with(r#""cpu": 256, "memory": 512"#, ""));
    assert_eq!(
        problems,
        [
            r#"cpu is the number 256: write "256""#,
            r#"memory is the number 512: write "512""#
        ]
    );
}

#[test]
fn numbers_truths_lists_and_objects_have_their_places_too() {
    all_told(&[
        (
            r#""command": "serve""#,
            "containerDefinitions[web].command is a text, and ECS takes a list",
        ),
        (
            r#""image": ["x"]"#,
            "containerDefinitions[web].image is a list, and ECS takes a text",
        ),
        (
            r#""memory": "512""#,
            r#"containerDefinitions[web].memory is the text "512": write 512"#,
        ),
        (
            r#""memory": "much""#,
            "containerDefinitions[web].memory is a text, and ECS takes a whole number",
        ),
        (
            r#""cpu": 0.5"#,
            "containerDefinitions[web].cpu is the number 0.5, and ECS takes a whole number",
        ),
        (
            r#""cpu": 3000000000"#,
            "containerDefinitions[web].cpu is the number 3000000000, and ECS takes a whole number \
             from -2147483648 to 2147483647",
        ),
        (
            r#""essential": "true""#,
            r#"containerDefinitions[web].essential is the text "true": write true"#,
        ),
        (
            r#""essential": 1"#,
            "containerDefinitions[web].essential is the number 1, and ECS takes `true` or `false`",
        ),
        (
            r#""logConfiguration": "awslogs""#,
            "containerDefinitions[web].logConfiguration is a text, and ECS takes an object",
        ),
        (
            r#""dockerLabels": ["a=b"]"#,
            "containerDefinitions[web].dockerLabels is a list, and ECS takes an object",
        ),
    ]);
}

#[test]
fn everything_is_told_at_once() {
    let text = r#"{"family": 7, "cpu": 256, "containerDefinitions": [
        {"name": "web", "cpu": "x"}, {"name": 1}, "x", {"name": "web"}]}"#;
    let (problems, _) = told(text);
    assert_eq!(
        problems,
        [
            r#"family is the number 7: write "7""#,
            r#"cpu is the number 256: write "256""#,
            "containerDefinitions[0].cpu is a text, and ECS takes a whole number",
            r#"containerDefinitions[1].name is the number 1: write "1""#,
            "containerDefinitions[2] is a text, and ECS takes an object",
            r#"two containers have the name "web""#,
        ]
    );
    let many: Vec<_> = (0..70).map(|at| format!("\"l{at}\": {at}")).collect();
    let labels = format!("\"dockerLabels\": {{{}}}", many.join(","));
    let (problems, _) = told(&with("", &labels));
    assert_eq!((problems.len(), problems[20].as_str()), (21, "and 50 more"));
}

#[test]
fn what_ecs_can_read_passes() {
    for container in [
        r#""environment": [], "command": null, "user": "", "dockerLabels": {}"#,
        r#""environment": [{"name": "A", "value": null}], "links": [null]"#,
        r#""cpu": 256.0, "memory": 5e2, "essential": false"#,
        r#""linuxParameters": {"swappiness": -1, "capabilities": {"add": ["ALL"]}}"#,
    ] {
        assert_eq!(told(&with("", container)), (vec![], vec![]), "{container}");
    }
}

#[test]
fn unknown_keys_are_warned_about_and_the_nearest_one_is_named() {
    for (top, container, expected) in [
        (
            "",
            r#""enviroment": [{"name": "A", "value": 1}]"#,
            "containerDefinitions[web].enviroment: ECS is not known to take this key. It is \
             sent as it is. Did you mean `environment`?",
        ),
        (
            "",
            r#""Image": "x""#,
            "containerDefinitions[web].Image: ECS is not known to take this key. It is sent \
             as it is. Did you mean `image`?",
        ),
        (
            "",
            r#""portMappings": [{"containerport": 80}]"#,
            "containerDefinitions[web].portMappings[0].containerport: ECS is not known to take \
             this key. It is sent as it is. Did you mean `containerPort`?",
        ),
        (
            r#""futureField": {"a": 1}"#,
            "",
            "futureField: ECS is not known to take this key. It is sent as it is.",
        ),
    ] {
        let (problems, warnings) = told(&with(top, container));
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(warnings, [expected]);
    }
}

#[test]
fn a_document_larger_than_ecs_takes_is_refused() {
    let with_value = |length: usize| {
        let value = "x".repeat(length);
        with(
            "",
            &format!(r#""environment": [{{"name": "BLOB", "value": "{value}"}}]"#),
        )
    };
    let room = 65_536 - with_value(0).replace(' ', "").len();
    assert_eq!(told(&with_value(room)), (vec![], vec![]));
    let (problems, _) = told(&with_value(room + 1));
    let longest = "its longest text is containerDefinitions[web].environment[BLOB].value with";
    let expected = |bytes: usize, length: usize| {
        format!(
            "the document has {bytes} bytes, and ECS takes at most 65536; {longest} {length} bytes"
        )
    };
    assert_eq!(problems, [expected(65_537, room + 1)]);
    let (problems, _) = told(&with_value(1_000_000));
    assert_eq!(problems, [expected(1_000_000 + 65_536 - room, 1_000_000)]);
    // Neither tags nor nulls count.
    let nulls: Vec<_> = (0..10_000)
        .map(|at| format!("\"label-{at}\": null"))
        .collect();
    let nulls = format!("\"dockerLabels\": {{{}}}", nulls.join(","));
    assert_eq!(told(&with("", &nulls)), (vec![], vec![]));
}
