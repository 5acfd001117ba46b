/** In the place of all languages: what zod itself says, it says in English. */
export { default as en } from 'zod/v4/locales/en.js'
