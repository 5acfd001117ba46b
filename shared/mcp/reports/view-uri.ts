import { createHash } from 'node:crypto'

/**
 * Where a view is read: hosts keep what an address gave them, so another content has another address.
 * @param start up to the hash of the content
 */
export function viewUri(start: string, html: string): string {
  return `${start}-${createHash('sha256').update(html).digest('hex').slice(0, 12)}.html`
}
