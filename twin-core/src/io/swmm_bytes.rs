//! What the readers of SWMM's binary files share: little-endian numbers off a slice, and findings about it.

use crate::diagnostic::{Diagnostic, Diagnostics};

/// Declares codes, with their meaning in Chinese and English.
macro_rules! codes {
    ($($name:ident $code:literal $zh:literal $en:literal;)*) => {
        $(#[doc = $en] pub const $name: &str = $code;)*
        /// Code, meaning in Chinese, meaning in English; one row for each code, in order.
        pub const TABLE: &[(&str, &str, &str)] = &[$(($code, $zh, $en),)*];
    };
}
pub(crate) use codes;

/// Takes numbers off the front; `None` beyond the end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    fn word<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub fn int(&mut self) -> Option<i32> {
        self.word().map(i32::from_le_bytes)
    }

    /// A count; `None` also where it is negative.
    pub fn count(&mut self) -> Option<usize> {
        usize::try_from(self.int()?).ok()
    }

    pub fn f32(&mut self) -> Option<f32> {
        self.word().map(f32::from_le_bytes)
    }

    pub fn f64(&mut self) -> Option<f64> {
        self.word().map(f64::from_le_bytes)
    }
}

/// A count as the files have it.
pub(super) fn int(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// Findings about one file.
pub(super) struct Found<'a> {
    pub file: &'a str,
    pub list: Diagnostics,
}

impl<'a> Found<'a> {
    pub fn new(file: &'a str) -> Self {
        Self { file, list: Diagnostics::default() }
    }

    pub fn error(&mut self, code: &str, message: &str, remedy: &str) {
        self.list.push(Diagnostic::of_file(self.file, code, message, remedy));
    }

    /// An answer with the findings; none where one of them is an error.
    pub fn with<T>(self, answer: Option<T>) -> (Option<T>, Diagnostics) {
        let answer = answer.filter(|_| !self.list.has_errors());
        (answer, self.list)
    }
}
