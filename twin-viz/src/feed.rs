//! Messages from a stream of lines: a recording on disk, or a socket that sends the same.

use std::fmt;
use std::io::BufRead;

use twin_core::wire::{Accepted, Event, FrameReader, KeyframeRequest, Message, WireError};

/// Why a feed cannot go on.
#[derive(Debug)]
pub enum FeedError {
    /// The stream could not be read.
    Io {
        /// Line that was being read, 1-based.
        line: usize,
        /// Why.
        source: std::io::Error,
    },
    /// A line says something that cannot be used.
    Wire {
        /// The line, 1-based.
        line: usize,
        /// Why.
        source: WireError,
    },
    /// A frame came before any hello.
    NoHello {
        /// The line, 1-based.
        line: usize,
    },
}

impl fmt::Display for FeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { line, .. } => write!(f, "line {line} cannot be read"),
            Self::Wire { line, .. } => write!(f, "line {line} cannot be used"),
            Self::NoHello { line } => {
                write!(f, "line {line} is a frame, but no hello came before it: a recording begins with its hello")
            }
        }
    }
}

impl std::error::Error for FeedError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Wire { source, .. } => Some(source),
            Self::NoHello { .. } => None,
        }
    }
}

/// What one message did.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A topology: lay out a new scene.
    Topology,
    /// A new picture, and what happened.
    Picture(Vec<Event>),
    /// Nothing new.
    Nothing,
    /// Something is missing. A socket sends the request, a recording has a hole here.
    Gap(Vec<Event>, KeyframeRequest),
}

/// Reads messages and keeps the latest picture.
#[derive(Debug)]
pub struct Feed<R> {
    lines: R,
    line: usize,
    reader: Option<FrameReader>,
}

impl<R: BufRead> Feed<R> {
    /// Reads from a stream.
    pub fn new(lines: R) -> Self {
        Self { lines, line: 0, reader: None }
    }

    /// The latest picture, `None` before the first hello.
    pub fn reader(&self) -> Option<&FrameReader> {
        self.reader.as_ref()
    }

    /// Takes the next message; `None` at the end of the stream. Empty lines are passed over.
    ///
    /// # Errors
    /// A line that cannot be read or used. The picture stays, and the feed may be asked for the next line.
    pub fn next_message(&mut self) -> Result<Option<Heard>, FeedError> {
        let mut text = String::new();
        loop {
            text.clear();
            self.line += 1;
            let line = self.line;
            if self.lines.read_line(&mut text).map_err(|source| FeedError::Io { line, source })? == 0 {
                return Ok(None);
            }
            if !text.trim().is_empty() {
                break;
            }
        }
        let line = self.line;
        let wire = |source| FeedError::Wire { line, source };
        Ok(Some(match Message::from_json(&text).map_err(wire)? {
            Message::Hello(hello) => {
                self.reader = Some(FrameReader::new(*hello).map_err(wire)?);
                Heard::Topology
            }
            Message::Frame(frame) => {
                let reader = self.reader.as_mut().ok_or(FeedError::NoHello { line })?;
                match reader.accept(*frame).map_err(wire)? {
                    Accepted::Shown(events) => Heard::Picture(events),
                    Accepted::Old => Heard::Nothing,
                    Accepted::Gap { events, request } => Heard::Gap(events, request),
                }
            }
            Message::KeyframeRequest(_) => Heard::Nothing,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = concat!(
        r#"{"hello":{"version":1,"run":"r","start":"2026-07-01T08:00:00+08:00","#,
        r#""networks":[],"assets":[],"content_hash":""}}"#
    );

    fn frame(sequence: u32, keyframe: bool) -> String {
        let head = format!(r#""run":"r","sequence":{sequence},"keyframe":{keyframe},"tick":1,"time":0"#);
        format!(r#"{{"frame":{{{head},"mode":"REPLAY","layers":[],"events":[],"health":[]}}}}"#)
    }

    /// A recording with a hole is read on, and the hole is reported where it is.
    #[test]
    fn a_hole_in_a_recording_is_reported() {
        let text = [HELLO, "", &frame(0, true), &frame(2, false), &frame(3, true)].join("\n");
        let mut feed = Feed::new(text.as_bytes());
        let mut heard = Vec::new();
        while let Some(h) = feed.next_message().expect("sound") {
            heard.push(h);
        }
        let gap = Heard::Gap(Vec::new(), KeyframeRequest { run: "r".to_owned(), events_after: 0 });
        assert_eq!(heard, [Heard::Topology, Heard::Picture(Vec::new()), gap, Heard::Picture(Vec::new())]);
        assert_eq!(feed.reader().and_then(FrameReader::sequence), Some(3));
    }

    /// A bad line is named by its number, and the next one can still be read.
    #[test]
    fn a_bad_line_is_named_and_the_next_is_read() {
        let text = [HELLO, "{\"frame\":", &frame(0, true)].join("\n");
        let mut feed = Feed::new(text.as_bytes());
        feed.next_message().expect("hello");
        assert!(matches!(feed.next_message(), Err(FeedError::Wire { line: 2, .. })));
        assert_eq!(feed.next_message().expect("sound"), Some(Heard::Picture(Vec::new())));
        let lone = frame(0, true);
        let mut headless = Feed::new(lone.as_bytes());
        assert!(matches!(headless.next_message(), Err(FeedError::NoHello { line: 1 })));
    }
}
