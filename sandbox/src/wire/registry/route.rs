//! Paths of the registry. A repository's name may contain slashes, so they are read from the end.

use http::Method;

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// `/v2/`: does the password open this registry?
    Root,
    /// `/v2/<name>/blobs/<digest>`.
    Blob { name: String, digest: String },
    /// `/v2/<name>/blobs/uploads/`.
    Uploads { name: String },
    /// `/v2/<name>/blobs/uploads/<id>`.
    Upload { name: String, id: String },
    /// `/v2/<name>/manifests/<reference>`.
    Manifest { name: String, reference: String },
    /// `/v2/<name>/tags/list`.
    Tags { name: String },
}

impl Route {
    pub(super) fn of(path: &str) -> Option<Self> {
        let inside = path.strip_prefix("/v2")?;
        let segments: Vec<&str> = inside
            .strip_prefix('/')
            .unwrap_or(inside)
            .split('/')
            .collect();
        Some(match segments.as_slice() {
            [""] => Self::Root,
            [name @ .., "blobs", "uploads" | "uploads/"] | [name @ .., "blobs", "uploads", ""] => {
                Self::Uploads { name: join(name)? }
            }
            [name @ .., "blobs", "uploads", id] => Self::Upload {
                name: join(name)?,
                id: (*id).to_owned(),
            },
            [name @ .., "blobs", digest] => Self::Blob {
                name: join(name)?,
                digest: (*digest).to_owned(),
            },
            [name @ .., "manifests", reference] => Self::Manifest {
                name: join(name)?,
                reference: (*reference).to_owned(),
            },
            [name @ .., "tags", "list"] => Self::Tags { name: join(name)? },
            _ => return None,
        })
    }

    /// The repository it is about.
    pub(super) fn repository(&self) -> Option<&str> {
        match self {
            Self::Root => None,
            Self::Blob { name, .. }
            | Self::Uploads { name }
            | Self::Upload { name, .. }
            | Self::Manifest { name, .. }
            | Self::Tags { name } => Some(name),
        }
    }

    /// The IAM action of the `ecr` service that the request needs; none if there is no such
    /// request. Deleting is one of these: at ECR it is the API's business.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>
    pub(super) fn action(&self, method: &Method) -> Option<&'static str> {
        Some(match (self, method.as_str()) {
            (Self::Blob { .. }, "HEAD") => "BatchCheckLayerAvailability",
            (Self::Blob { .. }, "GET") => "GetDownloadUrlForLayer",
            (Self::Uploads { .. }, "POST") => "InitiateLayerUpload",
            (Self::Upload { .. }, "PATCH" | "GET" | "DELETE") => "UploadLayerPart",
            (Self::Upload { .. }, "PUT") => "CompleteLayerUpload",
            (Self::Manifest { .. }, "HEAD" | "GET") => "BatchGetImage",
            (Self::Manifest { .. }, "PUT") => "PutImage",
            (Self::Tags { .. }, "GET") => "ListImages",
            _ => return None,
        })
    }
}

fn join(name: &[&str]) -> Option<String> {
    let whole = !name.is_empty() && name.iter().all(|part| !part.is_empty());
    whole.then(|| name.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_contain_slashes_and_the_protocol_s_own_words() {
        let manifest = Route::Manifest {
            name: "team/manifests/blobs".to_owned(),
            reference: "v1".to_owned(),
        };
        assert_eq!(
            Route::of("/v2/team/manifests/blobs/manifests/v1"),
            Some(manifest)
        );
        let upload = Route::Upload {
            name: "team/shop".to_owned(),
            id: "42".to_owned(),
        };
        assert_eq!(Route::of("/v2/team/shop/blobs/uploads/42"), Some(upload));
    }

    #[test]
    fn the_root_has_a_slash_or_none() {
        assert_eq!(Route::of("/v2/"), Some(Route::Root));
        assert_eq!(Route::of("/v2"), Some(Route::Root));
    }

    #[test]
    fn what_is_no_path_of_the_protocol_is_none() {
        for path in [
            "/",
            "/v2/shop",
            "/v2/blobs/sha256:1",
            "/v2/a//b/tags/list",
            "/v1/a/tags/list",
        ] {
            assert_eq!(Route::of(path), None, "{path}");
        }
    }
}
