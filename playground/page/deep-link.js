const PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/;

const checked = (payload) => (PAYLOAD.test(payload ?? "") ? payload : null);

/** What the page was opened with (?start=…), once: the address forgets it. Null when there is none. */
export function takeStartPayload() {
  const payload = new URLSearchParams(location.search).get("start");
  if (payload !== null) history.replaceState(null, "", location.pathname);
  return checked(payload);
}

/** The payload of a link to the bot (https://t.me/name?start=…), or null for other links. */
export function payloadOf(href, username) {
  const url = URL.canParse(href) ? new URL(href) : null;
  if (url?.hostname !== "t.me" || url.pathname.toLowerCase() !== `/${username?.toLowerCase()}`)
    return null;
  return checked(url.searchParams.get("start"));
}
