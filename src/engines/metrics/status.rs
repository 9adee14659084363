//! data_status: which tables there are, how many rows, of which days, from which files.

use crate::domain::{Action, Answer, Arg, Evidence, Facts, Intent, Phrase, Question, Slots, Table, TableName};
use crate::engines::EngineError;

pub(super) fn answer(question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
    let wanted = question.slots.table;
    let tables: Vec<_> =
        facts.coverage.tables.iter().filter(|table| wanted.is_none_or(|wanted| wanted == table.table)).collect();
    let first = tables
        .iter()
        .find(|table| table.table == TableName::Orders)
        .or(tables.first())
        .ok_or(EngineError::NoData(wanted.unwrap_or(TableName::Orders)))?;
    let rows: u64 = tables.iter().map(|table| table.rows).sum();
    let name = |table: TableName| Phrase::new(table_key(table));
    let mut headline = Phrase::new(if tables.len() == 1 { "metrics.status.one" } else { "metrics.status.all" })
        .count("tables", tables.len())
        .with("rows", super::wording::count(rows))
        .with("table", name(first.table));
    if let Some(days) = first.days {
        headline = headline.with("days", days).with("last", days.last());
    }
    let mut answer = Answer::new(headline);
    for table in &tables {
        let Some(days) = table.days else { continue };
        let behind = days.last().until(question.today).map_or(0, |span| span.get_days());
        if behind > 7 {
            let text = Phrase::new("metrics.status.behind")
                .with("table", name(table.table))
                .with("days", Arg::Count(behind.into()));
            answer.find(text.with("last", days.last()), f64::from(behind));
        }
    }
    let missing: Vec<Arg> = TableName::ALL
        .iter()
        .filter(|table| wanted.is_none() && facts.coverage.of(**table).is_none())
        .map(|table| name(*table).into())
        .collect();
    if !missing.is_empty() {
        answer.caveats.push(Phrase::new("metrics.status.missing").with("tables", Arg::List(missing)));
    }
    let blank = || Arg::from(Phrase::new("metrics.cell.blank"));
    let columns = ["metrics.column.table", "metrics.column.rows", "metrics.column.days", "metrics.column.files"];
    answer.tables.push(Table {
        title: Phrase::new("metrics.table.status"),
        columns: columns.map(Phrase::new).to_vec(),
        rows: tables
            .iter()
            .map(|table| {
                vec![
                    name(table.table).into(),
                    super::wording::count(table.rows),
                    table.days.map_or_else(blank, Arg::Range),
                    match table.sources.last() {
                        Some(latest) => Arg::Text(latest.clone()),
                        None => blank(),
                    },
                ]
            })
            .collect(),
    });
    answer.evidence = Evidence {
        sources: tables.iter().map(|table| (table.table, table.rows, table.days)).collect(),
        method: vec![Phrase::new("metrics.status.method")],
        model: None,
        rows: None,
    };
    let ask = |key: &'static str, intent: Intent| Action { label: Phrase::new(key), intent, slots: Slots::default() };
    if facts.coverage.of(TableName::Orders).is_some() {
        answer.actions.push(ask("metrics.action.report", Intent::MetricReport));
    }
    answer.actions.push(ask("metrics.action.upload", Intent::DataUpload));
    answer.actions.push(ask("metrics.action.undo", Intent::DataUndo));
    Ok(answer)
}

/// The table's name in words.
fn table_key(table: TableName) -> &'static str {
    match table {
        TableName::Products => "metrics.status.products",
        TableName::Orders => "metrics.status.orders",
        TableName::Posts => "metrics.status.posts",
        TableName::AdResults => "metrics.status.ad_results",
        TableName::Interactions => "metrics.status.interactions",
        TableName::CampaignSends => "metrics.status.campaign_sends",
    }
}
