import { quoted } from '../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../hooks/run/context.ts'
import { optional } from '../hooks/run/environment.ts'
import { isGuid } from '../hooks/run/guid.ts'
import { connectGraph } from '../entra/register/graph/client.ts'
import { explain, GraphError } from '../entra/register/graph/errors.ts'
import { signIn } from '../entra/register/graph/sign-in.ts'
import { Misuse } from './desk.ts'

/** What looks like a person: an object id of Entra, or a sign-in name. */
export const isPerson = (text: string): boolean => isGuid(text) || text.includes('@')

/** A sign-in name has none of these, and Graph would read a slash as a path. */
const NO_NAME = /[\s\p{Cc}\p{Cf}/?\\]/u

/**
 * The object id of a person, given by it or by their sign-in name, which Graph is asked for.
 * @throws Misuse for what is neither, Stop where Graph does not know them
 */
export async function findPerson(context: Context, given: string): Promise<string> {
  if (isGuid(given)) return given.toLowerCase()
  if (!isPerson(given) || NO_NAME.test(given) || given.length > 300)
    throw new Misuse(`${quoted(given)} is no person: give a sign-in name such as ada@contoso.com, or an object id.`)
  const { token, graphUrl } = await signIn(context, optional(context, 'AZURE_TENANT_ID'))
  const graph = connectGraph({ fetch: context.fetch, pause: context.sleep, graphUrl, token })
  try {
    const user = await graph.get<{ readonly id: string }>(`/users/${encodeURIComponent(given)}?$select=id`)
    if (user && isGuid(user.id)) return user.id.toLowerCase()
  } catch (error) {
    if (error instanceof GraphError)
      throw new Stop(explain(error, { what: 'look people up in Entra', roles: 'Directory Readers (guests need it)' }))
    throw error
  }
  throw new Stop(`Entra knows nobody by ${quoted(given)}. Of whoever was deleted there the audit has the object id:`, [
    'npm run admin -- people --days 90',
  ])
}
