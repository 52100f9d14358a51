//! What other tools lose or change on the way to ECS: empty values, unknown keys, types, all that
//! follows a second `=`, words of a command.

use super::row::{Row, rows, web, with};

rows! {
    empty_words_at_the_end_of_a_command:
        Row::of(web(r#""entryPoint":["sh","-c",""],"command":["serve","--prefix",""]"#));
    empty_labels_options_and_hosts:
        Row::of(with(
            r#""volumes":[{"name":"data","host":{}}]"#,
            r#""dockerLabels":{"k":""},"logConfiguration":{"logDriver":"awslogs","options":{"tag":""}}"#,
        ));
    unknown_keys_are_neither_lost_nor_passed_over_in_silence:
        Row::of(web(r#""enviroment":[],"futureField":true"#))
            .warns("containerDefinitions[web].enviroment: ")
            .warns("containerDefinitions[web].futureField: ");
    variables_that_are_no_texts:
        Row::of(web(r#""environment":[{"name":"PORT","value":8080},{"name":"DEBUG","value":true}]"#))
            .refused("GG003", &[
                r#"containerDefinitions[web].environment[PORT].value is the number 8080: write "8080""#,
                r#"containerDefinitions[web].environment[DEBUG].value is true: write "true""#,
            ]);
    labels_and_options_with_more_than_one_equals_sign:
        Row::of(web(""))
            .input("docker-labels", "a=Host(x) && Query(k=v)")
            .input("set", "containerDefinitions[web].logConfiguration.logDriver = awslogs\ncontainerDefinitions[web].logConfiguration.options.awslogs-datetime-format = %Y=%m")
            .sends_with(r#""nginx:1""#, r#""nginx:1","dockerLabels":{"a":"Host(x) && Query(k=v)"},"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-datetime-format":"%Y=%m"}}"#);
    a_command_with_words_in_quotes:
        Row::of(web(""))
            .input("set", r#"containerDefinitions[web].command = ["sh", "-c", "echo hi there"]"#)
            .sends_with(r#""nginx:1""#, r#""nginx:1","command":["sh","-c","echo hi there"]"#);
    spaces_around_the_names_of_containers:
        Row::of(r#"{"family":"shop-staging","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],"cpu":"256","memory":"512","containerDefinitions":[{"name":"app","image":"a:1"},{"name":"sidecar","image":"b:1"}]}"#)
            .input("images", " app = a:2 \n\n  sidecar=b:2 ")
            .sends_with("a:1", "a:2")
            .sends_with("b:1", "b:2");
    yaml_is_read: Row::of(format!("# YAML\n{}", web(""))).named("td.yaml").sends(web(""));
    a_file_without_an_ending: Row::of(web("")).named("deploy/td");
    a_script_is_not_executed:
        Row::of("module.exports = require('fs')").named("td.js").refused("GG003", &[
            "td.js is no task definition: expected an object at the top",
        ]);
    a_secret_of_a_variable_s_name:
        Row::of(web(r#""environment":[{"name":"DB","value":"x"}]"#))
            .input("secrets", "DB=arn:aws:ssm:eu-west-1:123456789012:parameter/db")
            .refused("GG001", &[
                "`secrets`: DB is a variable of the container web in the task definition; to replace \
                 it, add `containerDefinitions[web].environment[DB]` to `unset`",
            ]);
    a_variable_of_several_lines:
        Row::of(web(""))
            .input("environment-variables", "KEY<<END\n-----BEGIN\n  a=b \n-----END\nEND\nNEXT=1")
            .sends_with(r#""nginx:1""#, r#""nginx:1","environment":[{"name":"KEY","value":"-----BEGIN\n  a=b \n-----END"},{"name":"NEXT","value":"1"}]"#);
}
