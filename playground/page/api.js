/** The playground's JSON API. Every function rejects with an ApiError when it does not succeed. */

/** What went wrong; `code` is the end of a text's name ("problem_…"), so that the page can say it. */
export class ApiError extends Error {
  constructor(code, detail) {
    super(detail ?? code);
    this.code = code;
  }
}

async function request(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", ...options }).catch((error) => {
    throw new ApiError("offline", error.message);
  });
  if (!response.ok) throw problemOf(await response.json().catch(() => null), response.status);
  return response.status === 204 ? null : response.json();
}

function problemOf(body, status) {
  return new ApiError(body?.code ?? "refused", body?.error ?? String(status));
}

function json(method, body) {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

const messagesPath = (chatId) => `/api/chats/${chatId}/messages`;

export const getBot = () => request("/api/bot");

export const getChats = () => request("/api/chats");

export const addChat = (name, language) => request("/api/chats", json("POST", { name, language }));

export const addGroup = (name, members) => request("/api/chats", json("POST", { name, members }));

export const setChatLanguage = (chatId, language) =>
  request(`/api/chats/${chatId}`, json("PATCH", { language }));

export const getMessages = (chatId) => request(messagesPath(chatId));

export const clearChat = (chatId) => request(messagesPath(chatId), { method: "DELETE" });

export const deleteMessage = (chatId, messageId) =>
  request(`${messagesPath(chatId)}/${messageId}`, { method: "DELETE" });

/**
 * Presses an inline button; resolves to the bot's answer: {text, show_alert} or {timeout: true}.
 *
 * @param {?number} as who presses it, in a group
 */
export const press = (chatId, messageId, data, as) =>
  request(`/api/chats/${chatId}/presses`, json("POST", { message_id: messageId, data, as }));

/**
 * Sends as a person; resolves to the messages that come of it.
 *
 * @param {number} chatId
 * @param {Object} content `kind` ("text", "photo", "document", "animation", "sticker" …, "forward"), and what
 *   belongs to it: `text`, `caption`, `files`, `replyTo` (a message's id), `as` (a person's id, in a
 *   group), `fromChat` and `messageIds` of what is forwarded
 * @param {{onProgress: function(number), signal: AbortSignal}} [transfer] the share that is uploaded, 0…1
 */
export function send(chatId, content, transfer = {}) {
  const form = new FormData();
  const fields = {
    kind: content.kind,
    text: content.text,
    caption: content.caption,
    reply_to: content.replyTo,
    as: content.as,
    from_chat: content.fromChat,
    messages: content.messageIds && JSON.stringify(content.messageIds),
  };
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  (content.files ?? []).forEach((file, index) =>
    form.append(`file${index}`, file, file.name || "file"),
  );
  return upload(messagesPath(chatId), form, transfer);
}

// fetch() tells nothing of how much has gone out.
function upload(path, form, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", path);
    call.responseType = "json";
    call.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    });
    call.addEventListener("load", () =>
      call.status === 200 ? resolve(call.response) : reject(problemOf(call.response, call.status)),
    );
    call.addEventListener("error", () => reject(new ApiError("offline")));
    call.addEventListener("abort", () => reject(new ApiError("cancelled")));
    signal?.addEventListener("abort", () => call.abort());
    call.send(form);
  });
}

export const fileUrl = (fileId) => `/api/files/${encodeURIComponent(fileId)}`;

export const downloadUrl = (fileId) => `${fileUrl(fileId)}?download=1`;
