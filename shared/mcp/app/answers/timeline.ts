import * as z from 'zod/mini'

const text = z.optional(z.string())
const Named = z.object({ id: text, title: z.catch(z.string(), '') })
const Change = z.object({ label: z.string(), from: text, to: text })
const File = z.object({ name: z.string(), type: text, size: z.optional(z.number()) })
const Item = z.object({
  /** ISO 8601, as a clock shows it where the person is. */
  when: text,
  kind: z.string(),
  /** `entity/id` */
  id: text,
  title: text,
  direction: z.catch(z.optional(z.enum(['incoming', 'outgoing'])), undefined),
  who: z.catch(z.optional(z.array(z.string())), undefined),
  by: text,
  /** What an activity is about, and the record that a change is of, where that is another than the timeline's. */
  regarding: z.catch(z.optional(Named), undefined),
  on: z.catch(z.optional(Named), undefined),
  text,
  state: z.catch(z.optional(z.enum(['planned', 'overdue', 'cancelled'])), undefined),
  changes: z.catch(z.optional(z.array(Change)), undefined),
  /** That of a note, and those that are attached to an activity. */
  file: z.catch(z.optional(File), undefined),
  files: z.catch(z.optional(z.array(File)), undefined),
  moreFiles: z.catch(z.optional(z.number()), undefined),
})
export type Item = z.output<typeof Item>

/** An entry that cannot be read is left out, and not the others with it. */
const Items = z.pipe(
  z.array(z.unknown()),
  z.transform((items) => items.flatMap((item) => Item.safeParse(item).data ?? [])),
)

const Timeline = z.object({
  title: text,
  of: Named,
  asOf: text,
  timeZone: text,
  planned: z._default(Items, []),
  items: Items,
  more: z.catch(z.boolean(), false),
  cursor: text,
  history: z.catch(z.optional(z.string()), undefined),
  notes: z.catch(z._default(z.array(z.string()), []), []),
  recordLink: text,
})
export type Timeline = z.output<typeof Timeline>

const Result = z.object({ isError: z.optional(z.boolean()), structuredContent: z.optional(z.unknown()) })

/** The timeline in a tool's result; nothing where it holds another answer. */
export function readTimeline(params: unknown): Timeline | undefined {
  const result = Result.safeParse(params).data
  return result?.isError === true ? undefined : Timeline.safeParse(result?.structuredContent).data
}
