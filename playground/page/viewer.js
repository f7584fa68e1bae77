import { h } from "./dom.js";
import { say } from "./i18n.js";
import { PanZoom, ZOOM_STEP } from "./pan-zoom.js";
import { Split } from "./split.js";
import { ViewerBar } from "./viewer-bar.js";

const PAN_STEP_PX = 60;

function load(src) {
  const image = h("img", { src, alt: "", draggable: "false" });
  return image.decode().then(() => image);
}

/** A picture over the whole window, alone or against the one it was made from. */
class Viewer {
  #mode;
  #dragsSplit = false;

  constructor({ after, before, mode }) {
    this.#mode = mode;
    this.after = after;
    this.before = before;
    this.beforeLayer = h("div", { class: "layer layer-before" });
    this.afterLayer = h("div", { class: "layer" });
    this.split = new Split(() => this.#place());
    this.stage = say(
      h(
        "div",
        { class: "stage", tabindex: "0", role: "group" },
        this.afterLayer,
        this.beforeLayer,
        say(h("span", { class: "tag tag-before" }), { text: "before" }),
        say(h("span", { class: "tag tag-after" }), { text: "after" }),
        this.split.element,
        h("span", { class: "spinner" }),
      ),
      { "aria-label": "picture" },
    );
    this.zoom = new PanZoom(this.stage, () => this.#place());
    this.bar = new ViewerBar(this.after, this.zoom, {
      onCompare: before && (() => this.#toggleMode()),
      onClose: () => this.dialog.close(),
    });
    this.dialog = say(h("dialog", { class: "viewer" }, this.bar.element, this.stage), {
      "aria-label": "picture",
    });
    this.resizes = new ResizeObserver(() => this.zoom.fit());
    this.#listen();
    this.#showMode();
  }

  async open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.stage.focus();
    try {
      await this.#loadPictures();
    } catch {
      this.stage.replaceChildren(say(h("p", { class: "picture-gone" }), { text: "pictureGone" }));
    }
    this.dialog.dataset.state = "ready";
  }

  async #loadPictures() {
    const [after, before] = await Promise.all([
      load(this.after.src),
      this.before && load(this.before.src).catch(() => null),
    ]);
    this.afterLayer.append(after);
    if (before) this.beforeLayer.append(before);
    else this.#giveUpComparing();
    const dimensions = [before, after]
      .filter(Boolean)
      .map((image) => `${image.naturalWidth} × ${image.naturalHeight}`);
    this.bar.showSize(dimensions.join(" → "));
    this.zoom.setPicture(after.naturalWidth, after.naturalHeight);
    this.resizes.observe(this.stage);
  }

  #listen() {
    this.dialog.addEventListener("close", () => {
      this.resizes.disconnect();
      this.dialog.remove();
    });
    this.stage.addEventListener("keydown", (event) => this.#key(event));
    this.stage.addEventListener("dblclick", () =>
      this.zoom.isFitted ? this.zoom.actualSize() : this.zoom.fit(),
    );
    this.stage.addEventListener("pointerdown", (event) => this.#down(event));
    this.stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"]) {
      this.stage.addEventListener(type, (event) => {
        this.zoom.pointerUp(event);
        this.#dragsSplit = false;
      });
    }
  }

  // The original is no longer kept, or there never was one.
  #giveUpComparing() {
    this.#mode = "single";
    this.bar.hideCompare();
    this.#showMode();
  }

  #toggleMode() {
    this.#mode = this.#mode === "compare" ? "single" : "compare";
    this.#showMode();
    this.#place();
  }

  #showMode() {
    this.dialog.dataset.mode = this.#mode;
    this.bar.showComparing(this.#mode === "compare");
  }

  #key(event) {
    if (event.target !== this.stage) return;
    const action = {
      "+": () => this.zoom.zoomBy(ZOOM_STEP),
      "=": () => this.zoom.zoomBy(ZOOM_STEP),
      "-": () => this.zoom.zoomBy(1 / ZOOM_STEP),
      0: () => this.zoom.fit(),
      1: () => this.zoom.actualSize(),
      ArrowLeft: () => this.zoom.panBy(PAN_STEP_PX, 0),
      ArrowRight: () => this.zoom.panBy(-PAN_STEP_PX, 0),
      ArrowUp: () => this.zoom.panBy(0, PAN_STEP_PX),
      ArrowDown: () => this.zoom.panBy(0, -PAN_STEP_PX),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  #down(event) {
    if (event.button !== 0) return;
    this.stage.setPointerCapture(event.pointerId);
    const onHandle = event.target.closest(".split-handle, .split-slider");
    this.#dragsSplit = this.#mode === "compare" && Boolean(onHandle || this.zoom.isFitted);
    if (!onHandle) this.zoom.pointerDown(event);
    if (this.#dragsSplit) this.#moveSplit(event);
  }

  #move(event) {
    if (!this.zoom.pointerMove(event) && this.#dragsSplit) this.#moveSplit(event);
  }

  #moveSplit(event) {
    const { left, width } = this.#visible();
    this.split.moveTo((event.clientX - this.stage.getBoundingClientRect().left - left) / width);
  }

  // The part of the stage that the picture covers, in stage pixels.
  #visible() {
    const { x, y, width, height, scale } = this.zoom;
    const left = Math.max(0, x);
    const top = Math.max(0, y);
    return {
      left,
      top,
      width: Math.max(1, Math.min(this.stage.clientWidth, x + width * scale) - left),
      height: Math.max(1, Math.min(this.stage.clientHeight, y + height * scale) - top),
    };
  }

  #place() {
    const { x, y, width, height, scale } = this.zoom;
    const visible = this.#visible();
    const pixels = {
      "--x": x,
      "--y": y,
      "--width": width * scale,
      "--height": height * scale,
      "--split": visible.left + visible.width * this.split.position,
      "--left": visible.left,
      "--top": visible.top,
      "--visible-width": visible.width,
      "--visible-height": visible.height,
    };
    for (const [name, value] of Object.entries(pixels))
      this.stage.style.setProperty(name, `${value}px`);
    this.stage.classList.toggle("stage-zoomed", !this.zoom.isFitted);
    this.bar.showScale(scale * window.devicePixelRatio);
  }
}

/**
 * Opens a picture.
 *
 * @param {Object} options
 * @param {{src: string, download: string, name: ?string}} options.after
 * @param {?{src: string}} options.before the picture it was made from
 * @param {"single"|"compare"} options.mode
 */
export function openViewer(options) {
  new Viewer(options).open();
}
