//! Posts are read once, and what was made of them is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::{Weekday, date};

use crate::domain::{
    Aspect, AspectReading, DateRange, Dimension, Filter, MeasurePlan, Metric, Need, Post, PostFilter, PostReading,
};
use crate::facts::{ReadTexts, Warehouse, WarehouseError};

/// Finds texts with "good" good and others bad; counts what it is given.
struct Words {
    version: &'static str,
    read: AtomicUsize,
}

impl ReadTexts for Words {
    fn version(&self) -> String {
        self.version.to_owned()
    }

    fn read(
        &self,
        texts: &[String],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<PostReading>, Box<dyn std::error::Error + Send + Sync>> {
        self.read.fetch_add(texts.len(), Ordering::SeqCst);
        progress(texts.len());
        let made = texts.iter().map(|text| {
            let good = if text.contains("good") { 1.0 } else { 0.0 };
            PostReading {
                vector: vec![text.len() as f32, -0.5],
                sentiment: [1.0 - good, 0.0, good],
                aspects: aspects(text),
            }
        });
        Ok(made.collect())
    }
}

/// Late is said of deliveries.
fn aspects(text: &str) -> Vec<AspectReading> {
    let late = AspectReading { aspect: Aspect::Delivery, sentiment: [0.75, 0.25, 0.0] };
    if text.contains("late") { vec![late] } else { Vec::new() }
}

fn post(id: &str, day: i8, text: &str, source: &str) -> Post {
    Post {
        post_id: id.to_owned(),
        source: source.to_owned(),
        author: None,
        posted_at: date(2025, 1, day).at(8, 0, 0, 0),
        text: text.to_owned(),
        product_id: None,
        rating: None,
        reply_to: None,
    }
}

#[test]
fn each_text_is_read_once_per_version() {
    let dir = tempfile::tempdir().unwrap();
    let posts = [post("1", 3, "good tea", "shop"), post("2", 1, "late", "forum"), post("3", 2, "good tea", "forum")];
    let sentiment = MeasurePlan::total(Metric::Sentiment, None).by(Dimension::Source);
    let mentions = Need::Measure(MeasurePlan::total(Metric::Mentions, None));
    let open = |reader: Option<Arc<Words>>| {
        Warehouse::open(dir.path(), reader.map(|reader| reader as Arc<dyn ReadTexts>), Weekday::Monday).unwrap()
    };
    let words = |version| Arc::new(Words { version, read: AtomicUsize::new(0) });
    let blind = open(None);
    blind.write_posts(&posts, "test").unwrap();
    blind.gather(&[mentions]).unwrap();
    let error = blind.gather(&[Need::Measure(sentiment.clone())]).unwrap_err();
    assert!(matches!(error, WarehouseError::NoReader { unread: 2 }));

    let reader = words("1");
    let warehouse = open(Some(Arc::clone(&reader)));
    let mut told = Vec::new();
    assert_eq!(warehouse.read_posts(&mut |done, of| told.push((done, of))).unwrap(), 2);
    assert_eq!(told.last(), Some(&(2, 2)));
    let facts = warehouse.gather(&[Need::Measure(sentiment.clone()), Need::Posts(PostFilter::default())]).unwrap();
    let found: Vec<_> = facts.measure(&sentiment).unwrap().rows.iter().map(|row| (row.value, row.rows)).collect();
    assert_eq!(found, [(0.0, 2), (1.0, 1)]);
    let all = facts.posts(&PostFilter::default()).unwrap();
    let ids: Vec<_> = all.posts.iter().map(|post| post.post_id.as_str()).collect();
    assert_eq!(ids, ["2", "3", "1"]);
    assert_eq!(all.readings[0].vector, [4.0, -0.5]);
    assert_eq!(reader.read.load(Ordering::SeqCst), 2);

    assert_eq!(all.readings[0].aspects, aspects("late"));
    // Stored readings serve without a reader, and a new version reads again.
    assert!(open(None).gather(&[Need::Measure(sentiment)]).is_ok());
    let (same, newer) = (words("1"), words("2"));
    assert_eq!(open(Some(Arc::clone(&same))).read_posts(&mut |_, _| {}).unwrap(), 0);
    assert_eq!(open(Some(Arc::clone(&newer))).read_posts(&mut |_, _| {}).unwrap(), 2);
    assert_eq!((same.read.load(Ordering::SeqCst), newer.read.load(Ordering::SeqCst)), (0, 2));
}

#[test]
fn posts_are_selected_by_period_and_names() {
    let dir = tempfile::tempdir().unwrap();
    let reader: Arc<dyn ReadTexts> = Arc::new(Words { version: "1", read: AtomicUsize::new(0) });
    let warehouse = Warehouse::open(dir.path(), Some(reader), Weekday::Monday).unwrap();
    let posts = [post("1", 3, "good tea", "shop"), post("2", 1, "late", "forum"), post("3", 2, "fine", "forum")];
    warehouse.write_posts(&posts, "test").unwrap();
    let named = |dimension, value: &str| vec![Filter { dimension, values: vec![value.to_owned()] }];
    let select = |filter: PostFilter| {
        let facts = warehouse.gather(&[Need::Posts(filter.clone())])?;
        let posts = Arc::clone(facts.posts(&filter).unwrap());
        assert_eq!(posts.posts.len(), posts.readings.len());
        Ok(posts.posts.iter().map(|post| post.post_id.clone()).collect::<Vec<_>>())
    };
    let range = DateRange::new(date(2025, 1, 2), date(2025, 1, 4)).unwrap();
    assert_eq!(select(PostFilter { range: Some(range), filters: vec![] }).unwrap(), ["3", "1"]);
    assert_eq!(select(PostFilter { range: Some(range), filters: named(Dimension::Source, "Forum") }).unwrap(), ["3"]);
    let error: Result<_, WarehouseError> = select(PostFilter { range: None, filters: named(Dimension::Region, "x") });
    assert!(matches!(error, Err(WarehouseError::NoSuchPostFilter(Dimension::Region))));
}
