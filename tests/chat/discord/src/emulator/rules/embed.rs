//! The rules of embeds («Embed Limits» of the message resource). Whether their files exist is checked on posting.

use serde_json::Value;

use super::form::Form;

/// Checks a message's embeds: ten of them, with 6000 characters in all.
pub(super) fn check_embeds(form: &mut Form, embeds: &Value) {
    let mut total = 0;
    for (index, embed) in form.list("embeds", embeds, 0..=10).iter().enumerate() {
        let at = |key: &str| format!("embeds.{index}.{key}");
        if !embed.is_object() {
            form.refuse(&format!("embeds.{index}"), "MODEL_TYPE_CONVERT", "Only dictionaries may be used.");
            continue;
        }
        form.text(&at("title"), &embed["title"], 0..=256);
        form.text(&at("description"), &embed["description"], 0..=4096);
        form.integer(&at("color"), &embed["color"], 0..=0xFF_FFFF);
        if !embed["footer"].is_null() {
            form.required_text(&at("footer.text"), &embed["footer"]["text"], 1..=2048);
        }
        if !embed["author"].is_null() {
            form.required_text(&at("author.name"), &embed["author"]["name"], 1..=256);
        }
        for (number, field) in form.list(&at("fields"), &embed["fields"], 0..=25).iter().enumerate() {
            form.required_text(&at(&format!("fields.{number}.name")), &field["name"], 1..=256);
            form.required_text(&at(&format!("fields.{number}.value")), &field["value"], 1..=1024);
            total += characters(&field["name"]) + characters(&field["value"]);
        }
        if let Some(text) = embed["timestamp"].as_str()
            && text.parse::<jiff::Timestamp>().is_err()
        {
            form.refuse(&at("timestamp"), "DATE_TIME_TYPE_PARSE", format!("Could not parse {text}."));
        }
        for (key, value, files) in [
            ("url", &embed["url"], false),
            ("image.url", &embed["image"]["url"], true),
            ("thumbnail.url", &embed["thumbnail"]["url"], true),
            ("author.icon_url", &embed["author"]["icon_url"], true),
            ("footer.icon_url", &embed["footer"]["icon_url"], true),
        ] {
            check_url(form, &at(key), value, files);
        }
        let named = [&embed["title"], &embed["description"], &embed["footer"]["text"], &embed["author"]["name"]];
        total += named.into_iter().map(characters).sum::<usize>();
    }
    if total > 6000 {
        form.refuse("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
    }
}

fn characters(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

fn check_url(form: &mut Form, path: &str, value: &Value, files: bool) {
    let Some(url) = value.as_str() else { return };
    let scheme = url.split("://").next().unwrap_or_default();
    let known = matches!(scheme, "http" | "https") || files && scheme == "attachment";
    if !known || !url.contains("://") {
        let schemes = if files { "'http', 'https', 'attachment'" } else { "'http', 'https'" };
        let message = format!("Scheme \"{scheme}\" is not supported. Scheme must be one of ({schemes}).");
        form.refuse(path, "URL_TYPE_INVALID_SCHEME", message);
    } else if url.len() > 2048 {
        form.refuse(path, "BASE_TYPE_MAX_LENGTH", "Must be 2048 or fewer in length.");
    }
}
