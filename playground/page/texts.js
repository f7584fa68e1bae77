import en from "./texts/en.js";
import es from "./texts/es.js";
import ptBr from "./texts/pt-br.js";
import ru from "./texts/ru.js";

/** The page's own words, a file a language. */
export const TEXTS = { en, ru, es, "pt-br": ptBr };
