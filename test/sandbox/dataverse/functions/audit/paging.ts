import type { Json } from '../../http/api.ts'
import { invalidArgument, odataError } from '../../http/errors.ts'

/** The page size where none is said, and the most: assumed to be those of every other list. */
const MAXIMUM = 5000

export type Paging = {
  readonly page: number
  readonly count: number
  readonly withTotal: boolean
  readonly cookie: string
}

const TYPES: Readonly<Record<string, 'number' | 'boolean' | 'string'>> = {
  PageNumber: 'number',
  Count: 'number',
  ReturnTotalRecordCount: 'boolean',
  PagingCookie: 'string',
}

/** Reads a `PagingInfo`; none is the first page. @throws DataverseFault 400 for what is no PagingInfo */
export function pagingOf(value: unknown): Paging {
  if (value === undefined || value === null) return { page: 1, count: MAXIMUM, withTotal: false, cookie: '' }
  if (typeof value !== 'object' || Array.isArray(value)) throw odataError("'PagingInfo' is not a PagingInfo.")
  const members = value as Json
  for (const [name, one] of Object.entries(members)) {
    if (name.startsWith('@')) continue
    const type = TYPES[name]
    if (type === undefined) {
      throw odataError(
        `The property '${name}' does not exist on type 'Microsoft.Dynamics.CRM.PagingInfo'. Make sure to only use property names that are defined by the type.`,
      )
    }
    if (one !== null && typeof one !== type) throw odataError(`Cannot convert a value of '${name}' to ${type}.`)
  }
  const page = Number(members['PageNumber'] ?? 1)
  const count = Number(members['Count'] ?? 0)
  if (!Number.isInteger(page) || !Number.isInteger(count) || page < 0 || count < 0) {
    throw invalidArgument('PageNumber and Count must be whole numbers of nothing or more.')
  }
  return {
    page: Math.max(1, page),
    count: count === 0 ? MAXIMUM : Math.min(count, MAXIMUM),
    withTotal: members['ReturnTotalRecordCount'] === true,
    cookie: typeof members['PagingCookie'] === 'string' ? members['PagingCookie'] : '',
  }
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

/** Of one list and one page of it: `<cookie page="1"><cookieExtensions ContinuationToken="…" /></cookie>`. */
export function cookieAfter({ page, count }: Paging, target: string): string {
  const continuationToken = JSON.stringify([{ compositeToken: { target, count }, skipCount: page * count }])
  const token = JSON.stringify({ pageNumber: page + 1, continuationToken })
  return `<cookie page="${page}"><cookieExtensions ContinuationToken="${escaped(token)}" /></cookie>`
}

/**
 * A later page needs the cookie of the one before it, and no other. That the number of the page alone does not do is
 * assumed: what reads the history keeps it where only a continuation leads on.
 * @throws DataverseFault 400
 */
export function requireCookie(paging: Paging, target: string): void {
  const { page, cookie } = paging
  if (page === 1) return
  if (cookie === cookieAfter({ ...paging, page: page - 1 }, target)) return
  throw invalidArgument('The paging cookie is not that of the page before this one.')
}
