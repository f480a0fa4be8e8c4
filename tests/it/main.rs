#![allow(missing_docs)]
mod bad_inp;
mod inp_networks;
