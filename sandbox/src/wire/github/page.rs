//! Pages of lists, and the links between them.
//!
//! <https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api>

use super::request::Asked;
use crate::world::World;
use serde_json::Value;

/// The page of `all` that was asked for, and the `Link` header to its neighbours.
pub(super) fn page(world: &World, asked: &Asked, all: Vec<Value>) -> (Vec<Value>, Option<String>) {
    let number = |name: &str| asked.parameter(name).and_then(|text| text.parse().ok());
    let size = number("per_page").unwrap_or(30_usize).clamp(1, 100);
    let page = number("page").unwrap_or(1_usize).max(1);
    let last = all.len().div_ceil(size).max(1);
    let items = all
        .into_iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .collect();
    (items, links(world, asked, page, last))
}

fn links(world: &World, asked: &Asked, page: usize, last: usize) -> Option<String> {
    let link = |relation: &str, page: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let others = asked.query.iter().filter(|(name, _)| name != "page");
        query.extend_pairs(others);
        query.append_pair("page", &page.to_string());
        let (address, path) = (&world.address, &asked.path);
        format!(
            "<http://{address}{path}?{}>; rel=\"{relation}\"",
            query.finish()
        )
    };
    let mut links = Vec::new();
    if page > 1 {
        links.push(link("prev", page - 1));
    }
    if page < last {
        links.push(link("next", page + 1));
        links.push(link("last", last));
    }
    if page > 1 {
        links.push(link("first", 1));
    }
    (!links.is_empty()).then(|| links.join(", "))
}
