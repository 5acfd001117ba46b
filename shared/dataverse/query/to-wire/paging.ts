import * as z from 'zod'
import { parseXml } from '../from-fetchxml/xml.ts'

/** Where an answer goes on. */
export type NextPage = { readonly page: number; readonly cookie?: string }

const COOKIE = '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie'
const MORE = '@Microsoft.Dynamics.CRM.morerecords'
const PagingAnnotations = z.object({ [COOKIE]: z.string().optional(), [MORE]: z.boolean().optional() })

/**
 * The page after page `page`, or `undefined` when that was the last. Without a cookie Dataverse skips the rows before
 * it, which works up to 50,000 rows.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results
 */
export function nextPaging(answer: unknown, page: number): NextPage | undefined {
  const parsed = PagingAnnotations.safeParse(answer)
  if (!parsed.success) return undefined
  const { [COOKIE]: annotation, [MORE]: more } = parsed.data
  if (!(more ?? annotation !== undefined)) return undefined
  const cookie = annotation === undefined ? undefined : innerCookie(annotation)
  // Its own pagenumber is unreliable, so that pages are counted here.
  return { page: page + 1, ...(cookie !== undefined && { cookie }) }
}

/** As Dataverse writes it, where nothing is escaped; a text of another form is read as XML. */
const USUAL = /^<cookie pagenumber="\d+" pagingcookie="([\w%.~!*()-]{1,4000})" istracking="\w+" ?\/>$/

/** The attribute `pagingcookie`, which is percent-encoded twice. */
function innerCookie(annotation: string): string | undefined {
  try {
    const encoded = USUAL.exec(annotation)?.[1] ?? parseXml(annotation).attributes.get('pagingcookie')
    return encoded ? decodeURIComponent(decodeURIComponent(encoded)) : undefined
  } catch {
    return undefined
  }
}
