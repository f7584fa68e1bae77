import { pageLanguage } from "./i18n.js";

/** Hours and minutes of a Unix time, in the page's language. */
export function clock(seconds) {
  return new Intl.DateTimeFormat(pageLanguage(), { hour: "2-digit", minute: "2-digit" }).format(
    seconds * 1000,
  );
}

/** A number of bytes as people say it: 950 B, 14 kB, 2.3 MB. */
export function fileSize(bytes) {
  const [unit, divisor] =
    bytes < 1000 ? ["byte", 1] : bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  const digits = unit === "megabyte" ? 1 : 0;
  return new Intl.NumberFormat(pageLanguage(), {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: digits,
  }).format(bytes / divisor);
}

/** `table[language]`, else the table's default (""). */
export function inLanguage(table, language) {
  const own = table?.[language];
  return own?.length ? own : table?.[""];
}
