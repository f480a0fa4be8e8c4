//! Reads a case: the file, then what it names.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use twin_physics::num::series::Series;

use super::raw::{self, NumOrFile, Word};
use super::{FloodCase, build, codes, series};
use crate::diagnostic::Diagnostics;
use crate::io::raster::{self, Raster};
use crate::io::text::{self, Notes, line_of};
use crate::io::toml_text::{self, TomlCodes};

const TOML: TomlCodes = TomlCodes {
    syntax: codes::SYNTAX,
    unknown_key: codes::UNKNOWN_KEY,
    missing_key: codes::MISSING_KEY,
    value: codes::VALUE,
};

/// Reads a case and all it names; `None` where something in it is an error.
#[must_use]
pub fn read_file(path: &Path) -> (Option<FloodCase>, Diagnostics) {
    let mut out = Diagnostics::default();
    let Some(text) = text::read(path, codes::UNREADABLE, &mut out) else { return (None, out) };
    let file = path.display().to_string();
    let raw: Option<raw::File> = toml_text::read(&text, TOML, &mut Notes { file: &file, out: &mut out });
    let folder = path.parent().unwrap_or(Path::new(""));
    let case = raw.and_then(|raw| build::build(&raw, &mut Reader { folder, file: &file, text: &text, out: &mut out }));
    (case.filter(|_| !out.has_errors()), out)
}

/// Lengths, areas, volumes and rates above this are not meant.
pub(super) const LARGEST: f64 = 1e9;

/// What reading a case needs to know at every turn.
pub struct Reader<'a> {
    /// Where its files lie.
    pub folder: &'a Path,
    /// The case as the user named it.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Where findings go.
    pub out: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// Notes an error about a place of the case.
    pub fn error(&mut self, code: &str, at: Range<usize>, subject: &str, message: String, remedy: &str) {
        let line = line_of(self.text, at.start);
        Notes { file: self.file, out: self.out }.error(code, line, subject, message, remedy);
    }

    /// A file the case names.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A number within bounds.
    pub fn number(&mut self, key: &str, value: &raw::Num, [low, high]: [f64; 2]) -> Option<f64> {
        let v = *value.get_ref();
        if (low..=high).contains(&v) {
            return Some(v);
        }
        let message = format!("is {v}, outside {low} to {high}");
        self.error(codes::VALUE, value.span(), key, message, "correct the value");
        None
    }

    /// A number above zero; it has `code` where it is not.
    pub fn positive(&mut self, code: &str, key: &str, value: &raw::Num) -> Option<f64> {
        let v = *value.get_ref();
        if v > 0.0 && v <= LARGEST {
            return Some(v);
        }
        let message = format!("is {v}, which is not above zero and up to {LARGEST}");
        self.error(code, value.span(), key, message, "give a value above zero");
        None
    }

    /// Whether an id is a plain name of its own; `what` bears it.
    pub fn own_name(&mut self, id: &Word, what: &str, taken: bool) -> bool {
        let name = id.get_ref();
        let sound = !taken && !name.is_empty() && !name.contains([',', '"', '\n']);
        if !sound {
            let message = "is empty, stands twice, or holds a comma or quote".to_owned();
            self.error(
                codes::DUPLICATE,
                id.span(),
                name,
                message,
                &format!("give each {what} a plain name of its own"),
            );
        }
        sound
    }

    /// A raster on the cells of the ground.
    pub fn raster(&mut self, name: &str, dem: &Raster) -> Option<Raster> {
        let path = self.path(name);
        let raster = raster::read(&path, self.out)?;
        let file = path.display().to_string();
        raster::same_cells(&raster, dem, &mut Notes { file: &file, out: self.out }).then_some(raster)
    }

    /// One value for each cell from the south: a number for all, or a raster within a range.
    pub fn field(&mut self, key: &str, value: &Spanned<NumOrFile>, dem: &Raster, range: [f64; 2]) -> Option<Vec<f64>> {
        match value.get_ref() {
            NumOrFile::Num(n) => {
                let number = self.number(key, &Spanned::new(value.span(), *n), range)?;
                Some(vec![number])
            }
            NumOrFile::File(name) => {
                let raster = self.raster(name, dem)?;
                let file = self.path(name).display().to_string();
                let mut notes = Notes { file: &file, out: self.out };
                raster::demand_range(&raster, dem, range, key, &mut notes).then(|| raster.from_south())
            }
        }
    }

    /// A series within a range: a number for all time, or a file.
    pub fn series(&mut self, key: &str, value: &Spanned<NumOrFile>, range: [f64; 2]) -> Option<Series> {
        let (series, file, line) = match value.get_ref() {
            NumOrFile::Num(n) => (Series::constant(*n), self.file.to_owned(), line_of(self.text, value.span().start)),
            NumOrFile::File(name) => {
                let path = self.path(name);
                let text = text::read(&path, codes::UNREADABLE, self.out)?;
                let file = path.display().to_string();
                let series = series::read(&text, &mut Notes { file: &file, out: self.out })?;
                (series, file, 0)
            }
        };
        let [low, high] = series.range();
        if low >= range[0] && high <= range[1] {
            return Some(series);
        }
        let message = format!("goes from {low} to {high}, outside {} to {}", range[0], range[1]);
        Notes { file: &file, out: self.out }.error(codes::VALUE, line, key, message, "correct the values");
        None
    }

    /// Rows of a table `t_s,raster`: line, instant, and the raster's name relative to the case.
    pub fn raster_rows(&mut self, name: &Word) -> Option<Vec<(usize, f64, String)>> {
        let path = self.path(name.get_ref());
        let text = text::read(&path, codes::UNREADABLE, self.out)?;
        let file = path.display().to_string();
        series::rows(&text, "raster", &mut Notes { file: &file, out: self.out })
    }

    /// The cell a point lies in, counted from the south, where there is ground.
    pub fn cell(&mut self, dem: &Raster, [x, y]: [f64; 2], at: Range<usize>, subject: &str) -> Option<usize> {
        let f = dem.frame;
        let (i, j) = ((x - f.west_m) / f.cell_m, (y - f.south_m) / f.cell_m);
        let inside = i >= 0.0 && j >= 0.0 && i < f.columns as f64 && j < f.rows as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // inside the grid
        let cell = inside.then_some((i as usize, j as usize));
        let ground = |(i, j): &(usize, usize)| !dem.values[(f.rows - 1 - j) * f.columns + i].is_nan();
        if let Some((i, j)) = cell.filter(ground) {
            return Some(j * f.columns + i);
        }
        let why = if inside { "has no ground under it" } else { "lies off the grid" };
        let (east, north) = (f.west_m + f.columns as f64 * f.cell_m, f.south_m + f.rows as f64 * f.cell_m);
        let remedy = format!("the grid spans x {} to {east}, y {} to {north}", f.west_m, f.south_m);
        self.error(codes::POINT_OFF, at, subject, format!("({x}, {y}) {why}"), &remedy);
        None
    }
}
