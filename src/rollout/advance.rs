//! From what was seen before and what is seen now to what is new and whether the wait is over.
