import { createHash } from 'node:crypto'

let known: string | undefined

/**
 * Where the view is read: hosts keep what an address gave them, so another content has another address.
 * The content is loaded when it is asked for, and not before.
 */
export async function reportViewUri(): Promise<string> {
  if (known !== undefined) return known
  const { html } = await import('built:report-view')
  return (known = `ui://reports/view-${createHash('sha256').update(html).digest('hex').slice(0, 12)}.html`)
}

/** Today's address, or one that a list of tools of an earlier deployment holds. */
export function isReportViewUri(uri: string): boolean {
  return /^ui:\/\/reports\/view(?:-[0-9a-f]{12})?\.html$/.test(uri)
}
