import { h } from "./dom.js";
import { say } from "./i18n.js";
import { icon } from "./icons.js";

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function target(kind, iconName, key, onFiles) {
  const element = h(
    "div",
    { class: "drop-target" },
    icon(iconName),
    say(h("span", {}), { text: key }),
  );
  element.addEventListener("dragenter", () => element.classList.add("drop-target-over"));
  element.addEventListener("dragleave", () => element.classList.remove("drop-target-over"));
  element.addEventListener("drop", (event) => {
    element.classList.remove("drop-target-over");
    onFiles([...event.dataTransfer.files], kind);
  });
  return element;
}

/**
 * While files are dragged over `host`, shows two places to drop them: as photo and as file.
 *
 * @param {HTMLElement} host
 * @param {(files: Array<File>, kind: string) => void} onFiles
 */
export function dropZone(host, onFiles) {
  const overlay = h(
    "div",
    { class: "drop-zone", hidden: true },
    target("photo", "photo", "dropPhoto", onFiles),
    target("document", "file", "dropFile", onFiles),
  );
  host.append(overlay);
  let depth = 0;
  const show = (change) => {
    depth = Math.max(0, depth + change);
    overlay.hidden = depth === 0;
  };
  host.addEventListener("dragenter", (event) => carriesFiles(event) && show(1));
  host.addEventListener("dragleave", (event) => carriesFiles(event) && show(-1));
  host.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  host.addEventListener("drop", (event) => {
    event.preventDefault();
    show(-depth);
  });
}

/** Keeps the browser from leaving the page for a file that is dropped beside the places for it. */
export function ignoreStrayDrops() {
  for (const type of ["dragover", "drop"]) {
    document.addEventListener(type, (event) => carriesFiles(event) && event.preventDefault());
  }
}
