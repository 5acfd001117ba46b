import { required } from '../command-line.ts'
import type { Commands, Context } from '../command.ts'
import { AzError } from '../errors.ts'
import { all, graph, GRAPH, type Json, RESOURCES } from '../rest.ts'

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

const isAbsent = (error: unknown) => error instanceof AzError && error.exitCode === 3

const withoutContext = ({ '@odata.context': _context, ...rest }: Json): Json => rest

/** By application id first, then by object id, as az resolves `--id`. */
async function byEitherId({ session, must }: Context, collection: string): Promise<Json> {
  const id = must('id')
  const absent = new AzError(
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    3,
  )
  if (!GUID.test(id)) throw absent
  for (const path of [`/${collection}(appId='${id}')`, `/${collection}/${id}`]) {
    const found = await graph(session, path).catch((error: unknown) => {
      if (!isAbsent(error)) throw error
    })
    if (found) return withoutContext(found)
  }
  throw absent
}

const objectId = async (context: Context, collection: string) => String((await byEitherId(context, collection))['id'])

async function findGroup({ session, must }: Context): Promise<Json> {
  const group = must('group')
  if (GUID.test(group)) return withoutContext(await graph(session, `/groups/${group}`))
  const filter = encodeURIComponent(`displayName eq '${group.replaceAll("'", "''")}'`)
  const found = await all(session, { url: `${GRAPH}/v1.0/groups?$filter=${filter}`, resource: RESOURCES['ms-graph'] })
  if (found.length > 1) throw new AzError(`More than one group objects has the display name of '${group}'`)
  if (found[0]) return found[0]
  throw new AzError(`No group matches the name of '${group}'`, 3)
}

const id = required('--id')

export const directoryCommands: Commands = {
  'ad signed-in-user show': { options: {}, run: async ({ session }) => withoutContext(await graph(session, '/me')) },
  'ad user show': {
    options: { id },
    run: async ({ session, must }) => withoutContext(await graph(session, `/users/${encodeURIComponent(must('id'))}`)),
  },
  'ad group show': { options: { group: required('--group -g') }, run: findGroup },
  'ad sp show': { options: { id }, run: (context) => byEitherId(context, 'servicePrincipals') },
  'ad app show': { options: { id }, run: (context) => byEitherId(context, 'applications') },
  'ad app delete': {
    options: { id },
    run: async (context) => {
      await graph(context.session, `/applications/${await objectId(context, 'applications')}`, 'DELETE')
    },
  },
  'ad app federated-credential list': {
    options: { id },
    run: async (context) => {
      const path = `/applications/${await objectId(context, 'applications')}/federatedIdentityCredentials`
      return all(context.session, { url: `${GRAPH}/v1.0${path}`, resource: RESOURCES['ms-graph'] })
    },
  },
  'ad app permission admin-consent': {
    options: { id },
    run: async (context) => context.session.consent(String((await byEitherId(context, 'applications'))['appId'])),
  },
}
