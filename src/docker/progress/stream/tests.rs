use super::{Piece, Stream};
use proptest::prelude::*;

const OVER_MANY_LINES: &[u8] = include_bytes!("../../../../tests/data/rawjson/fail-0.13.jsonl");
const ONE_A_LINE: &[u8] = include_bytes!("../../../../tests/data/rawjson/fail-0.29.jsonl");

fn pieces(parts: &[&[u8]]) -> Vec<Piece> {
    let mut stream = Stream::default();
    let mut pieces: Vec<_> = parts.iter().flat_map(|part| stream.split(part)).collect();
    pieces.extend(stream.rest());
    pieces
}

#[test]
fn both_ways_of_printing_are_read() {
    for (bytes, expected) in [(OVER_MANY_LINES, 9), (ONE_A_LINE, 9)] {
        let pieces = pieces(&[bytes]);
        let text = pieces
            .iter()
            .filter(|piece| matches!(piece, Piece::Text(_)));
        assert_eq!(text.count(), expected);
        assert!(matches!(pieces.first(), Some(Piece::Status(_))));
        assert!(matches!(pieces.last(), Some(Piece::Text(line)) if line.starts_with("ERROR: ")));
    }
}

#[test]
fn what_breaks_off_is_text() {
    let text = |line: &str| Piece::Text(line.to_owned());
    assert_eq!(
        pieces(&[b"{\n  \"vertexes\": [\nERROR: killed"]),
        [text("{"), text("  \"vertexes\": ["), text("ERROR: killed")]
    );
    assert_eq!(pieces(&[b"{\"vertexes\":3}\n"]), [text("{\"vertexes\":3}")]);
}

#[test]
fn empty_lists_may_be_null() {
    let pieces = pieces(&[b"{\"vertexes\":null,\"logs\":null,\"new\":1}\n"]);
    assert!(matches!(pieces.as_slice(), [Piece::Status(_)]));
}

#[test]
fn an_endless_line_is_passed_over() {
    let long = vec![b'x'; super::LONGEST + 1];
    assert_eq!(
        pieces(&[&long, b"\nend\n"]),
        [Piece::Text("end".to_owned())]
    );
}

proptest! {
    #[test]
    fn it_does_not_matter_where_the_bytes_are_cut(cuts in proptest::collection::vec(0..12_000_usize, 0..20)) {
        let mut cuts: Vec<_> = cuts.into_iter().map(|at| at.min(OVER_MANY_LINES.len())).collect();
        cuts.extend([0, OVER_MANY_LINES.len()]);
        cuts.sort_unstable();
        let parts: Vec<_> = cuts.windows(2).map(|cut| &OVER_MANY_LINES[cut[0]..cut[1]]).collect();
        prop_assert_eq!(pieces(&parts), pieces(&[OVER_MANY_LINES]));
    }

    #[test]
    fn no_bytes_are_too_odd(bytes: Vec<u8>, lines in "([{}\\[\\]\":,a \n]|vertexes|digest){0,80}") {
        pieces(&[&bytes, b"\n", lines.as_bytes()]);
    }
}
