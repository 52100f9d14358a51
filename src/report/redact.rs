//! Secrets taken out of text, wherever they turn up: whole, line by line, in the forms in which
//! tools write them ([`forms`]), and as the beginning that is left where somebody cut the text.
//!
//! Secrets shorter than [`LEAST`] characters are left alone: they would take half of the log with
//! them and hide nothing. A secret that was encoded in yet another way is another text.

mod forms;

use memchr::memmem::Finder;
use std::ops::Range;

/// The length, in characters, from which a secret is taken out.
pub const LEAST: usize = 4;

/// The length, in bytes, from which the mere beginning of a secret is taken out where the text
/// breaks off: long enough that no digest ends with one by chance.
const LEAST_OF_A_BEGINNING: usize = 8;

/// Shorter than any secret that is taken out, so that a text gets shorter each time.
const INSTEAD: &str = "***";

/// The secrets known so far in all their forms, the longest first.
#[derive(Default, Clone)]
pub struct Redactor(Vec<Form>);

/// One form of a secret. Every text that is shown is searched for every form: the search is made
/// ready once.
#[derive(Clone)]
struct Form {
    text: String,
    search: Finder<'static>,
}

impl From<String> for Form {
    fn from(text: String) -> Self {
        Self {
            search: Finder::new(&text).into_owned(),
            text,
        }
    }
}

impl Redactor {
    /// Learns `secret`: as a whole and, where it has several lines, each of them.
    pub fn learn(&mut self, secret: &str) {
        let forms = parts(secret).flat_map(forms::of);
        self.0.extend(forms.map(Form::from));
        let length = |form: &Form| form.text.len();
        self.0
            .sort_by(|a, b| length(b).cmp(&length(a)).then_with(|| a.text.cmp(&b.text)));
        self.0.dedup_by(|a, b| a.text == b.text);
    }

    /// `text` without secrets.
    pub fn clean(&self, text: &str) -> String {
        self.without(text, |text| self.whole(text))
    }

    /// `text` without secrets and without the beginning of one where a line breaks off, which is
    /// at its end or before a `…`.
    pub fn clean_cut(&self, text: &str) -> String {
        self.without(text, |text| {
            let mut places = self.whole(text);
            places.extend(self.broken_off(text));
            places
        })
    }

    /// Takes out what `find` finds until it finds nothing: what is left may be a secret, too.
    fn without(&self, text: &str, find: impl Fn(&str) -> Vec<Range<usize>>) -> String {
        let mut text = text.to_owned();
        loop {
            let places = if self.0.is_empty() {
                Vec::new()
            } else {
                find(&text)
            };
            if places.is_empty() {
                return text;
            }
            text = replaced(&text, places);
        }
    }

    fn whole(&self, text: &str) -> Vec<Range<usize>> {
        let forms = self.0.iter();
        forms.flat_map(|form| occurrences(text, form)).collect()
    }

    fn broken_off(&self, text: &str) -> Vec<Range<usize>> {
        let ends = text.match_indices(['\n', '…']).map(|(at, _)| at);
        let ends: Vec<_> = ends.chain([text.len()]).collect();
        let beginnings = ends.into_iter().filter_map(|end| {
            let forms = self.0.iter();
            forms
                .filter_map(|form| beginning(text, end, &form.text))
                .min()
        });
        beginnings.map(|(start, end)| start..end).collect()
    }
}

/// Where `form` is in `text`, overlapping itself or not.
fn occurrences(text: &str, form: &Form) -> Vec<Range<usize>> {
    let Form { text: form, search } = form;
    let step = form.chars().next().map_or(1, char::len_utf8);
    let (mut places, mut from) = (Vec::new(), 0);
    while let Some(found) = text
        .get(from..)
        .and_then(|rest| search.find(rest.as_bytes()))
    {
        let start = from + found;
        places.push(start..start + form.len());
        from = start + step;
    }
    places
}

/// The longest beginning of `form` that ends where `text` does at `end`.
fn beginning(text: &str, end: usize, form: &str) -> Option<(usize, usize)> {
    let mut lengths = LEAST_OF_A_BEGINNING..form.len();
    let key = form.get(..lengths.find(|at| form.is_char_boundary(*at))?)?;
    let mut starts = end.saturating_sub(form.len())..end;
    let from = starts.find(|at| text.is_char_boundary(*at))?;
    let window = text.get(from..end)?;
    let mut starts = window.match_indices(key).map(|(at, _)| at);
    let fits = |at: &usize| window.get(*at..).is_some_and(|rest| form.starts_with(rest));
    starts.find(fits).map(|at| (from + at, end))
}

/// `text` with every place replaced; places that touch count as one.
fn replaced(text: &str, mut places: Vec<Range<usize>>) -> String {
    places.sort_by_key(|place| place.start);
    let (mut clean, mut from) = (String::with_capacity(text.len()), 0);
    let mut places = places.into_iter().peekable();
    while let Some(mut place) = places.next() {
        while let Some(next) = places.next_if(|next| next.start <= place.end) {
            place.end = place.end.max(next.end);
        }
        clean.push_str(text.get(from..place.start).unwrap_or_default());
        clean.push_str(INSTEAD);
        from = place.end;
    }
    clean.push_str(text.get(from..).unwrap_or_default());
    clean
}

/// What must not be shown of a secret: the whole of it, and each of its lines.
pub fn parts(secret: &str) -> impl Iterator<Item = &str> {
    let secret = secret.trim();
    let lines = secret.split(['\n', '\r']);
    let lines = lines.filter(move |line| line.len() < secret.len());
    std::iter::once(secret)
        .chain(lines.map(str::trim))
        .filter(|part| part.chars().count() >= LEAST)
}

#[cfg(test)]
mod tests;
