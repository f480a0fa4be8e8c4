#![allow(missing_docs)]

mod results;
