//! What was made of texts, kept on disk: each text is read once per version of the reader. A file of readings counts
//! as soon as it has its name; it says nothing that could not be made again.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, BinaryArray, Float32Array, RecordBatch, StringArray, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Float32Type, Schema, UInt64Type};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::hash::Hash;
use super::{ReadTexts, WarehouseError};
use crate::domain::{Aspect, AspectReading, Post, PostReading};

/// Texts that are read and stored at a time, so that a kill loses little.
const CHUNK: usize = 1_024;

/// Readings by the hash of their text.
pub(super) type Readings = HashMap<u64, PostReading>;

/// The hash a text is known by.
pub(super) fn text_hash(text: &str) -> u64 {
    Hash::new().text(text).finish()
}

fn files(dir: &Path) -> Result<Vec<PathBuf>, WarehouseError> {
    let folder = dir.join("readings");
    let mut files = match fs::read_dir(&folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(WarehouseError::io(&folder))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(source) => return Err(WarehouseError::Io { path: folder, source }),
    };
    files.retain(|path| path.extension().is_some_and(|extension| extension == "parquet"));
    files.sort();
    Ok(files)
}

/// The readings of a version, or of any where none is named; those of `wanted` texts only.
pub(super) fn stored(
    dir: &Path,
    version: Option<&str>,
    wanted: &std::collections::HashSet<u64>,
) -> Result<Readings, WarehouseError> {
    let mut readings = Readings::new();
    for path in files(dir)? {
        let file = File::open(&path).map_err(WarehouseError::io(&path))?;
        let batches = ParquetRecordBatchReaderBuilder::try_new(file)
            .and_then(|builder| builder.build())
            .map_err(WarehouseError::parquet(&path))?;
        for batch in batches {
            let batch = batch.map_err(WarehouseError::parquet(&path))?;
            collect(&batch, version, wanted, &mut readings)
                .ok_or_else(|| WarehouseError::parquet(&path)("it lacks a column of readings"))?;
        }
    }
    Ok(readings)
}

fn collect(
    batch: &RecordBatch,
    version: Option<&str>,
    wanted: &std::collections::HashSet<u64>,
    readings: &mut Readings,
) -> Option<()> {
    let hashes = batch.column_by_name("text_hash")?.as_primitive_opt::<UInt64Type>()?;
    let readers = batch.column_by_name("reader")?.as_string_opt::<i32>()?;
    let class = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<Float32Type>();
    let (negative, neutral, positive) = (class("negative")?, class("neutral")?, class("positive")?);
    let vectors = batch.column_by_name("vector")?.as_binary_opt::<i32>()?;
    // Readings of a time before aspects were read are made again.
    let Some(aspects) = batch.column_by_name("aspects") else { return Some(()) };
    let aspects = aspects.as_binary_opt::<i32>()?;
    for at in 0..batch.num_rows() {
        let is_wanted =
            version.is_none_or(|version| version == readers.value(at)) && wanted.contains(&hashes.value(at));
        if is_wanted {
            let numbers = vectors.value(at).chunks_exact(4);
            let vector = numbers.map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).collect();
            let sentiment = [negative.value(at), neutral.value(at), positive.value(at)];
            readings.insert(hashes.value(at), PostReading { vector, sentiment, aspects: unpacked(aspects.value(at)) });
        }
    }
    Some(())
}

/// Bytes of an aspect's reading: its place among all, and three numbers.
const ASPECT_BYTES: usize = 13;

fn packed(aspects: &[AspectReading]) -> Vec<u8> {
    let place = |aspect| Aspect::ALL.iter().position(|one| *one == aspect).and_then(|at| u8::try_from(at).ok());
    let bytes = |one: &AspectReading| {
        let numbers = one.sentiment.iter().flat_map(|number| number.to_le_bytes());
        place(one.aspect).into_iter().chain(numbers).collect::<Vec<u8>>()
    };
    aspects.iter().flat_map(bytes).collect()
}

fn unpacked(bytes: &[u8]) -> Vec<AspectReading> {
    let number = |bytes: &[u8], at: usize| {
        f32::from_le_bytes([bytes[4 * at + 1], bytes[4 * at + 2], bytes[4 * at + 3], bytes[4 * at + 4]])
    };
    let reading = |bytes: &[u8]| {
        let aspect = *Aspect::ALL.get(usize::from(bytes[0]))?;
        Some(AspectReading { aspect, sentiment: [number(bytes, 0), number(bytes, 1), number(bytes, 2)] })
    };
    bytes.chunks_exact(ASPECT_BYTES).filter_map(reading).collect()
}

/// Reads texts, each once, stores what was made of them, and adds it to `readings`. `progress` is told how many texts
/// of how many are done.
pub(super) fn read_missing(
    dir: &Path,
    reader: &dyn ReadTexts,
    posts: &[Post],
    readings: &mut Readings,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<usize, WarehouseError> {
    let version = reader.version();
    let mut listed = std::collections::HashSet::new();
    let missing: Vec<(u64, &Post)> = posts
        .iter()
        .map(|post| (text_hash(&post.text), post))
        .filter(|(hash, _)| !readings.contains_key(hash) && listed.insert(*hash))
        .collect();
    let total = missing.len();
    let mut done = 0;
    for chunk in missing.chunks(CHUNK) {
        let texts: Vec<String> = chunk.iter().map(|(_, post)| post.text.clone()).collect();
        let made = reader.read(&texts, &mut |count| progress(done + count, total)).map_err(WarehouseError::Reading)?;
        if made.len() != texts.len() {
            return Err(WarehouseError::WrongReadings { wanted: texts.len(), found: made.len() });
        }
        store(dir, &version, chunk, &made)?;
        readings.extend(chunk.iter().map(|(hash, _)| *hash).zip(made));
        done += chunk.len();
        progress(done, total);
    }
    Ok(total)
}

fn store(dir: &Path, version: &str, posts: &[(u64, &Post)], made: &[PostReading]) -> Result<(), WarehouseError> {
    let folder = dir.join("readings");
    fs::create_dir_all(&folder).map_err(WarehouseError::io(&folder))?;
    // A file is named by what it holds: two processes that read the same texts write the same file.
    let name = posts.iter().fold(Hash::new().text(version), |hash, (text, _)| hash.number(text.cast_signed()));
    let path = folder.join(format!("{:016x}.parquet", name.finish()));
    let class = |class: usize| Arc::new(Float32Array::from_iter_values(made.iter().map(|made| made.sentiment[class])));
    let vectors =
        made.iter().map(|made| made.vector.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>());
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let real = |name: &str| Field::new(name, DataType::Float32, false);
    let schema = Arc::new(Schema::new(vec![
        text("post_id"),
        Field::new("text_hash", DataType::UInt64, false),
        text("reader"),
        real("negative"),
        real("neutral"),
        real("positive"),
        Field::new("vector", DataType::Binary, false),
        Field::new("aspects", DataType::Binary, false),
    ]));
    let batch = RecordBatch::try_new(
        Arc::clone(&schema),
        vec![
            Arc::new(StringArray::from_iter_values(posts.iter().map(|(_, post)| post.post_id.as_str()))),
            Arc::new(UInt64Array::from_iter_values(posts.iter().map(|(hash, _)| *hash))),
            Arc::new(StringArray::from_iter_values(posts.iter().map(|_| version))),
            class(0),
            class(1),
            class(2),
            Arc::new(BinaryArray::from_iter_values(vectors)),
            Arc::new(BinaryArray::from_iter_values(made.iter().map(|made| packed(&made.aspects)))),
        ],
    )?;
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let file = File::create(&temporary).map_err(WarehouseError::io(&temporary))?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer =
        ArrowWriter::try_new(file, schema, Some(properties)).map_err(WarehouseError::parquet(&temporary))?;
    writer.write(&batch).map_err(WarehouseError::parquet(&temporary))?;
    let file = writer.into_inner().map_err(WarehouseError::parquet(&temporary))?;
    file.sync_all().map_err(WarehouseError::io(&temporary))?;
    fs::rename(&temporary, &path).map_err(WarehouseError::io(&path))
}
