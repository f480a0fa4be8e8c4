//! `series/*.parquet`: long tables of samples, written while a run goes on.
//!
//! Columns, all required: `t_s` DOUBLE [s], `id`, `quantity`, `unit` UTF8, `value` DOUBLE [unit]. Snappy, dictionaries
//! on the strings, row groups of 100 000 rows. A sample without a finite value is no sample: it is left out and
//! counted.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};

use super::ResultError;

/// The tables a run writes, in their usual order.
pub const SERIES_NAMES: [&str; 3] = ["metrics", "probes", "fields"];

const COLUMNS: [&str; 5] = ["t_s", "id", "quantity", "unit", "value"];
const ROWS_PER_GROUP: usize = 100_000;

/// One sample.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesRow {
    /// Seconds since the start.
    pub t_s: f64,
    /// The asset, or the name of a metric.
    pub id: String,
    /// Key of the quantity.
    pub quantity: String,
    /// SI unit.
    pub unit: String,
    /// The value in that unit.
    pub value: f64,
}

/// Samples by column, as they are stored: strings once, rows by number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeriesColumns {
    /// Seconds since the start, a row each.
    pub t_s: Vec<f64>,
    /// Number of the series of each row in [`SeriesColumns::keys`].
    pub key: Vec<u32>,
    /// Value of each row.
    pub value: Vec<f64>,
    /// `(id, quantity, unit)` of each series, in the order first met.
    pub keys: Vec<(String, String, String)>,
}

impl SeriesColumns {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.value.len()
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }
    /// The rows in order.
    pub fn rows(&self) -> impl Iterator<Item = SeriesRow> + '_ {
        (0..self.len()).map(|i| {
            let (id, quantity, unit) = self.keys[self.key[i] as usize].clone();
            SeriesRow { t_s: self.t_s[i], id, quantity, unit, value: self.value[i] }
        })
    }
}

#[derive(Default)]
struct Buffer {
    t_s: Vec<f64>,
    id: Vec<ByteArray>,
    quantity: Vec<ByteArray>,
    unit: Vec<ByteArray>,
    value: Vec<f64>,
}

/// Writes one table. Dropping it closes the file, so what was pushed stays readable.
pub struct SeriesWriter {
    file: Option<SerializedFileWriter<File>>,
    path: PathBuf,
    buffer: Buffer,
    known: BTreeMap<String, ByteArray>,
    rows: usize,
    skipped: usize,
}

impl std::fmt::Debug for SeriesWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SeriesWriter({}, {} rows)", self.path.display(), self.rows)
    }
}

fn schema() -> Result<Type, ParquetError> {
    let column = |name: &str| {
        let built = if matches!(name, "t_s" | "value") {
            Type::primitive_type_builder(name, Physical::DOUBLE)
        } else {
            Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
                .with_logical_type(Some(LogicalType::String))
                .with_converted_type(ConvertedType::UTF8)
        };
        built.with_repetition(Repetition::REQUIRED).build().map(Arc::new)
    };
    let fields = COLUMNS.into_iter().map(column).collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder("series").with_fields(fields).build()
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("lifeline twin {}", env!("CARGO_PKG_VERSION")))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_dictionary_enabled(true)
        .set_column_dictionary_enabled(ColumnPath::from("value"), false)
        .build()
}

impl SeriesWriter {
    /// Starts a table at `path`; a file that is there is replaced.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create(path: &Path) -> Result<Self, ResultError> {
        let file = File::create(path).map_err(|e| ResultError::io("create the file", path, e))?;
        let writer = schema()
            .and_then(|s| SerializedFileWriter::new(file, Arc::new(s), Arc::new(properties())))
            .map_err(|source| ResultError::Table { path: path.display().to_string(), source })?;
        Ok(Self {
            file: Some(writer),
            path: path.to_owned(),
            buffer: Buffer::default(),
            known: BTreeMap::new(),
            rows: 0,
            skipped: 0,
        })
    }

    fn text(&mut self, text: &str) -> ByteArray {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let new = ByteArray::from(text.as_bytes().to_vec());
        self.known.insert(text.to_owned(), new.clone());
        new
    }

    /// Adds one sample; one that is not finite is left out and counted.
    ///
    /// # Errors
    /// When a full row group cannot be written.
    pub fn push(&mut self, t_s: f64, id: &str, quantity: &str, unit: &str, value: f64) -> Result<(), ResultError> {
        if !(t_s.is_finite() && value.is_finite()) {
            self.skipped += 1;
            return Ok(());
        }
        let (id, quantity, unit) = (self.text(id), self.text(quantity), self.text(unit));
        self.buffer.t_s.push(t_s);
        self.buffer.id.push(id);
        self.buffer.quantity.push(quantity);
        self.buffer.unit.push(unit);
        self.buffer.value.push(value);
        self.rows += 1;
        if self.buffer.value.len() >= ROWS_PER_GROUP { self.flush() } else { Ok(()) }
    }

    /// Rows pushed so far.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Samples left out because they were not finite.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    fn flush(&mut self) -> Result<(), ResultError> {
        let buffer = std::mem::take(&mut self.buffer);
        let Some(file) = self.file.as_mut().filter(|_| !buffer.value.is_empty()) else { return Ok(()) };
        write_group(file, &buffer)
            .map_err(|source| ResultError::Table { path: self.path.display().to_string(), source })
    }

    fn close(&mut self) -> Result<(), ResultError> {
        self.flush()?;
        let Some(file) = self.file.take() else { return Ok(()) };
        file.close().map(|_| ()).map_err(|source| ResultError::Table { path: self.path.display().to_string(), source })
    }

    /// Writes what is left and closes the file; returns the number of rows.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> Result<usize, ResultError> {
        self.close()?;
        Ok(self.rows)
    }
}

impl Drop for SeriesWriter {
    fn drop(&mut self) {
        // A stopped run ends here. There is nobody left to tell of an error; the reader will.
        let _ = self.close();
    }
}

fn write_group(file: &mut SerializedFileWriter<File>, buffer: &Buffer) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    let mut at = 0;
    while let Some(mut column) = group.next_column()? {
        match at {
            0 => column.typed::<DoubleType>().write_batch(&buffer.t_s, None, None)?,
            1 => column.typed::<ByteArrayType>().write_batch(&buffer.id, None, None)?,
            2 => column.typed::<ByteArrayType>().write_batch(&buffer.quantity, None, None)?,
            3 => column.typed::<ByteArrayType>().write_batch(&buffer.unit, None, None)?,
            _ => column.typed::<DoubleType>().write_batch(&buffer.value, None, None)?,
        };
        column.close()?;
        at += 1;
    }
    group.close().map(|_| ())
}

/// Reads the table `name` of a result folder, the parts of resumed runs one after another. A missing table is empty.
///
/// # Errors
/// When a file cannot be read or is no series table.
pub fn read_series(folder: &Path, name: &str) -> Result<SeriesColumns, ResultError> {
    let mut all = SeriesColumns::default();
    let mut index = BTreeMap::new();
    for part in 1.. {
        let path = part_path(folder, name, part);
        if !path.exists() {
            break;
        }
        read_into(&path, &mut all, &mut index)?;
    }
    Ok(all)
}

/// Reads one series file.
///
/// # Errors
/// When it cannot be read or is no series table.
pub fn read_series_file(path: &Path) -> Result<SeriesColumns, ResultError> {
    let mut all = SeriesColumns::default();
    read_into(path, &mut all, &mut BTreeMap::new())?;
    Ok(all)
}

/// `series/NAME.parquet`, then `series/NAME-2.parquet` after a resume, and so on.
pub(super) fn part_path(folder: &Path, name: &str, part: usize) -> PathBuf {
    let file = if part == 1 { format!("{name}.parquet") } else { format!("{name}-{part}.parquet") };
    folder.join("series").join(file)
}

type KeyIndex = BTreeMap<(String, String, String), u32>;

fn read_into(path: &Path, all: &mut SeriesColumns, index: &mut KeyIndex) -> Result<(), ResultError> {
    let table = |source| ResultError::Table { path: path.display().to_string(), source };
    let file = File::open(path).map_err(|e| ResultError::io("open the file", path, e))?;
    let reader = SerializedFileReader::new(file).map_err(table)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names: Vec<&str> = schema.columns().iter().map(|c| c.name()).collect();
    if names != COLUMNS {
        let what = format!("its columns are {}, expected {}", names.join(", "), COLUMNS.join(", "));
        return Err(ResultError::NotSeries { path: path.display().to_string(), what });
    }
    for g in 0..reader.num_row_groups() {
        let group = reader.get_row_group(g).map_err(table)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let column = |i| group.get_column_reader(i);
        let t_s = doubles(column(0), rows).map_err(table)?;
        let id = texts(column(1), rows).map_err(table)?;
        let quantity = texts(column(2), rows).map_err(table)?;
        let unit = texts(column(3), rows).map_err(table)?;
        let value = doubles(column(4), rows).map_err(table)?;
        if [t_s.len(), id.len(), quantity.len(), unit.len(), value.len()] != [rows; 5] {
            let what = format!("row group {g} has columns of unequal length");
            return Err(ResultError::NotSeries { path: path.display().to_string(), what });
        }
        for ((id, quantity), unit) in id.into_iter().zip(quantity).zip(unit) {
            let key = (id, quantity, unit);
            let number = if let Some(&n) = index.get(&key) {
                n
            } else {
                let n = u32::try_from(all.keys.len()).unwrap_or(u32::MAX);
                all.keys.push(key.clone());
                index.insert(key, n);
                n
            };
            all.key.push(number);
        }
        all.t_s.extend(t_s);
        all.value.extend(value);
    }
    Ok(())
}

fn doubles(reader: Result<ColumnReader, ParquetError>, rows: usize) -> Result<Vec<f64>, ParquetError> {
    let ColumnReader::DoubleColumnReader(mut reader) = reader? else {
        return Err(ParquetError::General("a number column is not DOUBLE".to_owned()));
    };
    let mut values = Vec::new();
    reader.read_records(rows, None, None, &mut values)?;
    Ok(values)
}

fn texts(reader: Result<ColumnReader, ParquetError>, rows: usize) -> Result<Vec<String>, ParquetError> {
    let ColumnReader::ByteArrayColumnReader(mut reader) = reader? else {
        return Err(ParquetError::General("a text column is not BYTE_ARRAY".to_owned()));
    };
    let mut values: Vec<ByteArray> = Vec::new();
    reader.read_records(rows, None, None, &mut values)?;
    values.iter().map(|v| v.as_utf8().map(str::to_owned)).collect()
}
