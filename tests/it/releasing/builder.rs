//! A builder of the kind that GitHub's runners get from docker/setup-buildx-action, for a test: the daemon's
//! own BuildKit pushes nothing by digest. The image that it is started from is there or can be pulled:
//! `setup/moby-buildkit.sh`.

use std::process::Command;

/// Ends with the test.
pub(super) struct Builder {
    /// What a script needs to use it.
    pub(super) variables: Vec<(&'static str, String)>,
}

impl Builder {
    pub(super) fn start() -> Self {
        let name = format!("greengate-release-{}", std::process::id());
        let mut variables = vec![("BUILDX_BUILDER", name)];
        // The engine that has the image where there is no registry to pull from.
        let classic = std::env::var("GREENGATE_CLASSIC_DOCKER_HOST");
        variables.extend(classic.ok().map(|host| ("DOCKER_HOST", host)));
        let builder = Self { variables };
        let (driver, network) = ("--driver=docker-container", "--driver-opt=network=host");
        builder.buildx(&["create", "--name", builder.name(), driver, network]);
        builder
    }

    fn name(&self) -> &str {
        &self.variables[0].1
    }

    fn buildx(&self, arguments: &[&str]) {
        let output = Command::new("docker-buildx")
            .args(arguments)
            .envs(self.variables.clone())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    }
}

impl Drop for Builder {
    fn drop(&mut self) {
        self.buildx(&["rm", "--force", self.name()]);
    }
}
