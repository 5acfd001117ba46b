import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { flag, list, value } from '../command-line.ts'
import type { Commands, Context } from '../command.ts'
import { AzError, usage } from '../errors.ts'
import { ARM, GRAPH, RESOURCES, send } from '../rest.ts'

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head', 'options']

/** What the address is about; az knows no others, and sends no token then. */
function resourceOf({ get, warn }: Context, url: string): string {
  const given = get('resource')
  if (given !== undefined) return given
  if (url.startsWith(`${ARM}/`)) return RESOURCES.arm
  if (url.startsWith(`${GRAPH}/`)) return RESOURCES['ms-graph']
  warn(
    "Can't derive appropriate Azure AD resource from --url to acquire an access token. If access token is required, use --resource to specify the resource",
  )
  return ''
}

async function addressOf({ session, get, values }: Context): Promise<string> {
  const given = get('url')
  if (given === undefined) throw usage('the following arguments are required: --url/--uri/-u')
  const { subscriptionId } = await session.account(get('subscription'))
  const filled = given.replaceAll('{subscriptionId}', subscriptionId)
  const url = new URL(filled.startsWith('/') ? `${ARM}${filled}` : filled)
  for (const one of values['parameters'] ?? []) url.searchParams.set(...(one.split(/=(.*)/s, 2) as [string, string]))
  return url.href
}

const bodyOf = async ({ session, get }: Context) => {
  const given = get('body')
  return given?.startsWith('@') ? readFile(resolve(session.folder, given.slice(1)), 'utf8') : given
}

/** `name=value`, or one JSON object. */
function headersOf(given: readonly string[] = []): Record<string, string> {
  return Object.assign(
    {},
    ...given.map((one) => {
      if (one.startsWith('{')) return JSON.parse(one) as Record<string, string>
      const [name = '', text = ''] = one.split(/=(.*)/s)
      return { [name]: text }
    }),
  ) as Record<string, string>
}

async function rest(context: Context): Promise<unknown> {
  const { session, get, values } = context
  const url = await addressOf(context)
  const body = await bodyOf(context)
  const answer = await send(session, {
    url,
    resource: get('anonymous') ? '' : resourceOf(context, url),
    headers: headersOf(values['headers']),
    method: (get('method') ?? 'get').toUpperCase(),
    ...(body !== undefined && { body }),
  })
  if (answer.status >= 400) throw new AzError(`${answer.statusText}(${answer.text})`)
  if (answer.text === '') return undefined
  try {
    return JSON.parse(answer.text) as unknown
  } catch {
    throw new AzError(
      'Not a json response, outputting to stdout. For binary data suggest use "--output-file" to write to a file',
    )
  }
}

export const restCommands: Commands = {
  rest: {
    options: {
      method: value('--method -m', { choices: METHODS }),
      url: value('--url --uri -u'),
      parameters: list('--url-parameters --uri-parameters'),
      headers: list('--headers'),
      body: value('--body -b'),
      resource: value('--resource'),
      anonymous: flag('--skip-authorization-header'),
    },
    subscription: true,
    run: rest,
  },
}
