import { h } from "./dom.js";
import { nameIt, say } from "./i18n.js";
import { icon } from "./icons.js";
import { ZOOM_STEP } from "./pan-zoom.js";

function iconButton(iconName, key, onClick) {
  const button = h("button", { type: "button", class: "icon-button", on: { click: onClick } });
  button.append(icon(iconName));
  return nameIt(button, key);
}

function wordButton(onClick, ...children) {
  const attributes = { type: "button", class: "button button-small", on: { click: onClick } };
  return h("button", attributes, ...children);
}

const word = (key) => say(h("span", {}), { text: key });

/** The head of the picture viewer: size, comparison, zoom, download, close. */
export class ViewerBar {
  /**
   * @param {{download: string, name: ?string}} picture
   * @param {PanZoom} zoom
   * @param {{onCompare: ?function(), onClose: function()}} actions without onCompare there is
   *   nothing to compare with
   */
  constructor(picture, zoom, { onCompare, onClose }) {
    this.size = h("span", { class: "viewer-size" });
    this.percent = h("output", { class: "viewer-percent" });
    this.compare = onCompare && wordButton(onCompare, icon("compare"), word("compare"));
    if (this.compare) nameIt(this.compare, "compareHint");
    const download = { class: "icon-button", href: picture.download, download: picture.name ?? "" };
    this.element = h(
      "header",
      { class: "viewer-bar" },
      this.size,
      this.compare,
      h(
        "span",
        { class: "viewer-zoom" },
        iconButton("minus", "zoomOut", () => zoom.zoomBy(1 / ZOOM_STEP)),
        this.percent,
        iconButton("plus", "zoomIn", () => zoom.zoomBy(ZOOM_STEP)),
        nameIt(
          wordButton(() => zoom.fit(), icon("fit"), word("fit")),
          "fitHint",
        ),
        nameIt(
          wordButton(() => zoom.actualSize(), "1:1"),
          "actualSize",
        ),
      ),
      nameIt(h("a", download, icon("download")), "download"),
      iconButton("close", "close", onClose),
    );
  }

  showSize(words) {
    this.size.textContent = words;
  }

  /** @param {number} scale screen pixels per pixel of the picture */
  showScale(scale) {
    this.percent.textContent = `${Math.round(scale * 100)} %`;
  }

  hideCompare() {
    if (this.compare) this.compare.hidden = true;
  }

  showComparing(comparing) {
    this.compare?.setAttribute("aria-pressed", String(comparing));
  }
}
