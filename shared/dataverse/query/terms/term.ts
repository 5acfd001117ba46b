import * as z from 'zod'

/** Terms of terms, one in another: more than a company defines, and far from what the stack holds. */
export const MOST_TERM_DEPTH = 8

const Text = (most: number) => z.string().trim().min(1).max(most)

/** A word of a company, as somebody wrote it: what its people mean by it, in the languages of the tools. */
const TermDefinition = z.strictObject({
  slug: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  /** As people say it, `open pipeline`; the same name may be a term of several entities. */
  name: Text(40),
  /** Other spellings and other words for it. */
  aliases: z.array(Text(40)).max(12).default([]),
  /** What it means, in a sentence that a model and a person read. */
  meaning: Text(300),
  /** Logical name of the table whose rows it speaks of. */
  entity: z.string().regex(/^[a-z][a-z0-9_]{0,127}$/),
  /** Which rows, in the language of `query_crm`'s filter; other terms of the entity may stand in it. */
  filter: Text(2_000).optional(),
  /** A figure, in the language of `analyze`'s measures; without it the sum of `amount`, without that the number of rows. */
  measure: Text(1_000).optional(),
  /** The column of dates that a period of it means. */
  date: z.string().max(128).optional(),
  /** The column of amounts that it adds up. */
  amount: z.string().max(128).optional(),
  /** Who in the company answers for the definition. */
  owner: Text(80).optional(),
})
export type TermDefinition = z.output<typeof TermDefinition>

/** A term that is in force. */
export type Term = TermDefinition & {
  /** Whether this company defined it; else it is built in. */
  readonly isOwn: boolean
}

/** What a value is as a term, or why it is none. */
export function readTerm(value: unknown): z.ZodSafeParseResult<TermDefinition> {
  return TermDefinition.safeParse(value)
}
