#![allow(missing_docs)]
mod bad_inp;
mod golden_water;
mod inp_networks;
