import * as api from "./api.js";
import { Banner } from "./banner.js";
import { takeStartPayload } from "./deep-link.js";
import { Deck } from "./deck.js";
import { newChatDialog, newGroupDialog, suggestedName } from "./dialogs.js";
import { ignoreStrayDrops } from "./drop-zone.js";
import { EventStream } from "./event-stream.js";
import { followLanguage } from "./first-language.js";
import { pageLanguage, showPageLanguage } from "./i18n.js";
import { State } from "./state.js";
import { Sync } from "./sync.js";
import { topBar } from "./top-bar.js";

const BOT_CHECK_MS = 4000;

const state = new State();
const stream = new EventStream("/api/events");
const deck = new Deck(state);
const banner = new Banner(state);
let startPayload = takeStartPayload();

async function addChat(name, language) {
  const chat = await api.addChat(name, language);
  state.putChat(chat);
  deck.goTo(chat.id);
  return chat;
}

async function addGroup(title, people) {
  const members = [];
  for (const person of people)
    members.push(person.id ?? (await addChat(person.name, pageLanguage())).id);
  const group = await api.addGroup(title, members);
  state.putChat(group);
  deck.goTo(group.id);
}

// The API has no event for the bot's coming and going, nor for its new commands.
async function watchBot() {
  if (!document.hidden) {
    const bot = await api.getBot().catch(() => null);
    if (bot && JSON.stringify(bot) !== JSON.stringify(state.bot)) state.setBot(bot);
  }
  setTimeout(watchBot, BOT_CHECK_MS);
}

// A playground that has just started has nobody in it: the page brings the first person.
state.on("synced", async () => {
  if (state.chats.length === 0)
    await addChat(suggestedName(pageLanguage(), 0), pageLanguage()).catch(() => null);
  if (startPayload) deck.offerStart(startPayload);
  startPayload = null;
});

document.getElementById("app").append(
  topBar(state, () =>
    newChatDialog(state.people.length, addChat, () => newGroupDialog(state.people, addGroup)),
  ),
  banner.element,
  deck.tabs,
  deck.columns,
);
showPageLanguage();
followLanguage(state);
ignoreStrayDrops();
new Sync(state, stream);
stream.open();
setTimeout(watchBot, BOT_CHECK_MS);
