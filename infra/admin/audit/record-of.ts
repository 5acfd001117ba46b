const GUID = '([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})'
/** An id alone, in braces too, as `<table>/<id>`, or as `<table>(<id>)`. */
const NAMED = new RegExp(`^(?:\\w{1,128}/)?\\{?${GUID}\\}?$`, 'i')
const KEYED = new RegExp(`^(?:.*/)?\\w{1,128}\\(${GUID}\\)$`, 'i')
const MOST_CHARACTERS = 2_000

/**
 * The id of the record that an administrator names: by itself, behind its table, or in an address. That of a page of
 * Dynamics has ids of the app, a form or a view beside the record's own, which is its parameter `id`; that of the Web
 * API has it as a key. `undefined` where none is named.
 * @see https://learn.microsoft.com/power-apps/developer/model-driven-apps/open-forms-views-dialogs-reports-url
 */
export function recordOf(given: string): string | undefined {
  const text = given.trim()
  if (text.length > MOST_CHARACTERS) return undefined
  const url = /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : undefined
  return (url ? inAddress(url) : first(text, NAMED, KEYED))?.toLowerCase()
}

function inAddress({ pathname, searchParams }: URL): string | undefined {
  const ids = [...searchParams].filter(([name]) => name.toLowerCase() === 'id').map(([, value]) => value)
  const [id, ...others] = ids
  if (id === undefined) return first(decoded(pathname), KEYED)
  return others.length === 0 ? first(id, NAMED) : undefined
}

const first = (text: string, ...patterns: readonly RegExp[]): string | undefined =>
  patterns.map((pattern) => pattern.exec(text)?.[1]).find((id) => id !== undefined)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
