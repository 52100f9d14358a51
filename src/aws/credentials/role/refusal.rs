//! STS's refusal, in words: what the token says beside what the trust policy must say. Pure.
//!
//! <https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws>

use crate::aws::error::AwsFailure;
use crate::failure::{Code, Failure};
use crate::github::oidc::Claims;
use crate::inputs::Role;
use serde_json::json;

const GITHUBS_ISSUER: &str = "https://token.actions.githubusercontent.com";

/// The failure for the reader. Shows claims, never the token.
pub(super) fn words(role: &Role, claims: &Claims, failure: &AwsFailure) -> Failure {
    let what = format!("STS refused to let this job assume {}", role.arn);
    let refused = Failure::new(Code::RoleRefused, what, help(role, claims, failure));
    said(claims)
        .into_iter()
        .fold(refused.because(failure.to_string()), Failure::because)
}

/// The claims that trust policies are written about.
fn said(claims: &Claims) -> Vec<String> {
    let shown = |name: &str, claim: &Option<String>| {
        let claim = claim.as_deref().unwrap_or("(not in the token)");
        format!("the token says {name}: {claim}")
    };
    vec![
        shown("sub", &claims.sub),
        shown("aud", &claims.aud),
        shown("environment", &claims.environment),
        shown("repository", &claims.repository),
        shown("ref", &claims.git_ref),
    ]
}

fn help(role: &Role, claims: &Claims, failure: &AwsFailure) -> String {
    let issuer = claims.iss.as_deref().unwrap_or(GITHUBS_ISSUER);
    let provider = issuer.trim_start_matches("https://");
    let audience = claims.aud.as_deref().unwrap_or(&role.audience);
    match failure.code.as_str() {
        "InvalidIdentityToken" => format!(
            "The role's account needs an IAM identity provider (OpenID Connect) for {issuer} with \
             the audience {audience}, and the role's trust policy must name it."
        ),
        "ValidationError" if failure.message.contains("DurationSeconds") => format!(
            "Lower role-duration ({} seconds now), or raise the role's maximum session duration.",
            role.duration.as_secs()
        ),
        "ValidationError" => "Check role-to-assume and role-session-name.".to_owned(),
        "RegionDisabledException" => {
            "Activate STS for this region in the account's IAM settings, or set another \
             aws-region."
                .to_owned()
        }
        "ExpiredTokenException" => {
            "The token, minutes old at most, counts as expired: check the runner's clock."
                .to_owned()
        }
        _ => trust(provider, audience, claims),
    }
}

fn trust(provider: &str, audience: &str, claims: &Claims) -> String {
    let sub = claims.sub.as_deref().unwrap_or("<the sub of this job>");
    let condition = json!({"StringEquals": {
        format!("{provider}:sub"): sub,
        format!("{provider}:aud"): audience,
    }});
    format!(
        "Check that the role exists and that its trust policy allows \
         sts:AssumeRoleWithWebIdentity to the provider {provider} under this condition: \
         {condition}. {} docs/permissions.md has both forms.",
        form(sub)
    )
}

/// Repositories made, renamed or transferred since July 2026 have their ids in the `sub`.
fn form(sub: &str) -> &'static str {
    let repository = sub
        .strip_prefix("repo:")
        .and_then(|rest| rest.split(':').next());
    if repository.is_some_and(|repository| repository.contains('@')) {
        "This sub has the immutable form, with the ids of owner and repository; a condition in \
         the classic form repo:OWNER/REPOSITORY:… does not match it."
    } else {
        "This sub has the classic form; a condition in the immutable form \
         repo:OWNER@ID/REPOSITORY@ID:… does not match it."
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::aws::error::{AwsFailure, Kind};
    use crate::failure::{Code, Failure};
    use crate::github::oidc::Claims;
    use crate::inputs::Role;
    use std::time::Duration;

    fn refused(sub: &str, code: &str, message: &str) -> Failure {
        let role = Role {
            arn: "arn:aws:iam::123456789012:role/deploy".into(),
            session_name: "greengate-77".into(),
            duration: Duration::from_hours(2),
            audience: "sts.amazonaws.com".into(),
        };
        let claims = Claims {
            sub: Some(sub.into()),
            aud: Some("sts.amazonaws.com".into()),
            environment: Some("production".into()),
            repository: Some("shop/web".into()),
            ..Claims::default()
        };
        let failure = AwsFailure {
            action: "sts:AssumeRoleWithWebIdentity".into(),
            code: code.into(),
            message: message.into(),
            request_id: None,
            kind: Kind::Denied,
        };
        words(&role, &claims, &failure)
    }

    #[test]
    fn a_refusal_shows_the_claims_beside_the_condition() {
        let failure = refused(
            "repo:shop/web:environment:production",
            "AccessDenied",
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
        );
        assert_eq!(failure.code, Code::RoleRefused);
        insta::assert_snapshot!(failure.why.join("\n"), @r"
        sts:AssumeRoleWithWebIdentity: Not authorized to perform sts:AssumeRoleWithWebIdentity (AccessDenied)
        the token says sub: repo:shop/web:environment:production
        the token says aud: sts.amazonaws.com
        the token says environment: production
        the token says repository: shop/web
        the token says ref: (not in the token)
        ");
        insta::assert_snapshot!(failure.help, @r#"Check that the role exists and that its trust policy allows sts:AssumeRoleWithWebIdentity to the provider token.actions.githubusercontent.com under this condition: {"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:shop/web:environment:production","token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}. This sub has the classic form; a condition in the immutable form repo:OWNER@ID/REPOSITORY@ID:… does not match it. docs/permissions.md has both forms."#);
    }

    #[test]
    fn an_immutable_sub_is_explained() {
        let failure = refused("repo:shop@1/web@2:environment:x@y", "AccessDenied", "no");
        assert!(failure.help.contains("This sub has the immutable form"));
    }

    #[test]
    fn other_refusals_have_other_ways_out() {
        let sub = "repo:shop/web:ref:refs/heads/main";
        let provider = refused(
            sub,
            "InvalidIdentityToken",
            "No OpenIDConnect provider found",
        );
        assert!(provider.help.contains("needs an IAM identity provider"));
        let duration = "The requested DurationSeconds exceeds the MaxSessionDuration set";
        let duration = refused(sub, "ValidationError", duration);
        assert!(
            duration
                .help
                .starts_with("Lower role-duration (7200 seconds now)")
        );
    }
}
