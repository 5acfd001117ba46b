import { viewUri } from '../../reports/view-uri.ts'

let known: string | undefined

/** Where the view of a change is read. The content is loaded when it is asked for, and not before. */
export async function changeViewUri(): Promise<string> {
  if (known !== undefined) return known
  const { html } = await import('built:change-view')
  return (known = viewUri('ui://changes/view', html))
}

/** Today's address, or one that a list of tools of an earlier deployment holds. */
export function isChangeViewUri(uri: string): boolean {
  return /^ui:\/\/changes\/view(?:-[0-9a-f]{12})?\.html$/.test(uri)
}
