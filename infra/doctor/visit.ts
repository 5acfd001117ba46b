import type { Code } from './advice/advice.ts'
import { type Answer, type Ask, type AskServer, isSilence, type Silence } from './wire/ask-server.ts'
import type { Notebook, Page } from './report.ts'
import { foreignCause } from './wire/foreign-cause.ts'
import { quoted } from './wire/plain-text.ts'

/** What every step is given. */
export type Visit = {
  /** The MCP endpoint, `<origin>/mcp`. */
  readonly url: string
  readonly origin: string
  /** This machine: a trial, such as the sandbox. */
  readonly isLoopback: boolean
  readonly askServer: AskServer
  readonly notebook: Notebook
  readonly pause: (ms: number) => Promise<void>
  readonly attempts: number | undefined
}

export type Reply = Answer | Silence

/** An exchange where no answer at all is a finding of its own. */
export async function ask(visit: Visit, page: Page, request: Ask): Promise<Answer | undefined> {
  const reply = await visit.askServer(request)
  if (!isSilence(reply)) return reply
  page.failed(reply.silent, `${lineOf(request)}: ${reply.detail}`)
  return undefined
}

export const lineOf = ({ method = 'GET', url }: Ask): string => `${method} ${new URL(url).pathname}`

/**
 * An answer that is not what was expected: if it is clearly not the app's own, its cause is named, and otherwise the
 * fault that the step knows.
 */
export function unexpected(page: Page, request: Ask, answer: Answer, otherwise: Code): void {
  page.failed(foreignCause(answer) ?? otherwise, `${lineOf(request)}: ${describe(answer)}`, { seconds: waitIn(answer) })
}

/** Seconds; `undefined` where the answer names none. */
export function waitIn({ headers }: Answer): number | undefined {
  const asked = headers.get('retry-after') ?? ''
  return /^\d{1,6}$/.test(asked) ? Number(asked) : undefined
}

/** Status and first words, for a person. */
export function describe({ status, headers, text }: Answer): string {
  const type = headers.get('content-type')?.split(';')[0] ?? ''
  const location = headers.get('location')
  if (location !== null) return `${status}, sent on to ${quoted(location.split(/[?#]/)[0] ?? '')}`
  if (/html/i.test(type) || isHtml(text)) return `${status}, a web page ${quoted(titleOf(text))}`
  return text.trim() === '' ? `${status}, empty` : `${status} ${quoted(text, 160)}`
}

export const isHtml = (text: string): boolean => /^\s{0,200}(?:<!doctype html|<html)/i.test(text.slice(0, 500))

export function titleOf(text: string): string {
  const lower = text.slice(0, 20_000).toLowerCase()
  const start = lower.indexOf('<title')
  const open = start < 0 ? -1 : lower.indexOf('>', start)
  const end = open < 0 ? -1 : lower.indexOf('</title', open)
  return end < 0 ? '' : unescaped(text.slice(open + 1, end).slice(0, 500))
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '')

const MOST_DEPTH = 20

/** Whoever walks through a document need not fear for the stack. */
const isShallow = (value: unknown, left = MOST_DEPTH): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (left > 0 && Object.values(value).every((one) => isShallow(one, left - 1)))

/** A JSON object, if the answer says that it is one and it is; none of ours is nested deeply. */
export function jsonObject({ headers, text }: Answer): Readonly<Record<string, unknown>> | undefined {
  if (!/^application\/(?:[a-z0-9.+-]{1,60}\+)?json\b/i.test(headers.get('content-type') ?? '')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) && isShallow(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string').slice(0, 100) : []
