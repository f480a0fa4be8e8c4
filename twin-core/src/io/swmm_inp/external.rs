//! Files that a deck names: time series, rain, climate. They are looked for beside the deck.

use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime};

use super::codes;
use super::deck::{FileKind, FileMode, GageSource, Row, SeriesData, SeriesPoint, SwmmDeck, TemperatureSource};
use super::read::cut;
use super::{lex, weather_rain, when};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

/// Largest file read [bytes].
const FILE_MAX: u64 = 512 * 1024 * 1024;
/// Lines in which a rain file must show its format.
const HEAD_LINES: usize = 5;
/// Lines of a weather service's file that are named when they cannot be read.
const BAD_LINES_MAX: usize = 10;

/// A reading of a rain file, in the file's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RainRecord {
    /// Start of the interval.
    pub at: DateTime,
    /// Depth or intensity, as the gauge says.
    pub value: f64,
}

/// A day of a climate file; what is missing is `None` (SWMM keeps the last value). Values as in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClimateDay {
    /// Day.
    pub date: Date,
    /// Highest temperature.
    pub t_max: Option<f64>,
    /// Lowest temperature.
    pub t_min: Option<f64>,
    /// Evaporation.
    pub evaporation: Option<f64>,
    /// Wind speed.
    pub wind: Option<f64>,
}

/// A climate file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Climate {
    /// Whether it is GHCN-Daily, whose temperatures are in the unit that the deck's `[TEMPERATURE] FILE` row names;
    /// else user-prepared, in the deck's units.
    pub ghcn: bool,
    /// Its days, in order of the file.
    pub days: Vec<ClimateDay>,
}

/// What the files of a deck hold; places are those of the deck's tables.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct External {
    /// For each time series: its points, if it is in a file.
    pub series: Vec<Option<Vec<SeriesPoint>>>,
    /// For each gauge: its readings, if it reads a file.
    pub rain: Vec<Option<Vec<RainRecord>>>,
    /// For each gauge: the recording interval [s] of its file, if it is of a weather service; its readings are then
    /// depths in inches, whatever the gauge says.
    pub service: Vec<Option<i64>>,
    /// The climate file.
    pub climate: Option<Climate>,
}

/// Reads the files that a deck names, relative to a folder. What could not be read is `None` and an error.
#[must_use]
pub fn read(deck: &SwmmDeck, folder: &Path) -> (External, Diagnostics) {
    let mut r = Files { deck, folder, out: Diagnostics::default(), file: String::new() };
    let series = deck.series.iter().map(|s| match &s.data {
        SeriesData::Points(_) => None,
        SeriesData::File(path) => r.series(path, s),
    });
    let series = series.collect();
    let rain = deck.gages.iter().map(|g| match &g.source {
        GageSource::Series(_) => (None, None),
        // All of its rain comes from a rainfall interface file.
        GageSource::File { .. } if uses_rainfall_file(deck) => (None, None),
        GageSource::File { path, station, start, .. } => {
            let station = Some(station.as_str()).filter(|s| !s.is_empty() && *s != "*");
            r.rain(path, station, *start, g)
        }
    });
    let (rain, service) = rain.unzip();
    let climate = match &deck.climate.temperature {
        TemperatureSource::File(f) => r.climate(&f.path),
        _ => None,
    };
    (External { series, rain, service, climate }, r.out)
}

fn uses_rainfall_file(deck: &SwmmDeck) -> bool {
    deck.files.iter().any(|f| (f.kind, f.mode) == (FileKind::Rainfall, FileMode::Use))
}

struct Files<'a> {
    deck: &'a SwmmDeck,
    folder: &'a Path,
    out: Diagnostics,
    file: String,
}

/// Where a file lies: as written, relative to the folder, or by its bare name in it. The second answer tells the last.
#[must_use]
pub fn resolve(folder: &Path, path: &str) -> (PathBuf, bool) {
    let unix = path.replace('\\', "/");
    let drive = unix.as_bytes().get(1) == Some(&b':');
    if !drive && !unix.starts_with('/') {
        return (folder.join(unix), false);
    }
    let absolute = PathBuf::from(path);
    if absolute.is_file() {
        return (absolute, false);
    }
    let bare = unix.rsplit(['/', ':']).next().unwrap_or("");
    (folder.join(bare), true)
}

impl Files<'_> {
    fn say(&mut self, severity: Severity, code: &str, line: usize, id: &str, message: String, remedy: &str) {
        self.out.push(Diagnostic {
            severity,
            code: code.to_owned(),
            file: self.file.clone(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            subject: cut(id),
            message,
            remedy: remedy.to_owned(),
        });
    }

    /// The text of a file, Latin-1 where it is not UTF-8.
    fn text(&mut self, path: &str, line: u32, id: &str, code: &str) -> Option<String> {
        let (found, elsewhere) = resolve(self.folder, path);
        self.file = self.deck.name.clone();
        if elsewhere {
            let message =
                format!("`{}` is a path of another machine: {} is read", cut(path), cut(&found.display().to_string()));
            self.say(
                Severity::Warning,
                codes::OTHER_PLACE,
                line as usize,
                id,
                message,
                "name the file beside the deck",
            );
        }
        match crate::io::text::read_bounded(&found, FILE_MAX) {
            Ok(bytes) if bytes.len() as u64 <= FILE_MAX => {
                self.file = found.display().to_string();
                let latin = |e: std::string::FromUtf8Error| e.as_bytes().iter().map(|b| char::from(*b)).collect();
                Some(String::from_utf8(bytes).unwrap_or_else(latin))
            }
            Ok(_) => {
                self.say(
                    Severity::Error,
                    code,
                    line as usize,
                    id,
                    "more than 512 MiB".to_owned(),
                    "give a smaller file",
                );
                None
            }
            Err(e) => {
                let message = format!("`{}` cannot be read: {e}", cut(path));
                self.say(Severity::Error, code, line as usize, id, message, "put the file beside the deck");
                None
            }
        }
    }

    /// Rows `time value` or `date time value`; the date holds until the next.
    fn series(&mut self, path: &str, row: &Row<super::deck::Series>) -> Option<Vec<SeriesPoint>> {
        let text = self.text(path, row.line.0, &row.id, codes::SERIES_OPEN)?;
        let mut points: Vec<SeriesPoint> = Vec::new();
        let (mut date, mut tokens) = (None, Vec::new());
        for (n, line) in text.lines().enumerate() {
            lex::split(line, &mut tokens);
            let (time, value) = match tokens.as_slice() {
                [] => continue,
                [time, value] => (*time, *value),
                [day, time, value, ..] => {
                    date = when::date(day);
                    if date.is_none() {
                        return self.bad_row(codes::SERIES_READ, n, &row.id, "not a date");
                    }
                    (*time, *value)
                }
                [_] => return self.bad_row(codes::SERIES_READ, n, &row.id, "a time without a value"),
            };
            let hours = lex::number(time).ok().or_else(|| when::hours(time));
            let (Some(hours), Ok(value)) = (hours, lex::number(value)) else {
                return self.bad_row(codes::SERIES_READ, n, &row.id, "not a time and a value");
            };
            let point = SeriesPoint { date, hours, value };
            let start = self.deck.options.start;
            if points.last().is_some_and(|p| point.seconds_from(start) <= p.seconds_from(start)) {
                return self.bad_row(codes::SERIES, n, &row.id, "the time series goes back");
            }
            points.push(point);
        }
        if points.is_empty() {
            return self.bad_row(codes::SERIES_READ, 0, &row.id, "the file has no data");
        }
        Some(points)
    }

    fn bad_row<T>(&mut self, code: &str, at: usize, id: &str, message: &str) -> Option<T> {
        self.say(Severity::Error, code, at + 1, id, message.to_owned(), "correct the row");
        None
    }

    /// Readings of a file, and its own interval where it is of a weather service; else rows `station year month day
    /// hour minute value`, after at most a few lines of heading.
    fn rain(
        &mut self,
        path: &str,
        station: Option<&str>,
        from: Option<Date>,
        row: &Row<super::deck::Gage>,
    ) -> (Option<Vec<RainRecord>>, Option<i64>) {
        let Some(text) = self.text(path, row.line.0, &row.id, codes::RAIN_OPEN) else { return (None, None) };
        match weather_rain::form(&text) {
            Some(form) => (self.weather(&text, form, from, row), Some(form.interval_s)),
            None => (self.own_rows(&text, station, from, row), None),
        }
    }

    fn weather(
        &mut self,
        text: &str,
        form: weather_rain::Form,
        from: Option<Date>,
        row: &Row<super::deck::Gage>,
    ) -> Option<Vec<RainRecord>> {
        let file = weather_rain::read(text, form, from);
        for line in file.bad_lines.iter().take(BAD_LINES_MAX) {
            let message = "not a line of its form: it is left out".to_owned();
            self.say(Severity::Warning, codes::RAIN_FORMAT, *line, &row.id, message, "correct the line, or remove it");
        }
        if let Some(line) = file.goes_back {
            return self.bad_row(codes::RAIN_ORDER, line - 1, &row.id, "the rain file goes back");
        }
        if file.records.is_empty() {
            return self.bad_row(codes::RAIN_FORMAT, 0, &row.id, "the file has no rain");
        }
        Some(file.records.into_iter().map(|(at, value)| RainRecord { at, value }).collect())
    }

    fn own_rows(
        &mut self,
        text: &str,
        station: Option<&str>,
        from: Option<Date>,
        row: &Row<super::deck::Gage>,
    ) -> Option<Vec<RainRecord>> {
        let mut records: Vec<RainRecord> = Vec::new();
        let mut known = false;
        for (n, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with(';') {
                continue;
            }
            let Some((name, at, value)) = rain_row(line) else {
                if known || n >= HEAD_LINES {
                    let code = if known { codes::RAIN_ORDER } else { codes::RAIN_FORMAT };
                    return self.bad_row(code, n, &row.id, "not a row of station, date, time and value");
                }
                continue;
            };
            known = true;
            if station.is_some_and(|s| s != name) || from.is_some_and(|d| at.date() < d) {
                continue;
            }
            if records.last().is_some_and(|r| at <= r.at) {
                return self.bad_row(codes::RAIN_ORDER, n, &row.id, "the rain file goes back");
            }
            records.push(RainRecord { at, value });
        }
        if !known {
            return self.bad_row(codes::RAIN_FORMAT, 0, &row.id, "no row of station, date, time and value");
        }
        Some(records)
    }

    fn climate(&mut self, path: &str) -> Option<Climate> {
        let text = self.text(path, 0, "[TEMPERATURE]", codes::CLIMATE_OPEN)?;
        let first = text.lines().next().unwrap_or("");
        if first.starts_with("DLY") || first.len() >= 233 {
            let message = "a climate file in the form of TD-3200 or DLY02/04".to_owned();
            let remedy = "turn it into rows: station year month day Tmax Tmin evaporation wind";
            self.say(Severity::Error, codes::UNKNOWN_FORMAT, 1, "[TEMPERATURE]", message, remedy);
            return None;
        }
        let ghcn = first.contains("DATE") && ["TMAX", "TMIN", "EVAP", "WDMV", "AWND"].iter().any(|w| first.contains(w));
        let columns = |names: &[&str]| names.iter().find_map(|w| first.find(w));
        let at = (
            columns(&["DATE"]),
            columns(&["TMAX"]),
            columns(&["TMIN"]),
            columns(&["EVAP"]),
            columns(&["WDMV", "AWND"]),
        );
        let mut days = Vec::new();
        for (n, line) in text.lines().enumerate() {
            let day = if ghcn {
                // A row of dashes may stand below the heads.
                if n == 0 || line.trim().is_empty() || line.trim_start().starts_with('-') {
                    continue;
                }
                ghcn_row(line, at)
            } else if line.trim().is_empty() {
                continue;
            } else {
                climate_row(line)
            };
            match day {
                Some(day) => days.push(day),
                None => return self.bad_row(codes::CLIMATE_READ, n, "[TEMPERATURE]", "not a row of a day's climate"),
            }
        }
        Some(Climate { ghcn, days })
    }
}

fn rain_row(line: &str) -> Option<(&str, DateTime, f64)> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let (y, m, d) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let (hour, minute): (f64, f64) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let value = lex::number(words.next()?).ok()?;
    let at = when::instant(Date::new(y, m, d).ok()?, hour + minute / 60.0)?;
    Some((name, at, value))
}

fn climate_row(line: &str) -> Option<ClimateDay> {
    let mut words = line.split_whitespace();
    words.next()?;
    let date = Date::new(words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?).ok()?;
    let mut value = || match words.next() {
        None => Some(None),
        Some(w) if w.starts_with('*') => Some(None),
        Some(w) => lex::number(w).ok().map(Some),
    };
    let (t_max, t_min, evaporation, wind) = (value()?, value()?, value()?, value()?);
    Some(ClimateDay { date, t_max, t_min, evaporation, wind })
}

type Columns = (Option<usize>, Option<usize>, Option<usize>, Option<usize>, Option<usize>);

/// A row of GHCN-Daily: fields begin below their heads; ±9999 is missing.
fn ghcn_row(line: &str, at: Columns) -> Option<ClimateDay> {
    let word = |at: usize| line.get(at..).map(|rest| rest.split_whitespace().next().unwrap_or(""));
    let date = word(at.0?)?.get(..8)?;
    let date =
        Date::new(date.get(..4)?.parse().ok()?, date.get(4..6)?.parse().ok()?, date.get(6..8)?.parse().ok()?).ok()?;
    let value = |at: Option<usize>| {
        let v = at.and_then(word).and_then(|w| lex::number(w).ok());
        v.filter(|v| v.abs() < 9999.0)
    };
    let (t_max, t_min, evaporation, wind) = (value(at.1), value(at.2), value(at.3), value(at.4));
    Some(ClimateDay { date, t_max, t_min, evaporation, wind })
}
