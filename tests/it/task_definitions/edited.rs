//! What the inputs change in a task definition, and that nothing else does.

use super::row::{Row, rows, web, with};

const LOGS: &str = r#""logConfiguration":{"logDriver":"awslogs","options":{"awslogs-region":"us-east-1","tag":""}},"futureField":1.10"#;

const TWO: &str = r#"{"family":"shop-staging","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],"cpu":"256","memory":"512","containerDefinitions":[{"name":"web","image":"nginx:1"},{"name":"proxy","image":"envoy:1","command":[""]}]}"#;

rows! {
    an_image: Row::of(web(r#""command":[""]"#)).input("image", "nginx:2").sends_with("nginx:1", "nginx:2");
    images_of_several_containers:
        Row::of(TWO)
            .input("images", "proxy=envoy:2\nweb=nginx:2")
            .sends_with("nginx:1", "nginx:2")
            .sends_with("envoy:1", "envoy:2");
    an_image_for_the_container_that_images_leaves:
        Row::of(TWO)
            .input("images", "proxy=envoy:2")
            .input("image", "nginx:2")
            .sends_with("nginx:1", "nginx:2")
            .sends_with("envoy:1", "envoy:2");
    variables_of_two_containers:
        Row::of(TWO)
            .input("container-name", "web")
            .input("environment-variables", "URL=https://x/?a=b&c=d\n[proxy]\nMODE=\"front\"")
            .sends_with(r#""nginx:1""#, r#""nginx:1","environment":[{"name":"URL","value":"https://x/?a=b&c=d"}]"#)
            .sends_with(r#"[""]"#, r#"[""],"environment":[{"name":"MODE","value":"\"front\""}]"#);
    a_variable_that_is_there_keeps_its_place:
        Row::of(web(r#""environment":[{"value":"1","name":"A"},{"name":"B","value":""}]"#))
            .input("environment-variables", "A=\nC=3")
            .sends_with(
                r#"[{"value":"1","name":"A"},{"name":"B","value":""}]"#,
                r#"[{"value":"","name":"A"},{"name":"B","value":""},{"name":"C","value":"3"}]"#,
            );
    a_secret_in_the_place_of_a_variable:
        Row::of(web(r#""environment":[{"name":"DB","value":"x"}]"#).replace("\"cpu\"", "\"executionRoleArn\":\"arn:aws:iam::123456789012:role/shop-execution\",\"cpu\""))
            .input("unset", "containerDefinitions[web].environment[DB]")
            .input("secrets", "DB=arn:aws:ssm:eu-west-1:123456789012:parameter/db")
            .sends_with(
                r#"[{"name":"DB","value":"x"}]"#,
                r#"[],"secrets":[{"name":"DB","valueFrom":"arn:aws:ssm:eu-west-1:123456789012:parameter/db"}]"#,
            );
    the_size_of_the_task:
        Row::of(web("")).input("cpu", "0.5 vCPU").input("memory", "1024").sends_with(r#""cpu":"256","memory":"512""#, r#""cpu":"0.5 vCPU","memory":"1024""#);
    an_option_of_the_log:
        Row::of(web(LOGS))
            .input("set", "containerDefinitions[web].logConfiguration.options.awslogs-region = eu-west-1")
            .sends_with("us-east-1", "eu-west-1")
            .warns("containerDefinitions[web].futureField: ");
    numbers_booleans_and_lists_where_ecs_takes_them:
        Row::of(web(""))
            .input("set", "containerDefinitions[0].cpu=128\ncontainerDefinitions[web].essential = true\ncontainerDefinitions[web].portMappings<<END\n[\n  {\"containerPort\": 80}\n]\nEND")
            .sends_with(r#""nginx:1""#, r#""nginx:1","cpu":128,"essential":true,"portMappings":[{"containerPort":80}]"#);
    a_field_that_is_newer_than_this_version:
        Row::of(web(""))
            .input("set", "futureField.deep = {\"a\": 1.10}")
            .sends(with(r#""futureField":{"deep":{"a":1.10}}"#, ""))
            .warns("futureField: ");
    what_is_taken_out:
        Row::of(with(r#""tags":[{"key":"a","value":"1"},{"key":"b","value":"2"}]"#, r#""user":"me","cpu":1"#))
            .input("unset", "containerDefinitions[web].user\ntags[a]\ncontainerDefinitions[web].gone")
            .sends_with(r#""user":"me","#, "")
            .sends_with(r#"{"key":"a","value":"1"},"#, "")
            .notes("`unset`: containerDefinitions[web].gone is not there.");
    a_container_that_is_not_there:
        Row::of(TWO).input("environment-variables", "[wep]\nA=1").refused("GG004", &[
            r#"the task definition shop-staging has no container "wep""#,
            "its containers are web, proxy",
        ]);
    variables_without_a_container:
        Row::of(TWO).input("environment-variables", "A=1").refused("GG001", &[
            "container-name is not set, and the task definition shop-staging leaves it open",
        ]);
    a_variable_that_is_a_secret_in_the_file:
        Row::of(web(r#""secrets":[{"name":"DB","valueFrom":"db"}]"#))
            .input("environment-variables", "DB=x")
            .refused("GG001", &[
                "`environment-variables`: DB is a secret of the container web in the task definition; \
                 to replace it, add `containerDefinitions[web].secrets[DB]` to `unset`",
            ]);
    a_size_that_is_given_twice:
        Row::of(web("")).input("cpu", "512").input("set", "cpu = 512").refused("GG001", &[
            "`set`: cpu is given by `cpu` too",
        ]);
    a_path_that_leads_nowhere:
        Row::of(web(r#""command":["a"]"#))
            .input("set", "containerDefinitions[web].command[3] = b\ncontainerDefinitions[web].image.tag = 2")
            .refused("GG001", &[
                "`set`: containerDefinitions[web].command[3]: there is no entry 3, the list has 1 entry",
                "`set`: containerDefinitions[web].image.tag: a text is there, and nothing is below it",
            ]);
}
