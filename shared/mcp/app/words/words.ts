import { da } from './da.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fi } from './fi.ts'
import { fr } from './fr.ts'
import { it } from './it.ts'
import { nb } from './nb.ts'
import { nl } from './nl.ts'
import { pl } from './pl.ts'
import { pt } from './pt.ts'
import { sv } from './sv.ts'

/** One text for each class of number that a language tells apart; `{n}` is the number. */
export type Forms = Partial<Readonly<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string }

/** Every text of the view. What stands in braces is filled in. */
export type Words = { readonly [K in keyof typeof en]: (typeof en)[K] extends string ? string : Forms }
type Key<V> = { [K in keyof Words]: Words[K] extends V ? K : never }[keyof Words]
export type TextKey = Key<string>
export type CountKey = Exclude<keyof Words, TextKey>
export type Values = Readonly<Record<string, string>>

/** The view's texts in the reader's language. */
export type Talk = {
  /** BCP 47, of the texts. */
  readonly language: string
  /** BCP 47, of numbers and dates: the host's, or the browser's own. */
  readonly locale: string | undefined
  readonly text: (key: TextKey, values?: Values) => string
  /** The form for so many; `{n}` is written as numbers are. */
  readonly count: (key: CountKey, n: number, values?: Values) => string
}

export const LANGUAGES: Readonly<Record<string, Words>> = { en, de, fr, es, nl, it, pt, da, sv, nb, fi, pl }
/** Macrolanguage and sister: each reads the other. */
const READ_AS: Readonly<Record<string, string>> = { no: 'nb', nn: 'nb' }

/**
 * @param locale of the host, BCP 47; one that the browser cannot read is as good as none
 * @see https://www.rfc-editor.org/rfc/rfc4647#section-3.4
 */
export function talkFor(locale: string | undefined): Talk {
  const known = canonical(locale) ?? canonical(navigator.language)
  const spoken = known === undefined ? 'en' : new Intl.Locale(known).language
  const wanted = READ_AS[spoken] ?? spoken
  const language = Object.hasOwn(LANGUAGES, wanted) ? wanted : 'en'
  const words: Words = LANGUAGES[language] ?? en
  const rules = new Intl.PluralRules(language)
  const digits = new Intl.NumberFormat(known)
  return {
    language,
    locale: known,
    text: (key, values = {}) => filled(words[key], values),
    count: (key, n, values = {}) => {
      const forms: Forms = words[key]
      return filled(forms[rules.select(n)] ?? forms.other, { ...values, n: digits.format(n) })
    },
  }
}

/** A value is put in once, so that braces in a record's name stay what they are. */
function filled(text: string, values: Values): string {
  return text.replaceAll(
    /\{(\w+)\}/g,
    (whole, name: string) => (Object.hasOwn(values, name) ? values[name] : whole) ?? whole,
  )
}

function canonical(locale: string | undefined): string | undefined {
  try {
    return locale === undefined ? undefined : Intl.getCanonicalLocales(locale)[0]
  } catch {
    return undefined
  }
}
