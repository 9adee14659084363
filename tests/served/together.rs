//! Both platforms at once: one fails and the other goes on, one person on both, a customer on one and the team on the
//! other, a file across a restart.

use discord_emulator::emulator as discord;
use herald::domain::{PlaceId, Platform, Role, UserId};

use super::front::Front;
use super::{Fresh, Serving, fresh, tokio_runtime, until};

const THANKS: &str = "thank you very much";

#[test]
fn one_platform_goes_on_when_the_other_is_shut() {
    let herald = Fresh::empty();
    tokio_runtime().block_on(async {
        let (here, there) = (Front::discord().await, Front::telegram().await);
        let serving = Serving::start(&herald, vec![here.chat(), there.chat()]);
        here.listens().await;
        there.listens().await;
        // The token was revoked.
        here.as_discord().gateway().close(4004);
        let person = there.person("Ann");
        let reply = serving.say(&there, &person, THANKS).await;
        assert!(reply.contains("welcome"), "{reply}");
        serving.end().await;
    });
}

#[test]
fn two_accounts_become_one_person() {
    let herald = fresh();
    tokio_runtime().block_on(async {
        let (here, there) = (Front::discord().await, Front::telegram().await);
        let serving = Serving::start(&herald, vec![here.chat(), there.chat()]);
        here.listens().await;
        there.listens().await;
        let (ann, same) = (here.person("Ann"), there.person("Ann"));
        serving.knows(&ann.account, Role::Analyst, None);
        // A customer, as everybody on Telegram is at first.
        let reply = serving.say(&there, &same, "revenue last month").await;
        assert!(reply.contains("only show you your own data"), "{reply}");
        let emulator = here.as_discord();
        let (user, channel) = (discord_user(&ann.account.id), discord_channel(&ann.conversation.0));
        until("the commands", || emulator.view(|view| (!view.commands(None).is_empty()).then_some(()))).await;
        let asked = emulator.slash(channel, user, "link", &[]).unwrap();
        let code = emulator.wait_for(|view| view.original(asked).filter(|message| !message.loading)).await.unwrap();
        let text =
            [code.content.clone(), code.embeds.iter().filter_map(|embed| embed.title.clone()).collect()].concat();
        let code: String = text.split("code is ").nth(1).unwrap().chars().take(8).collect();
        serving.say(&there, &same, &format!("/link {code}")).await;
        serving.press(&there, &same, "Yes, that is me").await;
        let reply = serving.say(&there, &same, "revenue last month").await;
        assert!(reply.contains('€'), "{reply}");
        // The code works once.
        let other = there.person("Eve");
        let reply = serving.say(&there, &other, &format!("/link {code}")).await;
        assert!(reply.contains("does not work"), "{reply}");
        assert_eq!(here.violations(), Vec::<String>::new());
        assert_eq!(there.violations(), Vec::<String>::new());
        serving.end().await;
    });
}

#[test]
fn a_customer_is_answered_by_the_team_and_what_is_personal_stays_private() {
    let mut herald = Fresh::empty();
    tokio_runtime().block_on(async {
        let (here, there) = (Front::discord().await, Front::telegram().await);
        let emulator = here.as_discord();
        let team = emulator.add_user("team");
        let guild = emulator.add_guild("Northwind", team);
        let desk = emulator.add_channel(guild, "desk");
        herald.desk(PlaceId { platform: Platform::Discord, id: desk.get().to_string() });
        let serving = Serving::start(&herald, vec![here.chat(), there.chat()]);
        here.listens().await;
        there.listens().await;
        let customer = there.person("Carla");
        serving.knows(&customer.account, Role::Customer, Some("C-00042"));
        serving.knows(&UserId { platform: Platform::Discord, id: team.get().to_string() }, Role::Marketer, None);
        serving.say(&there, &customer, "/human my kettle leaks").await;
        let wanted = |view: &discord::View<'_>| {
            view.posted(desk).into_iter().find(|message| message.labelled("Reply").is_some())
        };
        let asked = emulator.wait_for(wanted).await.unwrap();
        let reply = asked.labelled("Reply").unwrap().custom_id.clone().unwrap();
        let pressed = emulator.press(asked.id, &reply, team).unwrap();
        let modal = emulator
            .wait_for(|view| match view.interaction(pressed)?.response? {
                discord::Response::Modal(modal) => Some(modal),
                _ => None,
            })
            .await
            .unwrap();
        let input = modal.components[0].components[0].custom_id.clone().unwrap();
        emulator.submit_modal(pressed, &[(&input, "Send us a photo and you get a new one.")]).unwrap();
        until("the team's words", || {
            there.shown(&customer).iter().any(|text| text.contains("you get a new one")).then_some(())
        })
        .await;
        // What the customer says goes on to the desk.
        there.say(&customer, "here is the photo");
        let said = |view: &discord::View<'_>| {
            let posted = view.posted(desk);
            let text = |message: &discord::Message| {
                let embeds = message.embeds.iter().flat_map(|embed| [embed.title.clone(), embed.description.clone()]);
                [vec![message.content.clone()], embeds.flatten().collect()].concat().join(" ")
            };
            posted.into_iter().find(|message| text(message).contains("here is the photo"))
        };
        emulator.wait_for(said).await.unwrap();
        assert_eq!(here.violations(), Vec::<String>::new());
        assert_eq!(there.violations(), Vec::<String>::new());
        serving.end().await;
    });
}

#[test]
fn a_file_waits_through_a_restart() {
    let herald = Fresh::empty();
    let orders = "order_id,customer_id,product_id,quantity,unit_price,ordered_at,region\n\
        o1,C-1,p1,2,4.50,2026-10-02,West\no2,C-2,p2,1,9.00,2026-10-03,East\no3,C-1,p2,3,9.00,2026-10-05,West\n";
    tokio_runtime().block_on(async {
        let front = Front::telegram().await;
        let serving = Serving::start(&herald, vec![front.chat()]);
        front.listens().await;
        let person = front.person("Ann");
        serving.knows(&person.account, Role::Owner, None);
        front.sends_file(&person, "orders.csv", orders.as_bytes());
        serving.answered(&front, &person, &[]).await;
        assert!(front.shown(&person).concat().contains("orders"), "{:?}", front.shown(&person));
        serving.kill().await;
        let again = Serving::start(&herald, vec![front.chat()]);
        front.listens().await;
        let shown = again.press(&front, &person, "Import it").await;
        assert!(shown.contains("3 rows"), "{shown}");
        let shown = again.say(&front, &person, "revenue in October 2026 by region").await;
        assert!(shown.contains("West") && shown.contains("36"), "{shown}");
        assert_eq!(front.violations(), Vec::<String>::new());
        again.end().await;
    });
}

fn discord_user(id: &str) -> discord::UserId {
    discord::UserId::from(id.parse::<u64>().unwrap())
}

fn discord_channel(conversation: &str) -> discord::ChannelId {
    discord::ChannelId::from(conversation.rsplit(':').next().unwrap().parse::<u64>().unwrap())
}
