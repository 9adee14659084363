//! Files from their sending to the answers they give: shown, fixed, imported once, thrown away, refused.

use std::fs;

use super::super::testing::{World, long_ago, order, words};
use super::waiting::Waiting;
use super::*;
use crate::domain::{Content, MeasurePlan, Metric, Need, Place, PlaceId, Platform, Role};
use crate::facts::import::ImportOptions;

const ORDERS: &str = "Order No,Customer,SKU,Qty,Unit Price,Order Date,Region,Notes\n\
    1,C-1,P1,2,10.0,2026-10-01,North,\n\
    2,C-2,P1,1,10.0,2026-10-15,South,gift\n\
    3,C-1,P2,1,5.0,2026-10-31,North,\n\
    4,C-3,P2,x,5.0,2026-10-31,North,\n";

/// Headers that say little: the price has to be named.
const ODD: &str = "Order No,SKU,Qty,zzz,Order Date,Tail\n1,P1,2,10.0,2026-10-01,a\n2,P1,1,10.0,2026-10-02,b\n";

fn world() -> World {
    let world = World::new(None);
    world.person("ana", Role::Analyst, None);
    world.person("mark", Role::Marketer, None);
    world
}

fn revenue(world: &World) -> f64 {
    let plan = MeasurePlan::total(Metric::Revenue, None);
    let facts = world.warehouse.gather(&[Need::Measure(plan.clone())]).unwrap();
    facts.measure(&plan).unwrap().rows.first().map_or(0.0, |row| row.value)
}

fn staged(world: &World) -> usize {
    fs::read_dir(world.folder.path().join("facts/staged")).map_or(0, Iterator::count)
}

#[test]
fn a_file_is_shown_imported_asked_about_and_taken_back() {
    let mut world = world();
    let preview = world.send("ana", "november.csv", ORDERS.as_bytes());
    let said = words(&preview);
    for part in ["november.csv looks like orders", "4 rows", "unit_price from “Unit Price”", "Left out: Notes"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let table = &preview[0].reply.attachments[0].text;
    assert!(table.contains("Order No") && table.contains("2026-10-15"), "{table}");
    assert_eq!(revenue(&world), 0.0);
    let done = world.press("ana", &preview[0], "Import it");
    let said = words(&done);
    assert!(said.contains("Done: 3 rows of orders from november.csv, October 2026"), "{said}");
    assert!(said.contains("Not readable: 1 (1 × "), "{said}");
    assert!(done[0].reply.replaces);
    let list = String::from_utf8(done[0].reply.attachments[0].bytes.clone()).unwrap();
    assert!(list.lines().count() == 2 && list.contains("C-3"), "{list}");
    assert_eq!((revenue(&world), staged(&world)), (35.0, 0));

    assert_eq!(done[0].reply.buttons.len(), 4);
    let asked = world.press("ana", &done[0], "Revenue by region in October 2026");
    let said = words(&asked);
    assert!(said.contains("35") && said.contains("North"), "{said}");

    let again = world.press("ana", &preview[0], "Import it");
    assert!(words(&again).contains("imported already"), "{}", words(&again));
    assert_eq!(revenue(&world), 35.0);
    let gone = world.press("ana", &done[0], "Take it back");
    assert!(words(&gone).contains("gone again"), "{}", words(&gone));
    assert_eq!(revenue(&world), 0.0);
}

#[test]
fn what_is_wrong_is_fixed_by_form_by_sentence_and_by_lines() {
    let mut world = world();
    let file = world.file("odd.csv", ODD.as_bytes());
    let preview = world.hear("ana", Content::File { file, text: "these are orders".to_owned() });
    let fix = |delivery: &crate::domain::Delivery| {
        let button = delivery.reply.buttons.iter().find(|button| button.label == "Fix").unwrap();
        button.form.clone().unwrap().value
    };
    let asks = world.fill("ana", &preview[0], "Fix", Some("table: orders\nunit_price = zzz\nbanana = Tail"));
    let said = words(&asks);
    assert!(said.contains("line 3, “banana = Tail”, names no field"), "{said}");
    assert!(fix(&asks[0]).contains("banana"), "what was written is not lost");
    let asks = world.fill("ana", &asks[0], "Fix", Some("table: orders\nunit_price = nothing"));
    assert!(words(&asks).contains("line 2, “unit_price = nothing”, names no column"), "{}", words(&asks));
    let fixed = world.fill("ana", &asks[0], "Fix", Some("table: orders\nunit_price = zzz"));
    assert!(words(&fixed).contains("unit_price from “zzz”"), "{}", words(&fixed));
    assert!(fix(&fixed[0]).contains("unit_price = zzz"));

    // A plain sentence after a preview, and where there are no forms, lines in the next message.
    let said = world.say("ana", "ignore Qty");
    assert!(words(&said).contains("Qty"), "{}", words(&said));
    let lines = world.press("ana", &said[0], "Fix");
    assert!(words(&lines).contains("unit_price = zzz"), "{}", words(&lines));
    let fixed = world.say("ana", "quantity = Qty; channel = Tail");
    assert!(words(&fixed).contains("channel from “Tail”"), "{}", words(&fixed));
    let said = world.say("ana", "the price is zzz");
    assert!(words(&said).contains("unit_price from “zzz”"), "{}", words(&said));
    let done = world.press("ana", &said[0], "Import it");
    assert!(words(&done).contains("2 rows of orders"), "{}", words(&done));
    assert_eq!(revenue(&world), 30.0);
}

#[test]
fn a_file_that_is_thrown_away_or_pressed_by_another_leaves_nothing() {
    let mut world = world();
    world.person("ben", Role::Analyst, None);
    let preview = world.send("ana", "a.csv", ORDERS.as_bytes());
    assert!(words(&world.press("ben", &preview[0], "Import it")).contains("belongs to somebody else"));
    let cancelled = world.press("ana", &preview[0], "Cancel");
    assert!(cancelled[0].reply.replaces && words(&cancelled).contains("thrown away"));
    assert!(words(&world.press("ana", &preview[0], "Import it")).contains("thrown away before"));
    assert_eq!((revenue(&world), staged(&world)), (0.0, 0));
}

#[test]
fn a_file_waits_across_a_restart_and_is_imported_once_after_a_kill() {
    let mut world = World::on_disk(None);
    world.person("ana", Role::Analyst, None);
    let preview = world.send("ana", "a.csv", ORDERS.as_bytes());
    let world = world.restarted();
    // Killed after the import and before anybody was told: the warehouse has it, the store does not know.
    let waiting = storage::all::<Waiting>(&*world.store).unwrap().remove(0);
    let path = world.warehouse.staged(&waiting.id, &waiting.name);
    let options = ImportOptions::default();
    let mapping = waiting.mapping.clone().unwrap();
    world.warehouse.import(&path, TableName::Orders, &mapping, &options, &mut |_, _| {}).unwrap();
    let mut world = world.restarted();
    let done = world.press("ana", &preview[0], "Import it");
    assert!(words(&done).contains("Done: 3 rows"), "{}", words(&done));
    assert_eq!(world.warehouse.uploads().unwrap().len(), 1);
    assert_eq!(revenue(&world), 35.0);
    // The same content again is known before it is confirmed.
    let again = world.send("ana", "b.csv", ORDERS.as_bytes());
    assert!(words(&again).contains("here already, as upload u0001"), "{}", words(&again));
    assert!(again[0].reply.buttons.iter().all(|button| button.label != "Import it"));
}

#[test]
fn files_that_cannot_be_taken_are_named_with_the_reason() {
    let mut world = world();
    let large = SentFile { name: "big.csv".to_owned(), bytes: 50 << 20, at: FileAt::TooLarge { limit: 20 << 20 } };
    let said = words(&world.hear("ana", Content::File { file: large, text: String::new() }));
    assert!(said.contains("big.csv is too large") && said.contains("50 MB") && said.contains("20 MB"), "{said}");
    let lost = SentFile { name: "lost.csv".to_owned(), bytes: 5, at: FileAt::Lost };
    assert!(words(&world.hear("ana", Content::File { file: lost, text: String::new() })).contains("did not reach me"));
    for (name, bytes, reason) in [
        ("cut.parquet", b"PAR1 and then nothing that is right PAR1".as_slice(), "damaged"),
        ("empty.csv", b"".as_slice(), "is empty"),
        ("header.csv", b"order_id,product_id,quantity,unit_price,ordered_at\n".as_slice(), "no rows"),
    ] {
        let said = words(&world.send("ana", name, bytes));
        assert!(said.contains(name) && said.contains(reason), "{said}");
    }
    assert_eq!(staged(&world), 0);
}

#[test]
fn only_analysts_bring_data_in_and_personal_data_stays_out_of_shared_places() {
    let mut world = world();
    let refused = world.send("mark", "a.csv", ORDERS.as_bytes());
    assert!(words(&refused).contains("Only analysts and owners"), "{}", words(&refused));
    assert_eq!(fs::read_dir(world.folder.path().join("fetched")).unwrap().count(), 0);

    let personal = ORDERS
        .replace("Notes", "Email")
        .replace("gift", "zoe@example.org")
        .replace("North,\n", "North,ana@example.org\n");
    let private = world.send("ana", "p.csv", personal.as_bytes());
    assert!(words(&private).contains("“Email” looks like e-mail addresses"), "{}", words(&private));
    assert!(!private[0].reply.attachments[0].text.contains("example.org"));
    let file = world.file("p.csv", personal.as_bytes());
    let mut message = world.message("ana", Content::File { file, text: String::new() });
    let id = PlaceId { platform: Platform::Telegram, id: "group".to_owned() };
    message.place = Place::Shared { id, viewers: Some(Role::Marketer) };
    let shared = world.assistant.handle(&message);
    assert!(words(&shared).contains("private chat") && !words(&shared).contains("zoe"), "{}", words(&shared));
    assert!(shared[0].reply.attachments.is_empty());
    assert_eq!(staged(&world), 1);
    // Rows of the company's do not stand where customers read along.
    let file = world.file("a.csv", ORDERS.as_bytes());
    let mut message = world.message("ana", Content::File { file, text: String::new() });
    message.place =
        Place::Shared { id: PlaceId { platform: Platform::Telegram, id: "open".to_owned() }, viewers: None };
    let deliveries = world.assistant.handle(&message);
    assert_eq!(deliveries[0].to, crate::domain::Destination::Person(message.from.clone()));
    assert!(deliveries[1].reply.attachments.is_empty());
}

#[test]
fn files_that_waited_too_long_are_removed_at_the_start() {
    let mut world = world();
    let preview = world.send("ana", "a.csv", ORDERS.as_bytes());
    let waiting = storage::all::<Waiting>(&*world.store).unwrap().remove(0);
    let old = Waiting { at: long_ago(), ..waiting };
    world.store.apply(&[Change::keep(&old).unwrap()]).unwrap();
    world.assistant.remove_old_uploads();
    assert_eq!(staged(&world), 0);
    assert!(words(&world.press("ana", &preview[0], "Import it")).contains("gone"));
}

#[test]
fn the_demo_company_makes_room_where_it_is_wanted() {
    let mut world = world();
    world.warehouse.write_orders(&[order("d", "D-1", 100.0)], "demo company, seed 7").unwrap();
    let preview = world.send("ana", "a.csv", ORDERS.as_bytes());
    let done = world.press("ana", &preview[0], "demo company out");
    assert!(words(&done).contains("Done: 3 rows"), "{}", words(&done));
    assert_eq!(revenue(&world), 35.0);
}

#[test]
fn an_unknown_table_is_asked_for() {
    let mut world = world();
    let asks = world.send("ana", "x.csv", b"alpha,beta\n1,2\n3,4\n");
    assert!(words(&asks).contains("cannot tell which table"), "{}", words(&asks));
    let said = world.say("ana", "it's the products table");
    assert!(words(&said).contains("Still missing"), "{}", words(&said));
    let said = world.say("ana", "product_id = alpha; name = beta");
    assert!(words(&said).contains("product_id from “alpha”"), "{}", words(&said));
    let done = world.press("ana", &said[0], "Import it");
    assert!(words(&done).contains("2 rows of products"), "{}", words(&done));
}
