//! Requests that serenity itself would never send. Gateway payloads of that kind are in `wire`.

use crate::bot::World;

#[tokio::test]
async fn malformed_requests_are_refused() {
    let world = World::quiet().await;
    let client = reqwest::Client::new();
    let url = format!("{}/api/v10/channels/{}/messages", world.emulator.rest_url(), world.channel);
    let token = format!("Bot {}", world.emulator.token());
    let agent = "DiscordBot (https://example.com, 1)";
    let send = |agent: &str, token: &str, kind: &str, body: &'static str| {
        client
            .post(&url)
            .header("user-agent", agent)
            .header("authorization", token)
            .header("content-type", kind)
            .body(body)
    };
    let code = async |request: reqwest::RequestBuilder| {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json::<serde_json::Value>().await.unwrap()["code"].as_u64().unwrap())
    };
    assert_eq!(code(send("curl/8", &token, "application/json", "{}")).await, (403, 40_333));
    assert_eq!(code(send(agent, "Bot x", "application/json", "{}")).await, (401, 0));
    assert_eq!(code(send(agent, &token, "application/json", "{")).await, (400, 50_109));
    assert_eq!(code(send(agent, &token, "text/plain", "{}")).await, (400, 50_035));
    let get = |path: &str| {
        let url = format!("{}/api/{path}", world.emulator.rest_url());
        client.get(url).header("user-agent", agent).header("authorization", &token)
    };
    assert_eq!(code(get("v10/nowhere")).await, (404, 0));
    assert_eq!(code(get("v6/users/@me")).await, (404, 0));
    assert_eq!(code(get("v10/channels/abc")).await, (400, 50_035));
    assert_eq!(code(client.put(&url).header("user-agent", agent).header("authorization", &token)).await, (405, 0));
    assert_eq!(world.emulator.violations().len(), 8);
    let limits = get("v10/users/@me").send().await.unwrap();
    assert_eq!(limits.headers()["x-ratelimit-remaining"], "9999");
}
