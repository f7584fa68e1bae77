const NAMESPACE = "http://www.w3.org/2000/svg";

// Strokes on a 24 × 24 grid.
const PATHS = {
  send: "M4 12 20 4l-5 16-3.5-6.5L4 12Zm7.5 1.5L20 4",
  attach:
    "M20 11.5 12 19.4a5 5 0 0 1-7-7.1l8.5-8.4a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.3a1.6 1.6 0 0 1-2.3-2.3l7.6-7.5",
  photo: "M4 5h16v14H4V5Zm0 11 5-5 4 4 3-3 4 4M15.5 9.5h.01",
  file: "M6 3h8l4 4v14H6V3Zm8 0v4h4M9 12h6M9 16h6",
  sticker: "M12 3a9 9 0 1 0 9 9c-5 0-9-4-9-9Zm0 0 9 9M8.5 14a4 4 0 0 0 5 2",
  voice:
    "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21",
  video: "M3 6h12v12H3V6Zm12 4 6-3v10l-6-3",
  command: "M4 4h16v16H4V4Zm10.5 4-5 8",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  compare: "M12 3v18M9 7H4v10h5M15 7h5v10h-5",
  split: "M9 7l-5 5 5 5M15 7l5 5-5 5",
  down: "M6 9l6 6 6-6",
  warning: "M12 4 2.5 20h19L12 4Zm0 6v5M12 17.5v.01",
  reply: "M10 6 4 12l6 6M4 12h9a7 7 0 0 1 7 7",
  forward: "M14 6l6 6-6 6M20 12h-9a7 7 0 0 0-7 7",
  left: "M15 6l-6 6 6 6",
  right: "M9 6l6 6-6 6",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6M18 14a6 6 0 0 1 3.5 6",
  broom: "M19 4 12.5 11M10 10l4.5 4.5M10 10c-2 0-5 1-6 8 1.5 2 5 3 7 2 3-1 4-4 3.5-5.500M8 16l-2 3",
  link: "M10 14 20 4M14 4h6v6M18 13v7H4V6h7",
};

/** A decorative line icon; the button around it carries the name. */
export function icon(name) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(NAMESPACE, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
