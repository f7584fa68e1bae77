import * as api from "./api.js";
import { Banner } from "./banner.js";
import { Deck } from "./deck.js";
import { newChatDialog, suggestedName } from "./dialogs.js";
import { ignoreStrayDrops } from "./drop-zone.js";
import { EventStream } from "./event-stream.js";
import { pageLanguage, setPageLanguage } from "./i18n.js";
import { State } from "./state.js";
import { Sync } from "./sync.js";
import { topBar } from "./top-bar.js";

const BOT_CHECK_MS = 4000;

const state = new State();
const stream = new EventStream("/api/events");
const deck = new Deck(state);
const banner = new Banner(state, stream);

async function addChat(name, language) {
  const chat = await api.addChat(name, language);
  state.putChat(chat);
  deck.goTo(chat.id);
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
state.on("synced", () => {
  if (state.chats.length === 0) addChat(suggestedName(pageLanguage(), 0), pageLanguage());
});

document.getElementById("app").append(
  topBar(state, () => newChatDialog(state.chats.length, addChat)),
  banner.element,
  deck.tabs,
  deck.columns,
);
setPageLanguage(pageLanguage());
ignoreStrayDrops();
new Sync(state, stream);
stream.open();
setTimeout(watchBot, BOT_CHECK_MS);
