const MOST_PAGES = 100

/** One page of a list: its rows, and where the next one is. */
export type Page = { readonly rows: readonly unknown[]; readonly next: string | undefined }

const whyNot = (next: string, first: URL, prefix: string): string | undefined => {
  if (!URL.canParse(next)) return 'is no address'
  const { origin, pathname, username, password } = new URL(next)
  // Compared as parsed: the token would follow `https://graph.microsoft.com@evil.example/` to another host.
  if (origin !== first.origin || username !== '' || password !== '' || !pathname.startsWith(prefix))
    return 'leads elsewhere'
  return undefined
}

/**
 * All rows of a list in pages. A next page is followed only below `prefix` of the first one's origin, never twice, and
 * not without end: the link comes with the answer, and the token goes where it points.
 * @throws what `refuse` makes of a reason, where a link is not followed
 */
export const followPages = async (
  first: string,
  prefix: string,
  read: (url: string) => Promise<Page>,
  refuse: (why: string) => Error,
): Promise<unknown[]> => {
  const all: unknown[] = []
  const seen = new Set<string>()
  for (let url = first; ;) {
    seen.add(url)
    const { rows, next }: Page = await read(url)
    all.push(...rows)
    if (next === undefined) return all
    const why = seen.has(next) ? 'was read already' : whyNot(next, new URL(first), prefix)
    if (why !== undefined) throw refuse(`the link to the next page ${why}`)
    if (seen.size >= MOST_PAGES) throw refuse(`the list has more than ${MOST_PAGES} pages`)
    url = next
  }
}
