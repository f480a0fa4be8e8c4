//! Behaviour of assets: plain state machines, testable without a runtime.
