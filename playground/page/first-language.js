import * as api from "./api.js";
import {
  chosenLanguage,
  languages,
  onPageLanguage,
  pageLanguage,
  showPageLanguage,
} from "./i18n.js";

/**
 * While there is one person, page and person speak one language: the page's switch changes both, and a
 * page that nobody has set follows the person. With more people each has their own.
 */
export function followLanguage(state) {
  state.on("chats", () => {
    const person = onlyPerson(state);
    if (person && !chosenLanguage() && languages.includes(person.language))
      showPageLanguage(person.language);
  });
  onPageLanguage(async (language) => {
    const person = onlyPerson(state);
    if (!person || person.language === language) return;
    const chat = await api.setChatLanguage(person.id, language).catch(() => null);
    if (chat) state.putChat(chat);
  });
}

/** The one person of a page that has no other chats, else null. */
export function onlyPerson(state) {
  return state.chats.length === 1 ? (state.people[0] ?? null) : null;
}

/** Whether the page's own switch is all that is needed to choose a person's language. */
export function isOneLanguage(state) {
  return onlyPerson(state)?.language === pageLanguage();
}
