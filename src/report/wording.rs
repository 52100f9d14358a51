//! Events in words: pure, the same in every sink.
