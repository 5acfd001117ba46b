import * as z from 'zod'

/** Separators of other lists, and what JSON or a shell would put around one; a colon, slash or star belongs to entries. */
const OTHER_SEPARATOR = /[;|"'`\\<>]/
const NOT_PRINTABLE = /[^\x21-\x7e]/
const IPV6_HOST = /:\/\/\[[0-9A-Fa-f:.]+\]/

/** Whether an entry is really several ones, or is wrapped in something. Read as one, it would match nothing at all. */
function isSeveral(entry: string): boolean {
  const brackets = /[[\]]/.test(entry.replace(IPV6_HOST, '://'))
  return brackets || NOT_PRINTABLE.test(entry) || OTHER_SEPARATOR.test(entry) || entry.split('://').length > 2
}

/** Of every setting that is a list: entries between commas or blanks, one at least. */
export const list = z.string().transform((value, context): string[] => {
  const entries = value.split(/[\s,]+/).filter(Boolean)
  if (entries.length === 0) context.addIssue('lists nothing')
  else if (entries.some(isSeveral))
    context.addIssue('must have commas or blanks between its entries: no ; or |, no quotes, no brackets around it')
  return context.issues.length > 0 ? z.NEVER : entries
})
