//! The edge to BuildKit: the `docker-buildx` binary as a child process.
//!
//! Here is how the daemon is reached and what of our own environment the children may see. What
//! is built, and why, is the pipeline's business.

pub mod builder;
pub mod buildx;
pub mod child;
pub mod engine;
pub mod fingerprint;
pub mod imagetools;
pub mod login;
pub mod progress;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What the children may see of our environment: how to reach the daemon and the network.
const INHERITED: [&str; 17] = [
    "PATH",
    "TMPDIR",
    "DOCKER_HOST",
    "DOCKER_TLS_VERIFY",
    "DOCKER_CERT_PATH",
    "DOCKER_API_VERSION",
    "SSH_AUTH_SOCK",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
];

/// GitHub's cache service, for `cache: gha` alone.
const CACHE_SERVICE: [&str; 4] = [
    "ACTIONS_CACHE_SERVICE_V2",
    "ACTIONS_CACHE_URL",
    "ACTIONS_RESULTS_URL",
    "ACTIONS_RUNTIME_TOKEN",
];

/// The way to Docker that this process was given.
#[derive(Clone)]
pub struct Docker {
    variables: BTreeMap<OsString, OsString>,
}

/// Where the daemon listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A socket of this machine.
    Socket(PathBuf),
    /// `tcp://…`, `ssh://…`: only Docker's own clients know how to get there.
    Remote(String),
}

impl Docker {
    /// From the variables of the process's environment.
    pub fn new<N, V>(environment: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let variables = environment.into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        Self {
            variables: variables.filter(|(_, value)| !value.is_empty()).collect(),
        }
    }

    fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
    }

    /// `DOCKER_HOST`, or the socket that Docker listens on by default.
    pub fn host(&self) -> Host {
        let said = self.get("DOCKER_HOST").unwrap_or_default();
        let said = said.to_string_lossy();
        match said.strip_prefix("unix://") {
            Some(path) => Host::Socket(path.into()),
            None if said.is_empty() => Host::Socket("/var/run/docker.sock".into()),
            None => Host::Remote(said.into_owned()),
        }
    }

    /// The variables that every child gets.
    pub fn inherited(&self) -> BTreeMap<OsString, OsString> {
        self.only(&INHERITED)
    }

    /// The variables by which BuildKit reaches GitHub's cache service; `None` where the runner
    /// offers none.
    pub fn cache_service(&self) -> Option<BTreeMap<OsString, OsString>> {
        let mut variables = self.only(&CACHE_SERVICE);
        let has = |name: &str| self.get(name).is_some();
        if !has("ACTIONS_RUNTIME_TOKEN")
            || !(has("ACTIONS_RESULTS_URL") || has("ACTIONS_CACHE_URL"))
        {
            return None;
        }
        // The first version of the service is gone from github.com, and runners tell container
        // actions where the second one is without saying that it is the second one.
        if has("ACTIONS_RESULTS_URL") && !has("ACTIONS_CACHE_URL") {
            let version = variables.entry("ACTIONS_CACHE_SERVICE_V2".into());
            version.or_insert_with(|| "true".into());
        }
        Some(variables)
    }

    /// The Docker configuration that the user brought along, where it can be read.
    pub fn users_configuration(&self) -> Option<serde_json::Value> {
        let directory = self.get("DOCKER_CONFIG").map(PathBuf::from);
        let at_home = || Some(Path::new(self.get("HOME")?).join(".docker"));
        let text = std::fs::read(directory.or_else(at_home)?.join("config.json")).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Whether `program` is on the `PATH`.
    pub fn has_program(&self, program: &str) -> bool {
        let path = self.get("PATH").unwrap_or_default();
        std::env::split_paths(path).any(|directory| directory.join(program).is_file())
    }

    /// `RUNNER_NAME`: a runner takes one job at a time.
    pub fn runner(&self) -> Option<String> {
        Some(self.get("RUNNER_NAME")?.to_string_lossy().into_owned())
    }

    fn only(&self, names: &[&str]) -> BTreeMap<OsString, OsString> {
        let wanted = |name: &OsStr| names.iter().any(|one| name == *one);
        let variables = self.variables.iter().filter(|(name, _)| wanted(name));
        variables
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Docker, Host};

    fn docker(variables: &[(&str, &str)]) -> Docker {
        Docker::new(variables.iter().copied())
    }

    #[test]
    fn only_sockets_are_spoken_to_directly() {
        assert_eq!(
            docker(&[]).host(),
            Host::Socket("/var/run/docker.sock".into())
        );
        assert_eq!(
            docker(&[("DOCKER_HOST", "unix:///run/x.sock")]).host(),
            Host::Socket("/run/x.sock".into())
        );
        assert_eq!(
            docker(&[("DOCKER_HOST", "tcp://dind:2376")]).host(),
            Host::Remote("tcp://dind:2376".to_owned())
        );
    }

    #[test]
    fn credentials_and_inputs_are_not_passed_on() {
        let docker = docker(&[
            ("PATH", "/bin"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("INPUT_BUILD-SECRETS", "x"),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "x"),
            ("ACTIONS_RUNTIME_TOKEN", "x"),
            ("DOCKER_CONFIG", "/users"),
        ]);
        let names: Vec<_> = docker.inherited().into_keys().collect();
        assert_eq!(names, ["PATH"]);
    }

    #[test]
    fn the_cache_service_needs_a_token_and_a_place() {
        assert!(
            docker(&[("ACTIONS_RUNTIME_TOKEN", "t")])
                .cache_service()
                .is_none()
        );
        assert!(
            docker(&[("ACTIONS_RESULTS_URL", "u")])
                .cache_service()
                .is_none()
        );
        let service = docker(&[("ACTIONS_RUNTIME_TOKEN", "t"), ("ACTIONS_RESULTS_URL", "u")]);
        let service = service.cache_service().expect("a service");
        assert!(service.contains_key(std::ffi::OsStr::new("ACTIONS_CACHE_SERVICE_V2")));
        let older = docker(&[("ACTIONS_RUNTIME_TOKEN", "t"), ("ACTIONS_CACHE_URL", "u")]);
        assert_eq!(older.cache_service().expect("a service").len(), 2);
    }
}
