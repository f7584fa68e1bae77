/**
 * Makes an element. Data only ever becomes text nodes and attributes, never markup.
 *
 * @param {string} tag
 * @param {Object} [props] `class`, `dataset`, `on` ({event: listener}); anything else is an attribute.
 *   `true` sets an empty attribute; `false`, `null` and `undefined` leave it out.
 * @param {...(Node|string|null|undefined|false)} children
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [type, listener] of Object.entries(value))
        element.addEventListener(type, listener);
    } else if (name === "dataset") {
      Object.assign(element.dataset, value);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child || child === ""));
  return element;
}

const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Whether the reader has asked for less motion. */
export const reducesMotion = () => reducedMotion.matches;

/** "auto" for people who asked for less motion, else "smooth". */
export function scrollBehaviour() {
  return reducedMotion.matches ? "auto" : "smooth";
}
