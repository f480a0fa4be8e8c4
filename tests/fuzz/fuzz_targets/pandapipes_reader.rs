//! Any text as a network of pandapipes: never a panic, no network beside an error, and what is read can be compiled.
//! Run: `make fuzz-readers`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twin_core::io::pandapipes;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (net, found) = pandapipes::read_text("net.pp.json", &text);
    assert_eq!(net.is_none(), found.has_errors());
    if let Some(net) = net {
        assert_eq!(net.model.check(), Ok(()));
    }
});
