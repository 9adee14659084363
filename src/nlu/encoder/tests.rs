//! The encoder against vectors made by sentence-transformers, and its behaviour under load.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::pieces::{Batch, Pieces, batches};
use super::{DeviceChoice, DtypeChoice, Encoder, EncoderOptions, FeatureLayers};
use crate::nlu::NluError;

fn model_dir() -> PathBuf {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/base/all-MiniLM-L6-v2");
    assert!(dir.join("model.safetensors").is_file(), "{} is empty: run script/setup first", dir.display());
    dir
}

fn encoder(dtype: DtypeChoice, threads: usize) -> Encoder {
    let options = EncoderOptions {
        model_dir: model_dir(),
        device: DeviceChoice::Cpu,
        dtype,
        threads,
        ..EncoderOptions::default()
    };
    Encoder::start(&options).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|&text| text.to_owned()).collect()
}

/// Made by sentence-transformers on the same weights (bench/peers/sentence_vectors.py); the file names its version.
#[derive(Deserialize)]
struct Reference {
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    text: String,
    tokens: usize,
    vector: Vec<f32>,
}

fn reference() -> Vec<Sentence> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sentence_vectors.json");
    serde_json::from_str::<Reference>(&std::fs::read_to_string(path).unwrap()).unwrap().sentences
}

/// The smallest cosine between the reference and the vectors made in one precision.
fn worst_cosine(dtype: DtypeChoice) -> f64 {
    let reference = reference();
    assert!(reference.len() >= 20);
    let texts: Vec<String> = reference.iter().map(|sentence| sentence.text.clone()).collect();
    let vectors = encoder(dtype, 2).embed(&texts).unwrap();
    vectors.iter().zip(&reference).map(|(ours, theirs)| cosine(ours, &theirs.vector)).fold(1.0, f64::min)
}

#[test]
fn float32_vectors_equal_those_of_sentence_transformers() {
    let worst = worst_cosine(DtypeChoice::Float32);
    assert!(worst > 0.999_999, "{worst}");
}

#[test]
fn bfloat16_vectors_are_close_to_those_of_sentence_transformers() {
    let worst = worst_cosine(DtypeChoice::Bfloat16);
    assert!(worst > 0.999, "{worst}");
}

#[test]
fn texts_have_as_many_pieces_as_sentence_transformers_gives_them() {
    let pieces = Pieces::read(&model_dir().join("tokenizer.json")).unwrap();
    for sentence in reference() {
        let cut = pieces.cut(std::slice::from_ref(&sentence.text)).unwrap();
        assert_eq!(cut[0].len(), sentence.tokens, "{:?}", sentence.text);
    }
}

#[test]
fn a_text_has_the_same_vector_alone_and_in_company() {
    let encoder = encoder(DtypeChoice::Float32, 2);
    let long = "a long review that goes on and on about the delivery ".repeat(40);
    let many = texts(&["hi", "", &long, "what were sales last month?", "上个月的销售额", "🍵"]);
    let together = encoder.embed_with_progress(&many, &mut |_| {}).unwrap();
    for (text, vector) in many.iter().zip(&together) {
        let alone = encoder.embed(std::slice::from_ref(text)).unwrap();
        assert!(cosine(vector, &alone[0]) > 0.999_99, "{text:?}");
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        assert!((length - 1.0).abs() < 1e-4);
    }
}

#[test]
fn features_hold_the_layers_that_were_asked_for() {
    let encoder = encoder(DtypeChoice::Float32, 1);
    let two = texts(&["good tea", "bad tea, and late at that"]);
    let layers = FeatureLayers { layers: vec![3, 6], cls: true };
    let mut done = 0;
    let features = encoder.features(&two, &layers, &mut |n| done = n).unwrap();
    assert_eq!((features.width, features.rows.len(), done), (4 * 384, 2, 2));
    let embeddings = encoder.embed(&two).unwrap();
    for (features, embedding) in features.rows.iter().zip(&embeddings) {
        // The mean over layer 6 is the embedding before it is brought to length 1.
        assert!(cosine(&features[2 * 384..3 * 384], embedding) > 0.999_99);
    }
    let none = encoder.features(&two, &FeatureLayers { layers: vec![7], cls: false }, &mut |_| {});
    assert!(matches!(none, Err(NluError::Torch(_))));
}

#[test]
fn nothing_in_nothing_out() {
    let encoder = encoder(DtypeChoice::Float32, 1);
    assert!(encoder.embed(&[]).unwrap().is_empty());
    let info = encoder.info().unwrap();
    assert_eq!((info.device.as_str(), info.dtype, info.width, info.layers), ("cpu", "float32", 384, 6));
}

#[test]
fn a_full_queue_refuses_who_cannot_wait_and_keeps_who_can() {
    let options = EncoderOptions {
        model_dir: model_dir(),
        device: DeviceChoice::Cpu,
        dtype: DtypeChoice::Float32,
        threads: 1,
        queue: 1,
        tuned: Vec::new(),
    };
    let encoder = Encoder::start(&options).unwrap();
    let long = vec!["word ".repeat(250); 12];
    // Twelve long texts make more batches than the queue holds.
    assert!(matches!(encoder.embed(&long), Err(NluError::Overloaded)));
    assert_eq!(encoder.embed_with_progress(&long, &mut |_| {}).unwrap().len(), 12);
}

#[test]
fn a_missing_model_names_its_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let options = EncoderOptions { model_dir: dir.path().to_owned(), ..EncoderOptions::default() };
    let error = Encoder::start(&options).unwrap_err();
    assert!(error.to_string().contains("script/setup"), "{error}");
}

#[test]
fn a_model_with_a_wrong_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["config.json", "tokenizer.json"] {
        std::fs::copy(model_dir().join(name), dir.path().join(name)).unwrap();
    }
    let options = || EncoderOptions { model_dir: dir.path().to_owned(), ..EncoderOptions::default() };
    std::fs::write(dir.path().join("model.safetensors"), b"not weights").unwrap();
    assert!(matches!(Encoder::start(&options()).unwrap().info(), Err(NluError::BadModel { .. })));
    let one = tch::Tensor::zeros([2], (tch::Kind::Float, tch::Device::Cpu));
    tch::Tensor::write_safetensors(&[("embeddings.LayerNorm.bias", &one)], dir.path().join("model.safetensors"))
        .unwrap();
    let error = Encoder::start(&options()).unwrap().info().unwrap_err();
    assert!(error.to_string().contains("lacks"), "{error}");
}

#[test]
fn a_gpu_that_is_not_there_is_refused() {
    let options =
        EncoderOptions { model_dir: model_dir(), device: DeviceChoice::Cuda(99), ..EncoderOptions::default() };
    let error = Encoder::start(&options).unwrap().info().unwrap_err();
    assert!(error.to_string().contains("cuda:99"), "{error}");
}

#[test]
fn choices_are_read_and_written() {
    for name in ["auto", "cpu", "cuda:0", "cuda:3"] {
        assert_eq!(name.parse::<DeviceChoice>().unwrap().to_string(), name);
    }
    for name in ["auto", "float32", "bfloat16"] {
        assert_eq!(name.parse::<DtypeChoice>().unwrap().to_string(), name);
    }
    assert!("gpu".parse::<DeviceChoice>().unwrap_err().to_string().contains("cuda:N"));
    assert!("float16".parse::<DtypeChoice>().is_err());
}

#[test]
fn texts_are_cut_at_the_limit_and_padded_to_nothing() {
    let pieces = Pieces::read(&model_dir().join("tokenizer.json")).unwrap();
    let cut = pieces.cut(&texts(&["hello world", &"word ".repeat(1000), ""])).unwrap();
    // [CLS] hello world [SEP], by BERT's English vocabulary.
    assert_eq!(cut[0], [101, 7592, 2088, 102]);
    assert_eq!(cut[1].len(), 256);
    assert_eq!(cut[2], [101, 102]);
}

#[test]
fn batches_keep_to_the_budget_and_lose_nothing() {
    let rows: Vec<Vec<u32>> = (0..100u32).map(|n| vec![n; 1 + (n as usize * 37) % 60]).collect();
    for (budget, workers) in [(128, 1), (128, 4), (1, 2), (1_000_000, 3)] {
        let cut: Vec<Batch> = batches(rows.clone(), budget, workers);
        assert!(cut.len() >= workers);
        let mut seen: Vec<usize> = cut.iter().flat_map(|batch| batch.places.clone()).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
        for batch in &cut {
            assert!(batch.rows.len() == 1 || batch.rows.len() * batch.rows[0].len() <= budget);
            assert!(batch.places.iter().zip(&batch.rows).all(|(&place, row)| *row == rows[place]));
        }
    }
}
