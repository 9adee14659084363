//! Pages that show replies about as the platforms do, for docs/pictures: `cargo test --release pictures -- --ignored`
//! writes them to target/pictures, and script/pictures draws them.

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use discord_emulator::emulator as discord;
use herald::domain::Role;
use telegram_emulator::emulator as telegram;

use super::front::{Front, Person, buttons};
use super::{Serving, fresh, tokio_runtime};

const DISCORD: &str = "body{background:#313338;color:#dbdee1;font:15px sans-serif;width:640px;padding:16px}\
    .m{margin:0 0 14px}.n{font-weight:600;color:#f2f3f5;margin-bottom:3px}\
    .e{background:#2b2d31;border-left:4px solid #5865f2;border-radius:4px;padding:10px 14px;max-width:540px}\
    .e b.t{display:block;color:#fff;margin-bottom:6px}.e img,.m img{max-width:510px;border-radius:4px;margin-top:8px}\
    .b{display:inline-block;background:#4e5058;color:#fff;border-radius:4px;padding:6px 14px;margin:8px 6px 0 0}\
    pre{background:#1e1f22;padding:8px;border-radius:4px;font-size:12px;white-space:pre-wrap}";
const TELEGRAM: &str = "body{background:#0e1621;color:#fff;font:15px sans-serif;width:460px;padding:16px}\
    .m{background:#182533;border-radius:10px;padding:8px 12px;margin:0 0 10px;max-width:400px;white-space:pre-wrap}\
    .u{background:#2b5278;margin-left:80px}.m img{width:100%;border-radius:8px;margin-bottom:6px}\
    .b{display:inline-block;background:#24405c;border-radius:6px;padding:6px 12px;margin:4px 4px 0 0}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Discord's Markdown, as far as replies use it.
fn marked(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split("```").enumerate() {
        if index % 2 == 1 {
            let _ = write!(html, "<pre>{}</pre>", escaped(part.trim_matches('\n')));
            continue;
        }
        for (index, run) in part.split("**").enumerate() {
            let run = escaped(run).replace('\n', "<br>");
            let run: String = run.replace("\\", "");
            let _ = if index % 2 == 1 { write!(html, "<b>{run}</b>") } else { write!(html, "{run}") };
        }
    }
    html
}

fn image(bytes: &[u8]) -> String {
    format!("<img src=\"data:image/png;base64,{}\">", STANDARD.encode(bytes))
}

fn of_discord(messages: &[discord::Message], bot: discord::UserId) -> String {
    let mut html = format!("<meta charset=utf-8><style>{DISCORD}</style>");
    for message in messages {
        let name = if message.author == bot { "Herald" } else { "Ann" };
        let _ = write!(html, "<div class=m><div class=n>{name}</div>{}", marked(&message.content));
        for embed in &message.embeds {
            let title = marked(embed.title.as_deref().unwrap_or_default());
            let words = marked(embed.description.as_deref().unwrap_or_default());
            let _ = write!(html, "<div class=e><b class=t>{title}</b>{words}");
            html.extend(message.files.iter().filter(|file| file.embedded).map(|file| image(&file.bytes)));
            html.push_str("</div>");
        }
        for component in message.all_components() {
            let _ = write!(html, "<span class=b>{}</span>", escaped(component.label.as_deref().unwrap_or_default()));
        }
        html.push_str("</div>");
    }
    html
}

fn of_telegram(emulator: &telegram::Emulator, messages: &[telegram::Message], bot: telegram::UserId) -> String {
    let mut html = format!("<meta charset=utf-8><style>{TELEGRAM}</style>");
    for message in messages {
        let class = if message.from == bot { "m" } else { "m u" };
        let _ = write!(html, "<div class='{class}'>");
        match &message.content {
            telegram::Content::Text(text) => html.push_str(&escaped(&text.text)),
            telegram::Content::Photo { file, caption } | telegram::Content::Document { file, caption } => {
                html.extend(emulator.file(file).map(|file| image(&file.bytes)));
                html.push_str(&escaped(&caption.text));
            }
            telegram::Content::Service(_) => {}
        }
        html.push_str("<div>");
        for button in buttons(message) {
            let _ = write!(html, "<span class=b>{}</span>", escaped(&button));
        }
        html.push_str("</div></div>");
    }
    html
}

#[test]
#[ignore = "writes pages for pictures; script/pictures runs it"]
fn pictures() {
    let herald = fresh();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    tokio_runtime().block_on(async {
        let (here, there) = (Front::discord().await, Front::telegram().await);
        let serving = Serving::start(&herald, vec![here.chat(), there.chat()]);
        here.listens().await;
        there.listens().await;
        let (ann, carla): (Person, Person) = (here.person("Ann"), there.person("Carla"));
        serving.knows(&ann.account, Role::Owner, None);
        serving.knows(&carla.account, Role::Customer, Some("C-00042"));
        for text in [
            "revenue last month by channel",
            "every Monday 9am send a digest with revenue by channel and anomalies here",
        ] {
            serving.say(&here, &ann, text).await;
        }
        let emulator = here.as_discord();
        let channel = super::front::channel(&ann);
        std::fs::write(folder.join("discord.html"), of_discord(&emulator.messages(channel), emulator.bot())).unwrap();
        let boss = there.person("Bo");
        serving.knows(&boss.account, Role::Owner, None);
        let emulator = there.as_telegram();
        for (name, person, texts) in [
            ("telegram", &boss, &["forecast revenue for the next 8 weeks"][..]),
            ("customer", &carla, &["/start", "what would you recommend for me?"][..]),
        ] {
            for text in texts {
                serving.say(&there, person, text).await;
            }
            let messages = emulator.messages(super::front::chat(person));
            std::fs::write(folder.join(format!("{name}.html")), of_telegram(emulator, &messages, emulator.bot()))
                .unwrap();
        }
        serving.end().await;
    });
}
