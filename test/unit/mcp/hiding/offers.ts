/** A request of a client that is no call of a tool. */
export type Offer = { readonly method: string; readonly params: Readonly<Record<string, unknown>> }

const LISTS: readonly Offer[] = ['prompts/list', 'resources/list', 'resources/templates/list', 'tools/list'].map(
  (method) => ({ method, params: {} }),
)
/** What parameters of reports are given: of each kind what is taken. */
const VALUES: Readonly<Record<string, string>> = { owner: 'me', days: '30', months: '3' }

type Listed = {
  readonly prompts?: readonly { readonly name: string; readonly arguments: readonly { readonly name: string }[] }[]
  readonly resources?: readonly { readonly uri: string }[]
}

/** Every list, every prompt with and without its arguments, every resource. @param ask a list */
export async function allOffers(ask: (offer: Offer) => Promise<unknown>): Promise<readonly Offer[]> {
  const lists = (await Promise.all(LISTS.map(ask))) as Listed[]
  const prompts = lists.flatMap((list) => list.prompts ?? [])
  const uris = lists.flatMap((list) => (list.resources ?? []).map(({ uri }) => uri))
  return [
    ...LISTS,
    ...prompts.flatMap(({ name, arguments: taken }): Offer[] => {
      const given = taken.flatMap((one) => (Object.hasOwn(VALUES, one.name) ? [[one.name, VALUES[one.name]]] : []))
      const bare = { method: 'prompts/get', params: { name } }
      if (given.length === 0) return [bare]
      return [bare, { ...bare, params: { name, arguments: Object.fromEntries(given) } }]
    }),
    ...uris.map((uri) => ({ method: 'resources/read', params: { uri } })),
  ]
}
