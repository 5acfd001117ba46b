import { ADMISSION_ADVICE } from './admission.ts'
import { CLIENT_ADVICE } from './clients.ts'
import { CONNECTION_ADVICE } from './connection.ts'
import { DEEP_ADVICE } from './deep.ts'
import { NETWORK_ADVICE } from './network.ts'
import { METADATA_ADVICE } from './metadata.ts'
import { PAGE_ADVICE } from './pages.ts'
import { PLATFORM_ADVICE } from './platform.ts'
import { REFUSAL_ADVICE } from './refusals.ts'
import { SIGN_IN_ADVICE } from './sign-in.ts'

/** What a fault means for a person who connects ChatGPT, and what mends it. Never holds text of a server. */
export type Advice = {
  readonly means: string
  /**
   * Lines that begin with two spaces are commands. The first line is the first step; where it ends in a colon, the
   * command below it is. `{url}` and `{origin}` stand for the address that is examined, `{seconds}` for a wait,
   * `{clients}` for a value of the setting CLIENTS.
   */
  readonly fix: string
}

const ADVICE = {
  ...CONNECTION_ADVICE,
  ...PLATFORM_ADVICE,
  ...METADATA_ADVICE,
  ...CLIENT_ADVICE,
  ...ADMISSION_ADVICE,
  ...PAGE_ADVICE,
  ...SIGN_IN_ADVICE,
  ...REFUSAL_ADVICE,
  ...DEEP_ADVICE,
  ...NETWORK_ADVICE,
} as const satisfies Record<string, Advice>

/** The stable names of all faults that the doctor can tell apart. */
export type Code = keyof typeof ADVICE

export const CODES = Object.keys(ADVICE) as readonly Code[]

/** An address as it may stand in a command that somebody copies: nothing that a shell would read. */
const HARMLESS = /^https?:\/\/[a-z0-9.-]{1,253}(:\d{1,5})?(\/[a-zA-Z0-9/_-]{0,100})?$/

export type Fill = {
  /** How long the server asks to be left alone; ten minutes unless it said. */
  readonly seconds?: number | undefined
  /** Names of known clients with commas, never anything that a server said. */
  readonly clients?: string | undefined
}

export function adviceFor(code: Code, mcpUrl: string, { seconds = 600, clients = 'chatgpt' }: Fill = {}): Advice {
  const { means, fix } = ADVICE[code]
  const url = HARMLESS.test(mcpUrl) ? mcpUrl : 'https://<address>/mcp'
  const origin = url.replace(/\/mcp$/, '')
  const filled = fix
    .replaceAll('{url}', url)
    .replaceAll('{origin}', origin)
    .replaceAll('{seconds}', String(seconds))
    .replaceAll('{clients}', clients)
  return { means, fix: filled }
}
