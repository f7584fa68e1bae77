/** The playground's JSON API. Every function rejects with an ApiError when the answer is not 2xx. */

export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function request(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", ...options });
  if (!response.ok) {
    const problem = await response.json().catch(() => null);
    throw new ApiError(
      problem?.error ?? `${response.status} ${response.statusText}`,
      response.status,
    );
  }
  return response.status === 204 ? null : response.json();
}

function json(method, body) {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

export const getBot = () => request("/api/bot");

export const getChats = () => request("/api/chats");

export const addChat = (name, language) => request("/api/chats", json("POST", { name, language }));

export const setChatLanguage = (chatId, language) =>
  request(`/api/chats/${chatId}`, json("PATCH", { language }));

export const getMessages = (chatId) => request(`/api/chats/${chatId}/messages`);

export const deleteMessage = (chatId, messageId) =>
  request(`/api/chats/${chatId}/messages/${messageId}`, { method: "DELETE" });

/** Presses an inline button; resolves to the bot's answer: {text, show_alert} or {timeout: true}. */
export const press = (chatId, messageId, data) =>
  request(`/api/chats/${chatId}/presses`, json("POST", { message_id: messageId, data }));

/**
 * Sends as the person.
 *
 * @param {number} chatId
 * @param {{kind: string, text?: string, caption?: string, file?: File}} content
 */
export function send(chatId, { kind, text, caption, file }) {
  const form = new FormData();
  form.append("kind", kind);
  if (text) form.append("text", text);
  if (caption) form.append("caption", caption);
  if (file) form.append("file", file, file.name || "file");
  return request(`/api/chats/${chatId}/messages`, { method: "POST", body: form });
}

export const fileUrl = (fileId) => `/api/files/${encodeURIComponent(fileId)}`;

export const downloadUrl = (fileId) => `${fileUrl(fileId)}?download=1`;
