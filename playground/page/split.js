import { h } from "./dom.js";
import { say } from "./i18n.js";
import { icon } from "./icons.js";

/**
 * The line between before and after: a slider for the keyboard, a handle for the pointer.
 *
 * The position is a share (0…1) of the visible part of the picture.
 */
export class Split {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.slider = say(
      h("input", {
        type: "range",
        class: "split-slider",
        min: "0",
        max: "100",
        step: "1",
        value: "50",
      }),
      { "aria-label": "split" },
    );
    this.slider.addEventListener("input", onChange);
    this.onChange = onChange;
    this.element = h(
      "div",
      { class: "split" },
      this.slider,
      h("span", { class: "split-line", "aria-hidden": "true" }),
      h("span", { class: "split-handle", "aria-hidden": "true" }, icon("split")),
    );
  }

  get position() {
    return this.slider.valueAsNumber / 100;
  }

  moveTo(position) {
    this.slider.value = String(Math.round(Math.min(1, Math.max(0, position)) * 100));
    this.onChange();
  }
}
