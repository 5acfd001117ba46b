import * as z from 'zod/mini'
import { visible } from '../../../dataverse/records/visible-text.ts'
import type { ChangeKey } from './words/words.ts'

/** A text of the server as it came, or words of the card. */
export type OutcomeLine = string | { readonly says: ChangeKey; readonly columns?: string }

/** How a change ended, for the person and, without a word of any record, for the model. */
export type Outcome = {
  readonly kind: 'done' | 'cancelled' | 'conflict' | 'refused' | 'again' | 'unknown'
  readonly title: ChangeKey
  readonly lines: readonly OutcomeLine[]
  readonly link?: string
  readonly toModel: string
}

const Text = z.pipe(z.string(), z.transform(visible))
const Done = z.object({
  done: z.literal(true),
  already: z.catch(z.boolean(), false),
  record: z.catch(z.object({ link: z.optional(z.string()) }), {}),
  notes: z.catch(z.array(Text), []),
  alsoSet: z.catch(z.array(z.object({ label: Text })), []),
})
const Declined = z.object({ declined: z.literal(true) })
const Failed = z.object({ error: z.object({ code: z.string(), text: Text }) })
const Result = z.object({ isError: z.optional(z.boolean()), structuredContent: z.optional(z.unknown()) })

/** Where nothing was done, or nobody knows, the same call tells: it cannot do a thing twice. */
const TRY_AGAIN: readonly string[] = ['busy', 'limit_reached', 'not_done', 'temporarily_unavailable', 'unreachable']
const UNKNOWN: readonly string[] = ['outcome_unknown', 'server_error']
const CODE = /^\w{1,60}$/
const NEW_PREVIEW: OutcomeLine = { says: 'askAgain' }

export const CANCELLED: Outcome = {
  kind: 'cancelled',
  title: 'cancelled',
  lines: [{ says: 'youCancelled' }],
  toModel: 'The person was shown this change and chose Cancel. Nothing was changed. Do not ask again unless they do.',
}

export const UNANSWERED: Outcome = {
  kind: 'unknown',
  title: 'unknown',
  lines: [{ says: 'findOut' }],
  toModel:
    'The person applied this change, and it is not known whether it was made. Do not preview it again; they can find out by Try again.',
}

/** @param answer what the host gave for the call */
export function outcomeOf(answer: unknown): Outcome {
  const result = Result.safeParse(answer).data
  if (result === undefined) return UNANSWERED
  const failed = Failed.safeParse(result.structuredContent).data
  if (failed !== undefined) return failureOf(failed.error)
  const done = result.isError === true ? undefined : Done.safeParse(result.structuredContent).data
  if (done !== undefined) return doneOf(done)
  return Declined.safeParse(result.structuredContent).success ? CANCELLED : UNANSWERED
}

function doneOf({ already, record, notes, alsoSet }: z.output<typeof Done>): Outcome {
  const also = alsoSet.map(({ label }) => label).join(', ')
  const told = already ? 'The change had been made before' : 'The change was made'
  return {
    kind: 'done',
    title: already ? 'already' : 'done',
    lines: [...notes, ...(also === '' ? [] : [{ says: 'alsoChanged', columns: also } as const])],
    ...(isWebAddress(record.link) && { link: record.link }),
    toModel: `${told}: the person applied it in the card, and no call is needed any more. Read the record before you say what it holds now.`,
  }
}

function failureOf({ code, text }: z.output<typeof Failed>['error']): Outcome {
  const told = (what: string): string => `The person applied this change. ${what} (${CODE.test(code) ? code : 'error'})`
  if (UNKNOWN.includes(code)) return { ...UNANSWERED, lines: [text, ...UNANSWERED.lines] }
  if (TRY_AGAIN.includes(code))
    return {
      kind: 'again',
      title: 'notYet',
      lines: [text],
      toModel: told('It was not made yet; they can try again in the card.'),
    }
  if (code === 'changed_meanwhile')
    return {
      kind: 'conflict',
      title: 'conflict',
      lines: [text, { says: 'nothingOfYours' }, NEW_PREVIEW],
      toModel: told('It was not made: the record was changed meanwhile. A new preview_change shows what it holds now.'),
    }
  return {
    kind: 'refused',
    title: 'refused',
    lines: [text, NEW_PREVIEW],
    toModel: told('It was not made. Preview it again only if they ask.'),
  }
}

function isWebAddress(link: string | undefined): link is string {
  return link !== undefined && URL.canParse(link) && new URL(link).protocol === 'https:'
}
