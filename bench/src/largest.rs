//! A task definition as large as ECS takes: ten containers, each with variables, secrets, labels and
//! ports.

use greengate::model::task_definition::{Described, TaskDefinition};
use serde_json::{Value, json};

/// Containers in one task definition: the most there can be.
const CONTAINERS: usize = 10;

/// Variables of each of them, so that the whole has 64 KiB.
const VARIABLES: usize = 72;

/// As a file has it, with an image in every container and a word before every value.
pub(crate) fn document(image: &str, word: &str) -> TaskDefinition {
    let document = written(image, word).to_string();
    match TaskDefinition::parse(&document, "largest.json") {
        Ok(document) => document,
        Err(failure) => unreachable!("{failure}: {:?}", failure.why),
    }
}

/// The same as ECS describes it, with `shop:1` as its image.
pub(crate) fn described() -> Described {
    let mut document = written("shop:1", "");
    let arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:7";
    let containers = document.get_mut("containerDefinitions");
    let containers = containers.and_then(Value::as_array_mut);
    for container in containers
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        container.insert("cpu".to_owned(), json!(0));
        container.insert("mountPoints".to_owned(), json!([]));
        container.insert("volumesFrom".to_owned(), json!([]));
        if let Some(Value::Array(variables)) = container.get_mut("environment") {
            variables.reverse();
        }
    }
    if let Some(document) = document.as_object_mut() {
        document.insert("taskDefinitionArn".to_owned(), json!(arn));
        document.insert("revision".to_owned(), json!(7));
        document.insert("status".to_owned(), json!("ACTIVE"));
    }
    Described {
        arn: arn.to_owned(),
        raw: json!({"taskDefinition": document, "tags": []}),
    }
}

fn written(image: &str, word: &str) -> Value {
    let containers: Vec<_> = (0..CONTAINERS)
        .map(|at| container(at, image, word))
        .collect();
    json!({
        "family": "shop", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": "1 vCPU", "memory": "2 GB", "containerDefinitions": containers,
    })
}

fn container(at: usize, image: &str, word: &str) -> Value {
    let variable = |number: usize| {
        let value = format!("{word}https://service-{number}.example.com/api/v{at}");
        json!({"name": format!("SERVICE_{number}_URL"), "value": value})
    };
    let secret = |number: usize| {
        let place = format!("arn:aws:ssm:eu-west-1:123456789012:parameter/shop/{at}/{number}");
        json!({"name": format!("SECRET_{number}"), "valueFrom": place})
    };
    json!({
        "name": format!("container-{at}"), "image": image, "essential": at == 0,
        "environment": (0..VARIABLES).map(variable).collect::<Vec<_>>(),
        "secrets": (0..8).map(secret).collect::<Vec<_>>(),
        "portMappings": [{"containerPort": 8000 + at, "protocol": "tcp"}],
        "dockerLabels": {"com.example.team": "shop", "com.example.part": format!("{at}")},
        "logConfiguration": {"logDriver": "awslogs", "options": {
            "awslogs-group": "/ecs/shop", "awslogs-region": "eu-west-1",
            "awslogs-stream-prefix": format!("container-{at}")}},
    })
}

#[cfg(test)]
mod tests {
    use super::{CONTAINERS, VARIABLES, described, document};
    use greengate::model::task_definition::diff::Values;

    #[test]
    fn it_is_as_large_as_ecs_takes_and_differs_where_it_should() {
        let largest = document("shop:1", "");
        let size = largest.to_bytes().len();
        assert!((60_000..=65_536).contains(&size), "{size}");
        assert!(largest.same_as(&described().raw));
        let image = document("shop:2", "").difference(Some(&described()), Values::Hidden);
        assert_eq!((image.added, image.removed), (CONTAINERS, CONTAINERS));
        let all = document("shop:1", "b").difference(Some(&described()), Values::Shown);
        assert_eq!(
            (all.added, all.removed),
            (CONTAINERS * VARIABLES, CONTAINERS * VARIABLES)
        );
    }
}
