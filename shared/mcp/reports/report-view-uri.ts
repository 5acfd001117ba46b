import { viewUri } from './view-uri.ts'

let known: string | undefined

/** Where the view is read. The content is loaded when it is asked for, and not before. */
export async function reportViewUri(): Promise<string> {
  if (known !== undefined) return known
  const { html } = await import('built:report-view')
  return (known = viewUri('ui://reports/view', html))
}

/** Today's address, or one that a list of tools of an earlier deployment holds. */
export function isReportViewUri(uri: string): boolean {
  return /^ui:\/\/reports\/view(?:-[0-9a-f]{12})?\.html$/.test(uri)
}
