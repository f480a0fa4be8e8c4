//! Reads a recording of wire frames and says what a viewer would draw at its end.
//!
//! `twin-viz FRAMES.jsonl`: exit 0, or 1 with the line that could not be used, or 2 on bad usage.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Write};
use std::process::ExitCode;

use twin_core::ids::NetworkIx;
use twin_core::wire::FrameReader;
use twin_viz::{Feed, Heard, Look, Ramp, Scene};

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let (Some(path), None) = (args.next(), args.next()) else {
        return say(&mut std::io::stderr(), "usage: twin-viz FRAMES.jsonl", 2);
    };
    let outcome = File::open(&path).map_err(Box::from).and_then(|file| summary(Feed::new(BufReader::new(file))));
    match outcome {
        Ok(text) => say(&mut std::io::stdout(), &text, 0),
        Err(error) => {
            let mut text = format!("{}: {error}", path.display());
            let mut cause = error.source();
            while let Some(why) = cause {
                text = format!("{text}: {why}");
                cause = why.source();
            }
            say(&mut std::io::stderr(), &text, 1)
        }
    }
}

fn say(to: &mut dyn Write, text: &str, code: u8) -> ExitCode {
    // A reader that has gone away, as `head` does, is no failure of ours.
    drop(writeln!(to, "{text}"));
    ExitCode::from(code)
}

fn summary(mut feed: Feed<BufReader<File>>) -> Result<String, Box<dyn Error>> {
    let (mut pictures, mut gaps, mut events) = (0_u64, 0_u64, 0_usize);
    let mut scene = None;
    while let Some(heard) = feed.next_message()? {
        match heard {
            Heard::Topology => scene = feed.reader().map(|r| Scene::new(r.hello())),
            Heard::Picture(new) => (pictures, events) = (pictures + 1, events + new.len()),
            Heard::Gap(new, _) => (gaps, events) = (gaps + 1, events + new.len()),
            Heard::Nothing => {}
        }
    }
    let (Some(scene), Some(reader)) = (scene, feed.reader()) else {
        return Err("no hello in it: a recording begins with its hello".into());
    };
    let mut lines = vec![
        format!("run {}, {} pictures, {gaps} gaps, {events} events", reader.hello().run, pictures),
        format!("{} nodes, {} links, {} unplaced", scene.nodes.len(), scene.links.len(), scene.unplaced.len()),
        format!("at {}", reader.time()),
    ];
    lines.extend(reader.layers().filter_map(|(network, quantity, unit)| layer(reader, network, quantity, unit)));
    lines.extend(Scene::staleness(reader).into_iter().map(|s| {
        format!("{} stands still since {}: {}", reader.hello().networks[s.network.at()].name, s.since, s.error)
    }));
    Ok(lines.join("\n"))
}

fn layer(reader: &FrameReader, network: NetworkIx, quantity: &str, unit: &str) -> Option<String> {
    let (range, marks) = Scene::marks(reader, network, quantity, Ramp::CIVIDIS)?;
    let hatched = marks.values().filter(|m| m.look == Look::Hatched).count();
    let name = &reader.hello().networks[network.at()].name;
    Some(format!("{name} {quantity}: {} values, {} to {} {unit}, {hatched} stale", marks.len(), range.min, range.max))
}
