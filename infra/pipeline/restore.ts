import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Context, Stop } from '../hooks/run/context.ts'
import { optional, required } from '../hooks/run/environment.ts'
import { objectOf } from '../hooks/run/read-json.ts'

/** How it is called. */
export const USAGE = [
  'node infra/pipeline/restore.mjs   in a pipeline: makes the azd environment ENVIRONMENT of AZD_VALUES',
]

/** As azd reads it: https://github.com/joho/godotenv */
const quoted = (value: string): string =>
  `"${value
    .replace(/[\\"!$`]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)}"`

const AGAIN = ['npm run pipeline', 'gh variable set --env <environment> --env-file .azure/<environment>/pipeline.env']

const readValues = (context: Context, environment: string): Readonly<Record<string, string>> => {
  const text = optional(context, 'AZD_VALUES')
  if (text === undefined)
    throw new Stop(
      `The environment ${environment} of this repository has no variable AZD_VALUES. A person types:`,
      AGAIN,
    )
  const values = objectOf(text)
  const entries = Object.entries(values ?? {})
  if (values === undefined || entries.some(([name, value]) => !/^\w+$/.test(name) || typeof value !== 'string'))
    throw new Stop('AZD_VALUES is not what `npm run pipeline` writes. A person types:', AGAIN)
  return values as Readonly<Record<string, string>>
}

/**
 * `.azure/<environment>/.env` of the values that a person gave to the environment in GitHub.
 * @throws Stop where they are those of another environment or subscription: its app would be changed
 */
export const restore = async (context: Context): Promise<void> => {
  const environment = required(context, 'ENVIRONMENT')
  if (!/^[a-zA-Z0-9-]{1,40}$/.test(environment)) throw new Stop('ENVIRONMENT is not the name of an azd environment.')
  const values = readValues(context, environment)
  const webhook = optional(context, 'ALERT_WEBHOOK')
  for (const [name, wanted] of [
    ['AZURE_ENV_NAME', environment],
    ['AZURE_SUBSCRIPTION_ID', required(context, 'AZURE_SUBSCRIPTION_ID')],
  ] as const)
    if (values[name] !== wanted)
      throw new Stop(`AZD_VALUES holds another ${name} than ${wanted}. A person types:`, AGAIN)
  const all = { ...values, ...(webhook === undefined ? {} : { ALERT_WEBHOOK: webhook }) }
  const folder = join('.azure', environment)
  await mkdir(folder, { recursive: true })
  const lines = Object.entries(all).map(([name, value]) => `${name}=${quoted(value)}\n`)
  await writeFile(join(folder, '.env'), lines.join(''))
  context.say(`${lines.length} values: .azure/${environment}/.env`)
}
