import { parseArgs } from 'node:util'
import { type Caller, callingProcess, contextOf } from '../../hooks/run/caller.ts'
import { CLIENT_NAMES, readClientNames } from '../clients/needs.ts'
import type { Wish } from '../clients/standing.ts'
import { diagnose } from '../diagnose.ts'
import { withAzdValues } from '../../hooks/tools/azd.ts'
import { parseFault } from '../../hooks/run/misused-option.ts'
import { lookFromOutside } from './look-at-network.ts'
import { managementToken } from './management-token.ts'
import { openBrowser } from '../sign-in/open-browser.ts'
import { quoted } from '../wire/plain-text.ts'
import { createRenderer, verdict } from '../render.ts'

const HELP = `Usage: npm run doctor -- https://<address>/mcp [options]

Walks to a deployment as ChatGPT does, and says of each step what it found, what it
means and what to do.

  --sign-in           also signs in, in your browser, asks one question, and signs out again
  --deep              also lets the app check itself: storage, keys, its proof to Entra,
                      Dynamics 365; for holders of the app role Administrator
  --clients <names>   which clients ought to be admitted, such as "chatgpt,claude": also says
                      who is missing, and who is admitted besides (default: ChatGPT must be)
  --client-id <id>    the app registration, for --deep (default: from the azd environment)
  --trust <origin>    with --client-id and without an azd environment: the app's own address, as
                      https://<host>; the token of --deep is sent nowhere else
  --json              prints the report as JSON; for a program that reads it:
                      npm run --silent doctor -- <address> --json
  --help              prints this

Ends with 0 when all is well, with 1 when something is wrong, with 2 for wrong usage.`

type Options = {
  readonly url: string
  readonly signIn: boolean
  readonly deep: boolean
  readonly clientId: string | undefined
  readonly trust: string | undefined
  readonly json: boolean
  readonly clients: Wish | undefined
}

/** As long as the server keeps a sign-in waiting. */
const SIGN_IN_MS = 600_000

/** The command line of the doctor. Resolves with the exit code. */
export async function main(args: readonly string[], caller: Caller = callingProcess()): Promise<number> {
  const { print, complain } = caller
  const options = readOptions(args)
  if ('usage' in options) {
    if (options.usage === '') print(HELP)
    else complain(`${options.usage}\n\n${HELP}`)
    return options.usage === '' ? 0 : 2
  }
  const report = await diagnose(options.url, {
    ...(options.clients ? { clients: options.clients } : {}),
    ...(options.json ? {} : { onFinding: createRenderer(caller, print) }),
    ...(options.deep
      ? { managementToken: (origin: string) => managementToken(contextOf(caller), { ...options, origin }) }
      : {}),
    ...(options.deep ? { network: lookFromOutside(contextOf(caller), options.url, withAzdValues) } : {}),
    ...(options.signIn ? { signIn: { open: showAddress(caller), timeoutMs: SIGN_IN_MS } } : {}),
  })
  if (options.json) print(JSON.stringify(report, null, 2))
  else for (const line of verdict(caller, report)) print(line)
  return report.passed ? 0 : 1
}

/** Beside the answer, so that it is seen beside --json, too. */
const showAddress =
  ({ complain }: Caller) =>
  (url: string): Promise<void> => {
    complain(`\nYour browser opens this address; if it does not, open it yourself on this machine:\n  ${url}`)
    openBrowser(url)
    return Promise.resolve()
  }

function readOptions(args: readonly string[]): Options | { readonly usage: string } {
  try {
    const { values, positionals, tokens } = parseArgs({
      tokens: true,
      args: [...args],
      allowPositionals: true,
      options: {
        'sign-in': { type: 'boolean', default: false },
        deep: { type: 'boolean', default: false },
        clients: { type: 'string' },
        'client-id': { type: 'string' },
        trust: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const wrong = misused(tokens.flatMap((token) => (token.kind === 'option' ? [token] : [])))
    if (wrong !== undefined) return { usage: wrong }
    if (values.help) return { usage: '' }
    const wish = wishIn(values.clients)
    if (typeof wish === 'string') return { usage: wish }
    const [url, ...more] = positionals
    if (url === undefined || url.trim() === '') return { usage: 'The address is missing.' }
    if (more.length > 0) return { usage: 'Give one address.' }
    return {
      url,
      signIn: values['sign-in'],
      deep: values.deep,
      json: values.json,
      clients: wish,
      clientId: values['client-id'],
      trust: values.trust,
    }
  } catch (error) {
    return { usage: parseFault(error) }
  }
}

function wishIn(text: string | undefined): Wish | undefined | string {
  if (text === undefined) return undefined
  const { names, unknown } = readClientNames(text)
  if (unknown.length === 0) return { names, exact: true }
  return `--clients: ${unknown.map((name) => quoted(name, 40)).join(', ')} is not known. Known are: ${CLIENT_NAMES.join(', ')}.`
}

type Given = { readonly name: string; readonly value: string | undefined }

/** A wish that contradicts itself is not guessed at: the last of two client ids could be anybody's. */
function misused(given: readonly Given[]): string | undefined {
  const names = given.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) return `--${twice} is given twice.`
  const empty = given.find(({ value }) => value?.trim() === '')
  if (empty) return `--${empty.name} is empty.`
  if (names.includes('client-id') && !names.includes('deep')) return '--client-id belongs to --deep.'
  if (names.includes('trust') && !names.includes('client-id')) return '--trust belongs to --client-id.'
  const trust = given.find(({ name }) => name === 'trust')?.value
  if (trust === undefined || (URL.canParse(trust) && new URL(trust).origin === trust)) return undefined
  return '--trust takes an origin: https://<host>, and nothing behind it.'
}
