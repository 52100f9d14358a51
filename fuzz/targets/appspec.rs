#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| greengate_fuzz::targets::appspec(data));
