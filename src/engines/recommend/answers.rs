//! The answers of the recommendation engine, from what was learned.

use crate::domain::{
    Action, Answer, Arg, Chart, ChartKind, Dimension, Evidence, Facts, Intent, Phrase, Question, SlotKind, Slots,
    Table, TableName, Unit,
};
use crate::engines::EngineError;

use super::baskets::{BasketParams, Rule, rules};
use super::interactions::best;
use super::model::Model;
use super::similar::similar;
use super::{product, shown};

pub(super) fn for_customer(
    question: &Question,
    facts: &Facts,
    model: &Model,
    customer: &str,
) -> Result<Answer, EngineError> {
    let owned = match model.customer.get(customer) {
        Some(&row) => model.interactions.of(row),
        None => &[],
    };
    // For somebody without a purchase, best sellers are all that is known.
    let ease = model.ease.as_ref().filter(|_| !owned.is_empty());
    let popular: Vec<f32> = model.popularity.iter().map(|&count| count as f32).collect();
    let scores = ease.map_or_else(|| popular.clone(), |ease| ease.scores(owned));
    let keep_owned = question.slots.words.get(&SlotKind::ExcludeOwned).is_some_and(|word| word == "no");
    let left_out = if keep_owned { &[] } else { owned };
    let mut list = best(&scores, left_out, scores.len());
    list.retain(|(item, _)| fits(question, model, *item));
    list.truncate(shown(question));
    let Some(&(first, _)) = list.first() else { return Err(EngineError::NothingMatches(TableName::Products)) };
    let top = f64::from(list[0].1).max(f64::MIN_POSITIVE);
    let reason = |item| match ease.and_then(|ease| ease.reason(owned, item)) {
        Some(because) => Phrase::new("recommend.because").with("product", name(model, because)),
        None => Phrase::new("recommend.popular").count("customers", model.popularity[item as usize] as usize),
    };
    let mut answer = Answer::new(
        Phrase::new("recommend.for_customer")
            .with("customer", Arg::Text(customer.to_owned()))
            .with("products", Arg::List(list.iter().take(3).map(|&(item, _)| name(model, item)).collect())),
    );
    answer.find(Phrase::new("recommend.why").with("product", name(model, first)).with("reason", reason(first)), 2.0);
    if owned.is_empty() {
        answer.caveats.push(Phrase::new("recommend.unknown_customer").with("customer", Arg::Text(customer.to_owned())));
    } else {
        answer.find(Phrase::new("recommend.owned").count("count", owned.len()), 1.0);
        if !keep_owned {
            answer.assumptions.push(Phrase::new("recommend.owned_left_out"));
        }
    }
    add_trust(&mut answer, model);
    answer.tables.push(Table {
        title: Phrase::new("recommend.for_customer_title").with("customer", Arg::Text(customer.to_owned())),
        columns: columns(&["rank", "product", "category", "price", "score", "reason"]),
        rows: (1..)
            .zip(&list)
            .map(|(rank, &(item, score))| {
                let mut row = vec![Arg::Count(rank)];
                row.extend(product_cells(model, item));
                row.push(Arg::Share((f64::from(score) / top).clamp(0.0, 1.0)));
                row.push(Arg::from(reason(item)));
                row
            })
            .collect(),
    });
    let bars =
        list.iter().map(|&(item, score)| (name(model, item), (100.0 * f64::from(score) / top).max(0.0))).collect();
    answer.charts.push(Chart {
        title: Phrase::new("recommend.for_customer_title").with("customer", Arg::Text(customer.to_owned())),
        unit: Unit::Number,
        kind: ChartKind::Bars { bars },
    });
    answer.evidence = evidence(facts, model, "recommend.method_ease");
    answer.actions = vec![
        about_product("recommend.ask_similar", Intent::SimilarProducts, model, first),
        about_product("recommend.ask_together", Intent::BoughtTogether, model, first),
    ];
    if !keep_owned && !owned.is_empty() {
        let mut slots = Slots::default();
        slots.words.insert(SlotKind::ExcludeOwned, "no".to_owned());
        answer.actions.push(Action {
            label: Phrase::new("recommend.ask_owned"),
            intent: Intent::RecommendProducts,
            slots,
        });
    }
    Ok(answer)
}

/// For nobody in particular: what the most different customers bought.
pub(super) fn for_everyone(question: &Question, facts: &Facts, model: &Model) -> Result<Answer, EngineError> {
    let popular: Vec<f32> = model.popularity.iter().map(|&count| count as f32).collect();
    let mut list = best(&popular, &[], popular.len());
    list.retain(|(item, _)| fits(question, model, *item));
    list.truncate(shown(question));
    let Some(&(first, buyers)) = list.first() else { return Err(EngineError::NothingMatches(TableName::Products)) };
    let customers = model.customer.len().max(1);
    let mut answer = Answer::new(
        Phrase::new("recommend.for_everyone")
            .with("products", Arg::List(list.iter().take(3).map(|&(item, _)| name(model, item)).collect())),
    );
    answer.find(
        Phrase::new("recommend.bought_by")
            .with("product", name(model, first))
            .with("share", Arg::Share(f64::from(buyers) / customers as f64)),
        1.0,
    );
    answer.assumptions.push(Phrase::new("recommend.nobody_named"));
    answer.tables.push(Table {
        title: Phrase::new("recommend.for_everyone_title"),
        columns: columns(&["rank", "product", "category", "price", "customers"]),
        rows: (1..)
            .zip(&list)
            .map(|(rank, &(item, _))| {
                let mut row = vec![Arg::Count(rank)];
                row.extend(product_cells(model, item));
                row.push(Arg::Count(i64::from(model.popularity[item as usize])));
                row
            })
            .collect(),
    });
    answer.charts.push(Chart {
        title: Phrase::new("recommend.for_everyone_title"),
        unit: Unit::Count,
        kind: ChartKind::Bars {
            bars: list.iter().map(|&(item, count)| (name(model, item), f64::from(count))).collect(),
        },
    });
    answer.evidence = evidence(facts, model, "recommend.method_popular");
    answer.actions = vec![
        about_product("recommend.ask_similar", Intent::SimilarProducts, model, first),
        about_product("recommend.ask_together", Intent::BoughtTogether, model, first),
    ];
    Ok(answer)
}

pub(super) fn similar_products(question: &Question, facts: &Facts, model: &Model) -> Result<Answer, EngineError> {
    let to = product(question, model)?;
    let limit = question.slots.price_limit;
    let price = model.products[to as usize].price;
    let wants_cheaper = question.slots.words.get(&SlotKind::PriceLimit).is_some_and(|word| word == "cheaper");
    let mut list = similar(model, to);
    list.retain(|candidate| {
        let other = model.products[candidate.product as usize].price;
        let is_cheaper = other.zip(price).is_some_and(|(other, price)| other < price);
        limit.is_none_or(|limit| other.is_some_and(|other| other <= limit)) && (!wants_cheaper || is_cheaper)
    });
    list.truncate(shown(question));
    let Some(first) = list.first().cloned() else { return Err(EngineError::NothingMatches(TableName::Products)) };
    let mut answer = Answer::new(
        Phrase::new(if wants_cheaper { "recommend.similar_cheaper" } else { "recommend.similar" })
            .with("product", name(model, to))
            .with("products", Arg::List(list.iter().take(3).map(|found| name(model, found.product)).collect())),
    );
    let key = if first.same_category { "recommend.similar_reason" } else { "recommend.similar_reason_other" };
    answer.find(Phrase::new(key).with("product", name(model, first.product)).count("both", first.both as usize), 1.0);
    let cheaper = list.iter().find(|found| match (model.products[found.product as usize].price, price) {
        (Some(other), Some(price)) => other < price,
        _ => false,
    });
    if let (Some(found), Some(price)) = (cheaper, price) {
        let other = model.products[found.product as usize].price.unwrap_or(price);
        answer.find(
            Phrase::new("recommend.cheaper")
                .with("product", name(model, found.product))
                .figure("price", other, Unit::Money)
                .figure("own", price, Unit::Money),
            0.5,
        );
    }
    answer.tables.push(Table {
        title: Phrase::new("recommend.similar_title").with("product", name(model, to)),
        columns: columns(&["rank", "product", "category", "price", "likeness", "both"]),
        rows: (1..)
            .zip(&list)
            .map(|(rank, found)| {
                let mut row = vec![Arg::Count(rank)];
                row.extend(product_cells(model, found.product));
                row.push(Arg::Share(found.likeness.clamp(0.0, 1.0)));
                row.push(Arg::Count(i64::from(found.both)));
                row
            })
            .collect(),
    });
    answer.charts.push(Chart {
        title: Phrase::new("recommend.similar_title").with("product", name(model, to)),
        unit: Unit::Percent,
        kind: ChartKind::Bars { bars: list.iter().map(|found| (name(model, found.product), found.likeness)).collect() },
    });
    answer.evidence = evidence(facts, model, "recommend.method_similar");
    answer.actions = vec![about_product("recommend.ask_together", Intent::BoughtTogether, model, to)];
    if let (Some(price), None, false) = (price, limit, wants_cheaper) {
        let slots = Slots { price_limit: Some(price * 0.9), ..Slots::default() };
        answer.actions.push(Action {
            label: Phrase::new("recommend.ask_cheaper"),
            intent: Intent::SimilarProducts,
            slots,
        });
    }
    Ok(answer)
}

pub(super) fn bought_together(question: &Question, facts: &Facts, model: &Model) -> Result<Answer, EngineError> {
    let params = BasketParams::new(1.0, 0.01, 2).map_err(|error| failed("the basket rules", error))?;
    let all = rules(&model.pairs, model.orders, &params);
    let about = match question.slots.names_of(Dimension::Product) {
        [] => None,
        _ => Some(product(question, model)?),
    };
    // Without a product, each pair is told once.
    let mut list: Vec<Rule> = all
        .into_iter()
        .filter(|rule| match about {
            Some(product) => rule.antecedent == [product] && rule.lift > 1.0,
            None => rule.antecedent[0] < rule.consequent && rule.count >= 20,
        })
        .collect();
    let often = list.iter().filter(|_| about.is_none()).max_by_key(|rule| rule.count).cloned();
    list.truncate(shown(question));
    let Some(first) = list.first().cloned() else { return Err(EngineError::NothingMatches(TableName::Orders)) };
    let (left, right) = (name(model, first.antecedent[0]), name(model, first.consequent));
    let mut answer = Answer::new(match about {
        Some(product) => Phrase::new("recommend.together")
            .with("product", name(model, product))
            .with("products", Arg::List(list.iter().take(3).map(|rule| name(model, rule.consequent)).collect())),
        None => Phrase::new("recommend.together_all")
            .with("left", left.clone())
            .with("right", right.clone())
            .with("lift", Arg::Number(first.lift))
            .count("orders", first.count as usize),
    });
    if let Some(often) = often.filter(|often| *often != first) {
        let text = Phrase::new("recommend.most_often")
            .with("left", name(model, often.antecedent[0]))
            .with("right", name(model, often.consequent))
            .with("lift", Arg::Number(often.lift))
            .count("orders", often.count as usize);
        answer.find(text, 2.0);
    }
    answer.find(
        Phrase::new("recommend.together_reason")
            .with("left", left)
            .with("right", right)
            .with("share", Arg::Share(first.confidence))
            .with("lift", Arg::Number(first.lift))
            .count("orders", first.count as usize),
        1.0,
    );
    let rule_name = |rule: &Rule| match about {
        Some(_) => name(model, rule.consequent),
        None => Arg::from(
            Phrase::new("recommend.pair")
                .with("left", name(model, rule.antecedent[0]))
                .with("right", name(model, rule.consequent)),
        ),
    };
    answer.tables.push(Table {
        title: Phrase::new("recommend.together_title"),
        columns: columns(&["with", "product", "orders", "confidence", "lift"]),
        rows: list
            .iter()
            .map(|rule| {
                vec![
                    name(model, rule.antecedent[0]),
                    name(model, rule.consequent),
                    Arg::Count(i64::from(rule.count)),
                    Arg::Share(rule.confidence),
                    Arg::Number(rule.lift),
                ]
            })
            .collect(),
    });
    answer.charts.push(Chart {
        title: Phrase::new("recommend.together_chart"),
        unit: Unit::Number,
        kind: ChartKind::Bars { bars: list.iter().map(|rule| (rule_name(rule), rule.lift)).collect() },
    });
    answer
        .trust
        .push(Phrase::new("recommend.pair_trust").count("orders", model.orders).count("least", first.count as usize));
    answer.evidence = evidence(facts, model, "recommend.method_together");
    answer.actions = vec![about_product("recommend.ask_similar", Intent::SimilarProducts, model, first.antecedent[0])];
    if about.is_some() {
        answer.actions.push(about_product("recommend.ask_together", Intent::BoughtTogether, model, first.consequent));
    }
    Ok(answer)
}

/// Whether an item passes the question's limits.
fn fits(question: &Question, model: &Model, item: u32) -> bool {
    let product = &model.products[item as usize];
    let categories = question.slots.names_of(Dimension::Category);
    let in_category = categories.is_empty() || product.category.as_ref().is_some_and(|name| categories.contains(name));
    let in_price = question.slots.price_limit.is_none_or(|limit| product.price.is_some_and(|price| price <= limit));
    in_category && in_price
}

fn name(model: &Model, item: u32) -> Arg {
    Arg::Text(model.products[item as usize].name.clone())
}

fn product_cells(model: &Model, item: u32) -> [Arg; 3] {
    let product = &model.products[item as usize];
    [
        Arg::Text(product.name.clone()),
        Arg::Text(product.category.clone().unwrap_or_default()),
        product.price.map_or_else(|| Arg::Text(String::new()), |price| Arg::Figure(price, Unit::Money)),
    ]
}

fn columns(names: &[&'static str]) -> Vec<Phrase> {
    let key = |name: &&'static str| match *name {
        "rank" => "recommend.column_rank",
        "product" => "recommend.column_product",
        "category" => "recommend.column_category",
        "price" => "recommend.column_price",
        "score" => "recommend.column_score",
        "reason" => "recommend.column_reason",
        "customers" => "recommend.column_customers",
        "likeness" => "recommend.column_likeness",
        "both" => "recommend.column_both",
        "with" => "recommend.column_with",
        "orders" => "recommend.column_orders",
        "confidence" => "recommend.column_confidence",
        _ => "recommend.column_lift",
    };
    names.iter().map(|name| Phrase::new(key(name))).collect()
}

fn add_trust(answer: &mut Answer, model: &Model) {
    if let Some(check) = model.check {
        answer.trust.push(
            Phrase::new("recommend.trust")
                .with("hit_rate", Arg::Share(check.hit_rate))
                .with("popular", Arg::Share(check.popular_hit_rate))
                .count("customers", check.customers),
        );
    }
}

fn evidence(facts: &Facts, model: &Model, method: &'static str) -> Evidence {
    let sources = [TableName::Orders, TableName::Products]
        .iter()
        .filter_map(|table| facts.coverage.of(*table))
        .map(|coverage| (coverage.table, coverage.rows, coverage.days))
        .collect();
    let known = Phrase::new("recommend.model")
        .count("customers", model.customer.len())
        .count("products", model.products.len())
        .count("pairs", model.interactions.pairs())
        .with("lambda", Arg::Number(model.lambda));
    let model = (method == "recommend.method_ease" && model.ease.is_some()).then_some(known);
    Evidence { sources, method: vec![Phrase::new(method)], model, rows: None }
}

fn about_product(label: &'static str, intent: Intent, model: &Model, item: u32) -> Action {
    let mut slots = Slots::default();
    slots.names.insert(Dimension::Product, vec![model.products[item as usize].name.clone()]);
    Action { label: Phrase::new(label).with("product", name(model, item)), intent, slots }
}

fn failed(what: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> EngineError {
    EngineError::Failed { what, source: Box::new(error) }
}
