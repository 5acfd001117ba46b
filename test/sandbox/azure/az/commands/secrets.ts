import { boolean, type Options, required, value } from '../command-line.ts'
import type { Commands, Context } from '../command.ts'
import { AzError, usage } from '../errors.ts'
import { all, type Json, request, RESOURCES } from '../rest.ts'

const API = '7.6'

type Target = { readonly vaultUrl: string; readonly name: string; readonly version: string }
type Wire = Json & { readonly id: string; readonly attributes: Readonly<Record<string, unknown>> }

/** `--id` alone, or vault and name. */
function targetOf({ get }: Context, versioned = false): Target {
  const [id, vault, name] = [get('id'), get('vault'), get('name')]
  if (id !== undefined) {
    const { origin, pathname } = new URL(id)
    const [, , secret = '', version = ''] = pathname.split('/')
    return { vaultUrl: origin, name: secret, version }
  }
  if (vault === undefined || name === undefined)
    throw usage('incorrect usage: --id or both --vault-name and --name are required')
  return { vaultUrl: `https://${vault}.vault.azure.net`, name, version: versioned ? (get('version') ?? '') : '' }
}

const url = (target: Pick<Target, 'vaultUrl'>, path: string) => `${target.vaultUrl}${path}?api-version=${API}`

const time = (seconds: unknown) =>
  typeof seconds === 'number' ? new Date(seconds * 1000).toISOString().replace('.000Z', '+00:00') : null

function shown(secret: Json): Json {
  const {
    id,
    attributes,
    contentType,
    tags,
    value: secretValue,
    recoveryId,
    deletedDate,
    scheduledPurgeDate,
  } = secret as Wire
  const { created, updated, exp, nbf, ...rest } = attributes
  const times = { created: time(created), updated: time(updated), expires: time(exp), notBefore: time(nbf) }
  return {
    attributes: { ...rest, ...times },
    contentType: contentType ?? null,
    id,
    managed: null,
    name: new URL(id).pathname.split('/')[2],
    tags: tags ?? null,
    ...(secretValue !== undefined && { value: secretValue }),
    ...(recoveryId !== undefined && {
      recoveryId,
      deletedDate: time(deletedDate),
      scheduledPurgeDate: time(scheduledPurgeDate),
    }),
  }
}

const resource = RESOURCES.vault
const call = async ({ session }: Context, method: string, address: string, body?: unknown) =>
  shown(await request(session, { method, url: address, resource, ...(body !== undefined && { body }) }))
const listOf = async ({ session }: Context, address: string) =>
  (await all(session, { url: address, resource })).map(shown)

async function setAttributes(context: Context) {
  const target = targetOf(context, true)
  const enabled = context.get('enabled')
  if (enabled === undefined) throw new AzError('Nothing to change: give --enabled.')
  const address = url(target, `/secrets/${target.name}/${target.version}`)
  return call(context, 'PATCH', address, { attributes: { enabled: enabled.toLowerCase() === 'true' } })
}

async function purge(context: Context): Promise<void> {
  const target = targetOf(context)
  await request(context.session, { method: 'DELETE', url: url(target, `/deletedsecrets/${target.name}`), resource })
}

const named: Options = { id: value('--id'), vault: value('--vault-name'), name: value('--name -n') }
const versioned: Options = { ...named, version: value('--version -v') }
const vault: Options = { vault: required('--vault-name') }

export const secretCommands: Commands = {
  'keyvault secret list': {
    options: vault,
    subscription: true,
    run: (context) =>
      listOf(context, url({ vaultUrl: `https://${context.must('vault')}.vault.azure.net` }, '/secrets')),
  },
  'keyvault secret list-deleted': {
    options: vault,
    subscription: true,
    run: (context) =>
      listOf(context, url({ vaultUrl: `https://${context.must('vault')}.vault.azure.net` }, '/deletedsecrets')),
  },
  'keyvault secret list-versions': {
    options: named,
    subscription: true,
    run: (context) => {
      const target = targetOf(context)
      return listOf(context, url(target, `/secrets/${target.name}/versions`))
    },
  },
  'keyvault secret show': {
    options: versioned,
    subscription: true,
    run: (context) => {
      const target = targetOf(context, true)
      return call(context, 'GET', url(target, `/secrets/${target.name}/${target.version}`))
    },
  },
  'keyvault secret set-attributes': {
    options: { ...versioned, enabled: boolean('--enabled') },
    subscription: true,
    run: setAttributes,
  },
  'keyvault secret recover': {
    options: named,
    subscription: true,
    run: (context) => {
      const target = targetOf(context)
      return call(context, 'POST', url(target, `/deletedsecrets/${target.name}/recover`))
    },
  },
  'keyvault secret purge': { options: named, subscription: true, run: purge },
}
