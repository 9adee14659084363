//! Previews and imports a file: one pass to know it, one to bring it in. Rows go through in chunks, so that memory does
//! not grow with the file but by what tells repeated rows apart.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use jiff::Timestamp;

use super::cells::{Cells, Layout, Place, Reason};
use super::charset;
use super::delimited::Row;
use super::inspect::{Inspection, inspect};
use super::rejected::Rejected;
use super::rules::{OrderRules, Rules};
use super::source::{Next, Source};
use super::{ImportOptions, ImportReport, Mapping, Preview, fields, guess};
use crate::domain::{AdResult, CampaignSend, Confidence, Interaction, Order, Post, Product, TableName};
use crate::facts::log::{self, Log, Upload};
use crate::facts::sink::{Repeated, Sink, Written};
use crate::facts::{Warehouse, WarehouseError, scan, write};

/// How often progress is told, in rows.
const TOLD_EVERY: u64 = 16_384;

impl Warehouse {
    /// Says what a file seems to be; keeps nothing.
    ///
    /// # Errors
    /// When the file cannot be read, is empty or no table, or fits no table.
    pub fn preview(&self, path: &Path, table: Option<TableName>) -> Result<Preview, WarehouseError> {
        let found = inspect(path)?;
        let ranked = guess::tables(&found.columns);
        let (best, second) = (ranked[0], ranked[1]);
        let chosen = table.unwrap_or(best.0);
        let columns = guess::columns(&found.columns, chosen);
        // Better than the next table, and with columns that are sure themselves.
        let ahead = if best.1 > 0.0 { best.1 / (best.1 + second.1) } else { 0.0 };
        let table_confidence = Confidence::clamped(match table {
            Some(_) => 1.0,
            None => ahead * guess::surety(&columns, chosen),
        });
        let mapped = |name: &str| columns.iter().any(|guess| guess.field.as_deref() == Some(name));
        let missing: Vec<String> = guess::missing(chosen, &mapped).into_iter().map(str::to_owned).collect();
        if table.is_none() && !(missing.is_empty() && guess::tells(chosen, &mapped)) {
            return Err(WarehouseError::UnknownTable { path: path.to_owned(), lacking: lacking(&found.columns) });
        }
        let mut orders = found.columns.iter().zip(&columns).filter(|(_, guess)| {
            let field = guess.field.as_deref();
            fields::of(chosen).iter().any(|known| Some(known.name) == field && known.kind == fields::Kind::Moment)
        });
        let day_order =
            orders.next().filter(|(column, _)| column.order.says_something()).map(|(column, _)| column.order.order());
        Ok(Preview {
            path: path.to_owned(),
            sha256: found.sha256.clone(),
            format: found.format,
            table: chosen,
            table_confidence,
            rows: found.first.clone(),
            row_count: found.rows,
            decimal: found.decimal,
            day_order,
            missing,
            columns,
        })
    }

    /// Brings a file in. The same content again adds nothing; rows of another file with the same keys replace those
    /// that are there. `progress` is told how many rows of how many are read.
    ///
    /// # Errors
    /// When the file cannot be read, the mapping does not fit it, or the folder cannot be written. Nothing is kept then.
    pub fn import(
        &self,
        path: &Path,
        table: TableName,
        mapping: &Mapping,
        options: &ImportOptions,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<ImportReport, WarehouseError> {
        let found = inspect(path)?;
        if options.expected.as_ref().is_some_and(|expected| *expected != found.sha256) {
            return Err(WarehouseError::Changed(path.to_owned()));
        }
        let layout = layout(&found, table, mapping, options)?;
        let job = Job { warehouse: self, found: &found, layout, mapping, options };
        match table {
            TableName::Products => job.run::<Product>(progress),
            TableName::Orders => job.run::<Order>(progress),
            TableName::Posts => job.run::<Post>(progress),
            TableName::AdResults => job.run::<AdResult>(progress),
            TableName::Interactions => job.run::<Interaction>(progress),
            TableName::CampaignSends => job.run::<CampaignSend>(progress),
        }
    }
}

/// What a file lacks of each table.
fn lacking(columns: &[super::inspect::ColumnStats]) -> String {
    let tables = TableName::ALL.iter().map(|table| {
        let guesses = guess::columns(columns, *table);
        let mapped = |name: &str| guesses.iter().any(|guess| guess.field.as_deref() == Some(name));
        let mut missing = guess::missing(*table, &mapped);
        if missing.is_empty() && !guess::tells(*table, &mapped) {
            missing.push("name");
        }
        format!("{} lack {}", table.name(), missing.join(", "))
    });
    tables.collect::<Vec<_>>().join("; ")
}

/// Where each field is found. A field mapped to an empty name is left out.
fn layout(
    found: &Inspection,
    table: TableName,
    mapping: &Mapping,
    options: &ImportOptions,
) -> Result<Layout, WarehouseError> {
    let mut places = Vec::new();
    for (name, column) in mapping.fields.iter().filter(|(_, column)| !column.is_empty()) {
        let field =
            fields::of(table).iter().find(|field| field.name == name).ok_or_else(|| WarehouseError::NoField {
                table,
                field: name.clone(),
                known: fields::of(table).iter().map(|field| field.name).collect::<Vec<_>>().join(", "),
            })?;
        let at = found
            .columns
            .iter()
            .position(|known| known.header == *column)
            .ok_or_else(|| WarehouseError::NoColumn { column: column.clone(), known: found.header().join(", ") })?;
        let stats = &found.columns[at];
        places.push(Place {
            field: field.name,
            column: at,
            order: mapping.day_order.unwrap_or_else(|| stats.order.order().0),
            decimal: mapping.decimal.or_else(|| stats.decimal.decimal()).unwrap_or(found.decimal),
            serial: stats.share(stats.serials) > 0.95 && stats.share(stats.dates) < 0.5,
        });
    }
    let layout = Layout { places, zone: options.zone.clone() };
    let missing = guess::missing(table, &|name| layout.has(name));
    if missing.is_empty() {
        Ok(layout)
    } else {
        Err(WarehouseError::MissingFields { table, fields: missing.join(", ") })
    }
}

/// One import.
struct Job<'a> {
    warehouse: &'a Warehouse,
    found: &'a Inspection,
    layout: Layout,
    mapping: &'a Mapping,
    options: &'a ImportOptions,
}

impl Job<'_> {
    fn source_name(&self) -> String {
        if let Some(source) = &self.options.source {
            return source.clone();
        }
        let name = self.found.path.file_name().unwrap_or(self.found.path.as_os_str());
        name.to_string_lossy().into_owned()
    }

    fn column(&self, field: &str) -> Option<&super::inspect::ColumnStats> {
        let place = self.layout.places.iter().find(|place| place.field == field)?;
        self.found.columns.get(place.column)
    }

    fn order_rules(&self, table: TableName) -> Result<OrderRules, WarehouseError> {
        let snapshot = self.warehouse.snapshot()?;
        let is_orders = table == TableName::Orders;
        let products = if is_orders { Some(self.warehouse.products_of(&snapshot)?) } else { None };
        let known: HashSet<String> =
            products.iter().flat_map(|products| products.iter()).map(|product| product.product_id.clone()).collect();
        // Only a catalogue speaks for a code: a product derived from orders passed this rule before.
        let numbers = self.column("order_id").is_some_and(|column| column.share(column.numbers) > 0.8);
        Ok(OrderRules::new(self.column("product_id").filter(|_| is_orders), known, numbers))
    }

    fn run<R: Rules>(self, progress: &mut dyn FnMut(u64, u64)) -> Result<ImportReport, WarehouseError> {
        let dir = &self.warehouse.dir;
        let _lock = log::lock(dir)?;
        let mut log = Log::read(dir)?;
        let mut report = ImportReport {
            upload: None,
            already: log.same(R::TABLE, &self.found.sha256).map(|upload| upload.id.clone()),
            table: R::TABLE,
            read: self.found.rows,
            lines: None,
            kept: 0,
            replaced: 0,
            rejected: Default::default(),
            set_aside: Default::default(),
            examples: Vec::new(),
            rejected_file: None,
            days: None,
            revenue: None,
            returns: 0,
            without_customer: 0,
            derived_products: 0,
        };
        if report.already.is_some() {
            return Ok(report);
        }
        let id = log.take_id();
        // A dry run goes the whole way and drops the file at its end.
        let file = log::file_of(dir, R::TABLE, if self.options.dry_run { "dry-run" } else { &id });
        let listed = (!self.options.dry_run).then(|| self.warehouse.rejected_file(&id));
        let earlier = self.warehouse.block_on(scan::live_keys(self.warehouse.scanning(), &log.files(dir, R::TABLE)))?;
        let mut sink = Sink::<R>::create(&file)?;
        let mut rejected = Rejected::create(listed.as_deref(), &self.found.header())?;
        let mut rules = self.order_rules(R::TABLE)?;
        self.pass(&mut sink, &mut rejected, &mut rules, &earlier, &mut report, progress)?;

        report.kept = sink.rows();
        report.rejected = rejected.counts(false);
        report.set_aside = rejected.counts(true);
        report.examples = std::mem::take(&mut rejected.shown);
        if R::TABLE == TableName::Orders {
            report.revenue = Some(rules.revenue);
            report.returns = rules.returns;
            report.without_customer = rules.without_customer;
        }
        let derived =
            if R::TABLE == TableName::Orders && (self.layout.has("product_name") || self.layout.has("category")) {
                rules.derived.products()
            } else {
                Vec::new()
            };
        report.derived_products = u64::try_from(derived.len()).unwrap_or(u64::MAX);
        if self.options.dry_run || report.kept == 0 {
            report.days = sink.days();
            return Ok(report);
        }
        let written = sink.finish()?;
        if !derived.is_empty() {
            let mut products = Sink::<Product>::create(&log::file_of(dir, TableName::Products, &id))?;
            for product in derived {
                products.push(product)?;
            }
            products.finish()?;
        }
        report.rejected_file = rejected.finish()?;
        report.days = write::range(written);
        self.enter(&mut log, &id, written, &report)?;
        report.upload = Some(id);
        Ok(report)
    }

    /// Reads every row and keeps or lists it.
    fn pass<R: Rules>(
        &self,
        sink: &mut Sink<R>,
        rejected: &mut Rejected,
        rules: &mut OrderRules,
        earlier: &HashSet<u64>,
        report: &mut ImportReport,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(), WarehouseError> {
        let path: &PathBuf = &self.found.path;
        let mut source = Source::open(path, self.found.format)?;
        let default_name = self.found.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut record = StringRecord::new();
        let mut read = 0;
        loop {
            let next = source.next(&mut record, path)?;
            read += 1;
            if read % TOLD_EVERY == 0 {
                progress(read, self.found.rows);
            }
            let Row { line, is_stray } = match next {
                Next::Row(row) => row,
                Next::Bad(line, what) => {
                    rejected.add(line, Reason::NotJson(what), &StringRecord::new())?;
                    continue;
                }
                Next::End => {
                    // Rows that were added meanwhile may be here in part; those of the next reading are whole.
                    if charset::stamp(path).map_err(WarehouseError::io(path))? != self.found.stamp {
                        return Err(WarehouseError::Changed(path.clone()));
                    }
                    report.lines = source.line_counts();
                    return Ok(());
                }
            };
            let cells = Cells { layout: &self.layout, record: &record };
            let row = if record.len() == self.found.columns.len() {
                R::from_cells(&cells, &default_name)
            } else if is_stray {
                Err(Reason::StrayMark)
            } else {
                Err(Reason::WrongCells)
            };
            let row = row.and_then(|mut row| row.rule(rules).map(|()| row)).and_then(|row| {
                match sink.repeats(&row, cells.hash()) {
                    Some(Repeated::Identical) if R::TABLE == TableName::Orders && self.options.keep_identical => {
                        Ok(row)
                    }
                    // Equal cells of ads are parts of one cell that happen to be alike.
                    Some(Repeated::Identical) if R::TABLE == TableName::AdResults => Ok(row),
                    Some(Repeated::Identical) => Err(Reason::Identical),
                    Some(Repeated::SaysTheSame) => Err(Reason::SaysTheSame),
                    Some(Repeated::SameKey) => Err(Reason::SameKey),
                    None => Ok(row),
                }
            });
            match row {
                Ok(mut row) => {
                    row.kept(&cells, rules);
                    let key = sink.push(row)?;
                    report.replaced += u64::from(earlier.contains(&key));
                }
                Err(reason) => rejected.add(line, reason, &record)?,
            }
        }
    }

    /// Makes the upload count.
    fn enter(&self, log: &mut Log, id: &str, written: Written, report: &ImportReport) -> Result<(), WarehouseError> {
        log.add(Upload {
            id: id.to_owned(),
            table: report.table,
            source: self.source_name(),
            rows: written.rows,
            at: Timestamp::now(),
            sha256: self.found.sha256.clone(),
            mapping: self.mapping.fields.clone(),
            days: report.days,
            derived_products: report.derived_products,
            rejected: report.rejected.values().sum(),
            set_aside: report.set_aside.values().sum(),
            undone_at: None,
            revision: 0,
        });
        log.write(&self.warehouse.dir)
    }
}
