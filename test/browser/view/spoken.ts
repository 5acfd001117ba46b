import type { Frame } from 'playwright-core'
import type { Forms } from '../../../shared/mcp/app/words/words.ts'

/** Every text of a view in one language. */
export type Texts = Readonly<Record<string, string | Forms>>

export const textsOf = (words: string | Forms) => (typeof words === 'string' ? [words] : Object.values(words))

/** As words of their own: a Danish Monday, mandag, is no English "and". */
const isSaid = (text: string, words: string) =>
  words
    .split(text)
    .slice(1)
    .some((after, at) => !/^\p{L}/u.test(after) && !/\p{L}$/u.test(words.split(text)[at] ?? ''))

/** What of English stands in words that another language has texts for; `shared` are keys of texts that both have. */
export function leftInEnglish(words: string, english: Texts, own: Texts, shared: readonly string[]): string[] {
  const mine = Object.values(own)
    .flatMap((text) => textsOf(text))
    .join('\n')
  return Object.entries(english)
    .filter(([key]) => !shared.includes(key))
    .flatMap(([, text]) => textsOf(text))
    .flatMap((text) => text.split(/\{\w+\}/))
    .map((text) => text.trim())
    .filter((text) => /\p{L}{3}/u.test(text) && isSaid(text, words) && !mine.includes(text))
}

/** All that is read or heard, but for what is marked as another language's. */
export const wordsOf = (view: Frame) =>
  view.evaluate(() => {
    const body = document.body.cloneNode(true) as HTMLElement
    for (const node of body.querySelectorAll('[lang], script')) node.remove()
    const heard = [...body.querySelectorAll('[aria-label], [data-title]')].flatMap((node) => [
      node.getAttribute('aria-label'),
      node.getAttribute('data-title'),
    ])
    const read = [...body.querySelectorAll('*')].flatMap((node) =>
      [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.textContent),
    )
    return [...read, document.title, ...heard].join('\n')
  })

/** Pixels by which a page is wider than its frame. */
export const excessOf = (view: Frame) =>
  view.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
