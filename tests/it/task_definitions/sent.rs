//! What stands in the file is what ECS gets.

use super::row::{Row, rows, web, with};

/// As `aws ecs describe-task-definition` prints it.
fn described(tags: &str) -> String {
    format!(
        r#"{{"taskDefinition": {{"taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-staging:7",
          "containerDefinitions": [{{"name": "web", "image": "nginx:1", "cpu": 0, "portMappings": [], "essential": true, "environment": [], "mountPoints": [], "volumesFrom": [], "systemControls": []}}],
          "family": "shop-staging", "networkMode": "awsvpc", "revision": 7, "volumes": [], "status": "ACTIVE",
          "requiresAttributes": [{{"name": "ecs.capability.task-eni"}}], "placementConstraints": [],
          "compatibilities": ["EC2", "FARGATE"], "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
          "registeredAt": 1762000000.5, "registeredBy": "arn:aws:iam::123456789012:user/ops", "enableFaultInjection": false}}, "tags": {tags}}}"#
    )
}

const DESCRIBED: &str = r#"{"containerDefinitions":[{"name":"web","image":"nginx:1","cpu":0,"portMappings":[],"essential":true,"environment":[],"mountPoints":[],"volumesFrom":[],"systemControls":[]}],"family":"shop-staging","networkMode":"awsvpc","volumes":[],"placementConstraints":[],"requiresCompatibilities":["FARGATE"],"cpu":"256","memory":"512","enableFaultInjection":false}"#;

const YAML: &str = "\
# Comments are YAML's.
family: shop-staging
networkMode: awsvpc
requiresCompatibilities: [FARGATE]
cpu: '256'
memory: \"512\"
containerDefinitions:
  - name: web
    image: nginx:1
    essential: yes-is-a-text
    environment: &shared
      - { name: COUNTRY, value: no }
      - { name: ZIP, value: '01234' }
      - name: SCRIPT
        value: |
          line one
          line two
";

const FROM_YAML: &str = r#"{"family":"shop-staging","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],"cpu":"256","memory":"512","containerDefinitions":[{"name":"web","image":"nginx:1","environment":[{"name":"COUNTRY","value":"no"},{"name":"ZIP","value":"01234"},{"name":"SCRIPT","value":"line one\nline two\n"}]}]}"#;

rows! {
    a_plain_document: Row::of(web(""));
    white_space_between_the_parts_is_nobody_s:
        Row::of(format!(" \n{} \n", web("").replace(',', " ,\n\t"))).sends(web(""));
    a_byte_order_mark: Row::of(format!("\u{feff}{}", web(""))).sends(web(""));
    empty_lists: Row::of(web(r#""command":[],"environment":[],"links":[]"#));
    nulls: Row::of(web(r#""user":null,"healthCheck":null,"environment":[{"name":"A","value":null}]"#));
    numbers_as_they_are_written:
        Row::of(web(r#""cpu":100,"futureField":[12345678901234567890123.10,-0,-0.0,1.10]"#))
            .warns("containerDefinitions[web].futureField: ");
    an_exponent_is_the_one_thing_that_is_spelt_anew:
        Row::of(web(r#""futureField":[1.0e2,1E-2]"#))
            .sends(web(r#""futureField":[1.0e+2,1e-2]"#))
            .warns("containerDefinitions[web].futureField: ");
    any_order_of_keys:
        Row::of(r#"{"memory":"512","containerDefinitions":[{"image":"nginx:1","essential":true,"name":"web"}],"cpu":"256","networkMode":"awsvpc","family":"shop-staging","requiresCompatibilities":["FARGATE"]}"#);
    letters_of_any_script: Row::of(web(r#""environment":[{"name":"GREETING","value":"grüß dich, 世界 🚀\u0007\\\""}]"#));
    a_field_that_is_newer_than_this_version:
        Row::of(with(r#""futureField":{"deep":[1.10,null,"",{}]}"#, ""))
            .warns("futureField: ECS is not known to take this key.");
    a_misspelt_key_with_the_one_that_may_be_meant:
        Row::of(web(r#""enviroment":[{"name":"A","value":1}]"#))
            .warns("containerDefinitions[web].enviroment: ECS is not known to take this key. It is sent as it is. Did you mean `environment`?");
    a_key_in_the_wrong_case:
        Row::of(web(r#""DockerLabels":{"a":"b"}"#))
            .warns("containerDefinitions[web].DockerLabels: ECS is not known to take this key. It is sent as it is. Did you mean `dockerLabels`?");
    several_unknown_keys:
        Row::of(with(r#""volume":[]"#, r#""port":1,"healthcheck":{}"#))
            .warns("containerDefinitions[web].port: ")
            .warns("containerDefinitions[web].healthcheck: ")
            .warns("volume: ");
    what_describe_gives_is_sent_without_what_ecs_alone_knows:
        Row::of(described("[]"))
            .sends(DESCRIBED)
            .notes("Taken off, because ECS gives these and does not take them: taskDefinitionArn, revision, status");
    tags_beside_what_describe_gives_are_sent_with_it:
        Row::of(described(r#"[{"key": "team", "value": ""}]"#))
            .sends(DESCRIBED.replace(r":false}", r#":false,"tags":[{"key":"team","value":""}]}"#))
            .notes("Taken off");
    fields_of_describe_in_the_shape_of_register:
        Row::of(with(r#""revision":3,"status":"ACTIVE""#, r#""status":"kept""#))
            .sends(web(r#""status":"kept""#))
            .notes("does not take them: revision, status.")
            .warns("containerDefinitions[web].status: ");
    yaml_with_texts_that_look_like_something_else:
        Row::of(YAML.replace("    essential: yes-is-a-text\n", "").replace(" &shared", ""))
            .named("td.yml")
            .sends(FROM_YAML);
    yaml_with_an_anchor:
        Row::of(YAML.replace("    essential: yes-is-a-text\n", "    secrets: []\n"))
            .named("td.YAML")
            .sends(FROM_YAML.replace(r#""image":"nginx:1","#, r#""image":"nginx:1","secrets":[],"#));
    a_document_of_almost_64_kib:
        Row::of(web(&format!(r#""environment":[{{"name":"BLOB","value":"{}"}}]"#, "x".repeat(65_000))));
}
