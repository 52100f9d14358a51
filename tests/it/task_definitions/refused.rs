//! What ECS would refuse, or take for something else, is refused before anything is called.

use super::row::{Row, rows, web, with};

const TAKES: &str = "td.json is no task definition that ECS takes";

rows! {
    a_number_in_a_variable:
        Row::of(web(r#""environment":[{"name":"PORT","value":8080}]"#)).refused("GG003", &[
            TAKES,
            r#"containerDefinitions[web].environment[PORT].value is the number 8080: write "8080""#,
        ]);
    numbers_and_booleans_everywhere_at_once:
        Row::of(with(
            r#""pidMode":false,"tags":[{"key":"a","value":1}]"#,
            r#""dockerLabels":{"com.example":true},"command":["sleep",60]"#,
        ))
        .refused("GG003", &[
            "td.json is no task definition that ECS takes, for 4 reasons",
            r#"containerDefinitions[web].dockerLabels["com.example"] is true: write "true""#,
            r#"containerDefinitions[web].command[1] is the number 60: write "60""#,
            r#"pidMode is false: write "false""#,
            r#"tags[0].value is the number 1: write "1""#,
        ]);
    sizes_without_quotes_in_yaml:
        Row::of("family: shop\ncpu: 256\nmemory: 512\ncontainerDefinitions: [{name: web}]\n")
            .named("td.yaml")
            .refused("GG003", &[
                r#"cpu is the number 256: write "256""#,
                r#"memory is the number 512: write "512""#,
            ]);
    texts_where_ecs_takes_numbers_and_booleans:
        Row::of(web(r#""memory":"512","essential":"yes""#)).refused("GG003", &[
            r#"containerDefinitions[web].memory is the text "512": write 512"#,
            "containerDefinitions[web].essential is a text, and ECS takes `true` or `false`",
        ]);
    half_a_unit:
        Row::of(web(r#""cpu":0.5"#)).refused("GG003", &[
            "containerDefinitions[web].cpu is the number 0.5, and ECS takes a whole number",
        ]);
    a_command_that_is_no_list:
        Row::of(web(r#""command":"sh -c true""#)).refused("GG003", &[
            "containerDefinitions[web].command is a text, and ECS takes a list",
        ]);
    variables_as_an_object:
        Row::of(web(r#""environment":{"A":"1"}"#)).refused("GG003", &[
            "containerDefinitions[web].environment is an object, and ECS takes a list",
        ]);
    a_key_that_stands_twice:
        Row::of(web(r#""user":"a","user":"b""#)).refused("GG003", &[
            r#"td.json, line 1, column 186: the key "user" stands twice in one object"#,
        ]);
    a_key_that_stands_twice_in_yaml:
        Row::of("family: shop\ncpu: '1'\nfamily: other\n").named("td.yaml").refused("GG003", &[
            r#"td.yaml, line 3, column 1: the key "family" stands twice in one object"#,
        ]);
    a_value_of_a_million_characters:
        Row::of(web(&format!(r#""environment":[{{"name":"A","value":"{}"}}]"#, "x".repeat(1_000_000))))
            .refused("GG003", &[
                "the document has 1000211 bytes, and ECS takes at most 65536; its longest text is \
                 containerDefinitions[web].environment[A].value with 1000000 bytes",
            ]);
    a_file_that_is_no_document_at_all:
        Row::of("x".repeat(5_000_000)).refused("GG003", &["task-definition: td.json is larger than 4 MiB"]);
    lists_in_lists_without_end: Row::of("[".repeat(100_000)).refused("GG003", &[]);
    objects_in_objects_without_end:
        Row::of(with(&format!(r#""x":{}1{}"#, r#"{"x":"#.repeat(500), "}".repeat(500)), ""))
            .refused("GG003", &["td.json, line 1, column 806: recursion limit exceeded"]);
    yaml_that_grows_without_end:
        Row::of("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n")
            .named("td.yaml")
            .refused("GG003", &[]);
    a_comma_too_many:
        Row::of(web("").replace("512\",", "512\",,")).refused("GG003", &[
            "td.json, line 1, column 114: key must be a string",
        ]);
    two_documents:
        Row::of("family: a\n---\nfamily: b\n").named("td.yaml").refused("GG003", &[
            "td.yaml, line 3, column 1: expected one document, found another",
        ]);
    a_list_at_the_top:
        Row::of("[]").refused("GG003", &["td.json is no task definition: expected an object at the top"]);
    nothing_that_is_needed:
        Row::of(r#"{"cpu":256}"#).refused("GG003", &[
            r#"cpu is the number 256: write "256""#,
            "expected `family`, a text",
            "expected `containerDefinitions`, a list of objects",
        ]);
    containers_without_names_and_with_one_name:
        Row::of(r#"{"family":"shop","containerDefinitions":[{"name":"web"},{},{"name":"web"}]}"#)
            .refused("GG003", &[
                "expected `containerDefinitions[1].name`, a text",
                r#"two containers have the name "web""#,
            ]);
    a_name_that_is_a_variable_and_a_secret:
        Row::of(web(r#""environment":[{"name":"DB","value":""}],"secrets":[{"name":"DB","valueFrom":"db"}]"#))
            .refused("GG003", &["DB is a variable and a secret of the container web"]);
}
