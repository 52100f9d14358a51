//! AppSpec documents of CodeDeploy for ECS: read, completed, generated.
