// An app on the official Node packages, unmodified. Its twin is tests/sandbox/official_app.py.

import bolt from "@slack/bolt";
import { WebClient } from "@slack/web-api";

const { SANDBOX_URL, MODE, PORT } = process.env;
const slackApiUrl = `${SANDBOX_URL}/api/`;
const channel = "C0HELPENUS";
const plain = (text) => ({ type: "plain_text", text });

const app = new bolt.App({
  token: "xoxb-sandbox",
  clientOptions: { slackApiUrl },
  logLevel: "error",
  ...(MODE === "socket"
    ? { socketMode: true, appToken: "xapp-sandbox" }
    : { signingSecret: "sandbox-signing-secret", endpoints: "/slack/events" }),
});

const modal = (title) => ({
  type: "modal",
  callback_id: "ask",
  title: plain(title),
  submit: plain("Ask"),
  blocks: [{ type: "input", block_id: "guess", label: plain("Word"), element: { type: "plain_text_input", action_id: "word" } }],
});

app.command("/help-clip", async ({ ack, body, client }) => {
  const opened = await client.views.open({ trigger_id: body.trigger_id, view: modal("Wait") });
  await client.views.update({ view_id: opened.view.id, hash: opened.view.hash, view: modal("Ask") });
  await ack(`asked ${body.text}`);
});

app.view("ask", async ({ ack, view, client }) => {
  const { value } = view.state.values.guess.word;
  if (value === "two words") {
    await ack({ response_action: "errors", errors: { guess: "one word" } });
    return;
  }
  await client.chat.postMessage({
    channel,
    text: "a word needs ears",
    metadata: { event_type: "asked", event_payload: { id: "HC-1" } },
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: "*a word needs ears*" } },
      { type: "actions", elements: [{ type: "button", action_id: "go", value: "HC-1", text: plain("Go") }] },
    ],
  });
  await ack();
});

app.action("go", async ({ ack, body, client, respond }) => {
  await client.chat.update({ channel, ts: body.message.ts, text: "settled" });
  await client.chat.postMessage({ channel, thread_ts: body.message.ts, text: "in the thread" });
  await client.chat.postMessage({ channel: body.user.id, text: "to you alone" });
  await client.chat.postEphemeral({ channel, user: body.user.id, text: "whispered" });
  await respond({ text: "responded", replace_original: false });
  await client.filesUploadV2({ channel_id: channel, filename: "report.txt", content: "report", initial_comment: "a report" });
  await ack();
});

app.event("app_home_opened", async ({ event, client }) => {
  const group = await client.usergroups.users.list({ usergroup: "S0REVIEWER" });
  const text = `${group.users.length} reviewers`;
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "header", text: plain(text) }] } });
});

app.shortcut("ask", async ({ ack, shortcut, client }) => {
  await client.views.open({ trigger_id: shortcut.trigger_id, view: modal("Shortcut") });
  await ack();
});

app.message(/^sign in (.+)/, async ({ context, say }) => {
  const token = await new WebClient(undefined, { slackApiUrl }).openid.connect.token({
    client_id: "1000.2000",
    client_secret: "sandbox-client-secret",
    code: context.matches[1],
    redirect_uri: "http://127.0.0.1:9/back",
  });
  const who = await new WebClient(token.access_token, { slackApiUrl }).openid.connect.userInfo();
  await say(`signed in as ${who.name}`);
});

await app.start(Number(PORT));
console.log("ready");
process.on("SIGTERM", async () => {
  await app.stop();
  process.exit(0);
});
