import { styleText } from 'node:util'
import type { Step } from '../chatgpt/client.ts'
import { type Column, renderTable } from './table.ts'

export const WIDTH = 100
const INDENT = '    '

/** What a browser's step is to the person who makes it; other steps say it themselves. */
const MEANING: Readonly<Record<string, string>> = {
  'GET app /oauth/authorize': 'Browser: the consent page',
  'POST app /oauth/authorize': 'Browser: "Continue", off to Entra',
  'GET entra authorize': 'Browser: Entra asks who signs in',
  'POST entra authorize': 'Browser: picks the account',
  'GET app /oauth/callback': 'Browser: back from Entra',
}

export type Transcript = {
  readonly heading: (text: string) => void
  readonly say: (text: string) => void
  /** What a tool answered in words. */
  readonly quote: (text: string) => void
  readonly step: (step: Step) => void
  readonly question: (who: string, text: string) => void
  readonly table: (columns: readonly Column[], rows: readonly (readonly string[])[]) => void
  readonly proven: (claim: string) => void
}

function place(url: string, appOrigin: string): { readonly host: string; readonly path: string } {
  const { origin, pathname } = new URL(url)
  if (origin === appOrigin) return { host: 'app', path: pathname }
  return { host: 'entra', path: pathname.split('/').at(-1) ?? '' }
}

/** Lines of whole words, as wide as the transcript less `indent`. */
export function wrap(text: string, indent = INDENT): string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.map((line) => indent + line)
}

const cut = (text: string) => (text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`)

/** One exchange in one line: status, method, where, what it is. */
export function stepLine({ title, method, url, status }: Step, appOrigin: string): string {
  const { host, path } = place(url, appOrigin)
  const meaning = MEANING[`${method} ${host} ${path}`] ?? title
  return cut(`  ${status}  ${method.padEnd(4)}  ${host.padEnd(5)}  ${path.padEnd(41)}  ${meaning}`)
}

/** Prints for a person's eyes; colours only where `stdout` is a terminal that wants them. */
export function createTranscript(write: (text: string) => void, appOrigin: string): Transcript {
  const line = (text = '') => write(`${text}\n`)
  return {
    heading: (text) => {
      line()
      line(styleText('bold', text))
      line(styleText('dim', '─'.repeat(Math.min(WIDTH, text.length))))
    },
    say: (text) => line(`  ${text}`.trimEnd()),
    quote: (text) => {
      for (const one of text.split('\n').flatMap((paragraph) => wrap(paragraph))) line(one)
    },
    step: (step) => line(styleText(step.status >= 400 ? 'yellow' : 'dim', stepLine(step, appOrigin))),
    question: (who, text) => {
      line()
      line(`  ${styleText('bold', who)}: ${styleText('cyan', text)}`)
    },
    table: (columns, rows) => {
      for (const text of renderTable(columns, rows, WIDTH - INDENT.length)) line(INDENT + text)
    },
    proven: (claim) => line(`  ${styleText('green', '✓')} ${claim}`),
  }
}
