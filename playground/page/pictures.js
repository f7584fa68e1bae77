import { downloadUrl, fileUrl } from "./api.js";

const SHOWN_IN_BROWSERS = [
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
  "image/bmp",
];
const PREVIEW_WIDTH = 640;

/** The photo size a bubble shows: the smallest that is sharp enough, else the largest. */
export function previewSize(sizes) {
  const rising = [...sizes].sort((a, b) => a.width - b.width);
  return rising.find((size) => size.width >= PREVIEW_WIDTH) ?? rising.at(-1);
}

function largest(sizes) {
  return sizes.reduce((best, size) =>
    size.width * size.height > best.width * best.height ? size : best,
  );
}

// Small pictures, whose sides are rounded, tell the shape of large ones.
const SAME_SHAPE = 0.05;

const shapeOf = (size) => (size?.height ? size.width / size.height : null);

/** The picture of a photo in its sizes: {src, download, name, shape}; the shape is width by height. */
export function pictureOfPhoto(sizes) {
  const size = largest(sizes);
  const { file_id: id } = size;
  return { src: fileUrl(id), download: downloadUrl(id), name: null, shape: shapeOf(size) };
}

/** The picture in a message, or null: a photo, or a file that browsers can show. */
export function pictureOf(message) {
  if (message?.photo?.length) return pictureOfPhoto(message.photo);
  const file = message?.animation ?? message?.document;
  if (file && SHOWN_IN_BROWSERS.includes(file.mime_type)) {
    return {
      src: fileUrl(file.file_id),
      download: downloadUrl(file.file_id),
      name: file.file_name ?? null,
      shape: shapeOf(file.thumbnail),
    };
  }
  return null;
}

function haveOneShape(a, b) {
  return !a?.shape || !b?.shape || Math.abs(a.shape / b.shape - 1) < SAME_SHAPE;
}

/**
 * The person's picture that a message of the bot answers, or null; null, too, for one of another shape, as
 * behind a sheet of several pictures: those cannot be laid over each other.
 *
 * Telegram nests only one reply, so the chain is followed through the messages the page has. A picture of
 * an album that answers an album as long was made from the one at the same place.
 *
 * @param {Object} message
 * @param {(messageId: number) => Object|undefined} find
 * @param {(albumId: string) => Array<Object>} album the messages of an album
 */
export function originalOf(message, find, album) {
  if (!message.from?.is_bot) return null;
  const seen = new Set([message.message_id]);
  let earlier = message.reply_to_message;
  while (earlier && !seen.has(earlier.message_id)) {
    seen.add(earlier.message_id);
    const picture = earlier.from?.is_bot ? null : pictureOf(counterpart(message, earlier, album));
    if (picture) return haveOneShape(picture, pictureOf(message)) ? picture : null;
    earlier = earlier.reply_to_message ?? find(earlier.message_id)?.reply_to_message;
  }
  return null;
}

function counterpart(message, earlier, album) {
  if (!message.media_group_id || !earlier.media_group_id) return earlier;
  const [results, originals] = [message, earlier].map((one) => album(one.media_group_id));
  const place = results.findIndex((one) => one.message_id === message.message_id);
  return results.length === originals.length ? (originals[place] ?? earlier) : earlier;
}
