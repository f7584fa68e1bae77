/** How much one press of a button or a key changes the scale. */
export const ZOOM_STEP = 1.5;

const LARGEST_SCALE = 12;
const WHEEL_STEP = 0.0015;

/**
 * Where a picture lies on a stage: scale and offset, changed by wheel, pinch and drag.
 *
 * The scale is in stage pixels per picture pixel. At its smallest the picture fits the stage.
 */
export class PanZoom {
  #pointers = new Map();
  scale = 1;
  x = 0;
  y = 0;

  /**
   * @param {HTMLElement} stage
   * @param {() => void} onChange
   */
  constructor(stage, onChange) {
    this.stage = stage;
    this.onChange = onChange;
    this.width = 1;
    this.height = 1;
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** The picture's size in its own pixels; it is fitted to the stage. */
  setPicture(width, height) {
    Object.assign(this, { width, height });
    this.fit();
  }

  get fitScale() {
    const { clientWidth, clientHeight } = this.stage;
    return Math.min(
      clientWidth / this.width,
      clientHeight / this.height,
      1 / window.devicePixelRatio,
    );
  }

  get isFitted() {
    return this.scale <= this.fitScale * 1.001;
  }

  fit() {
    this.#set(this.fitScale, this.stage.clientWidth / 2, this.stage.clientHeight / 2);
  }

  /** One pixel of the picture on one of the screen. */
  actualSize() {
    this.#set(1 / window.devicePixelRatio, this.stage.clientWidth / 2, this.stage.clientHeight / 2);
  }

  /** Multiplies the scale, keeping the given point of the stage (its middle by default) in place. */
  zoomBy(factor, pointX = this.stage.clientWidth / 2, pointY = this.stage.clientHeight / 2) {
    this.#set(this.scale * factor, pointX, pointY);
  }

  panBy(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.#settle();
  }

  /** Follows a pointer that went down on the stage; two make a pinch. */
  pointerDown(event) {
    this.#pointers.set(event.pointerId, this.#point(event));
  }

  /** True when the move was used up: it panned a zoomed picture, or pinched. */
  pointerMove(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return false;
    const now = this.#point(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other) {
      const factor = distance(now, other) / Math.max(1, distance(before, other));
      this.zoomBy(factor, (now.x + other.x) / 2, (now.y + other.y) / 2);
      return true;
    }
    if (this.isFitted) return false;
    this.panBy(now.x - before.x, now.y - before.y);
    return true;
  }

  pointerUp(event) {
    this.#pointers.delete(event.pointerId);
  }

  #point(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #wheel(event) {
    event.preventDefault();
    const { x, y } = this.#point(event);
    this.zoomBy(Math.exp(-event.deltaY * WHEEL_STEP), x, y);
  }

  #set(wanted, pointX, pointY) {
    const scale = Math.min(Math.max(wanted, this.fitScale), LARGEST_SCALE);
    const ratio = scale / this.scale;
    this.x = pointX - (pointX - this.x) * ratio;
    this.y = pointY - (pointY - this.y) * ratio;
    this.scale = scale;
    this.#settle();
  }

  // A picture smaller than the stage sits in its middle; a larger one leaves no gap at the edges.
  #settle() {
    this.x = settled(this.x, this.width * this.scale, this.stage.clientWidth);
    this.y = settled(this.y, this.height * this.scale, this.stage.clientHeight);
    this.onChange();
  }
}

function settled(offset, size, room) {
  return size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, offset));
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
