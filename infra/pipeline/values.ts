import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Context, Stop } from '../hooks/run/context.ts'
import { harmless } from '../hooks/run/harmless.ts'
import { azdValues } from '../hooks/tools/azd.ts'

/** How it is called. */
export const USAGE = ['npm run pipeline   writes what a pipeline must know of the selected azd environment, for GitHub']

/** Whoever has it may write there, so it is no variable that everybody can read. */
const SECRET = 'ALERT_WEBHOOK'
/** Of one variable of GitHub Actions. https://docs.github.com/actions/reference/workflows-and-actions/variables */
const MOST_BYTES = 48_000

type Values = Readonly<Record<string, string>>

/**
 * What a person did first must be done: a pipeline neither makes keys, nor the registration, nor locks, as it has no
 * right to.
 * @throws Stop naming what is left for a person
 */
const checkDone = (values: Values): void => {
  if (values['KEYS_CREATED'] !== 'true' || (values['ENTRA_CLIENT_ID'] ?? '') === '')
    throw new Stop('The first deployment is a person’s: it makes the registration and the keys. Then this again:', [
      'azd up',
      'npm run pipeline',
    ])
  const officer = values['KEY_OFFICER_PRINCIPAL_ID'] ?? ''
  if (officer !== '')
    throw new Stop(`${harmless(officer, 'Somebody')} is key officer, a right that no pipeline may give. First:`, [
      'npm run officer -- give-back',
      'npm run pipeline',
    ])
}

/** What is set, as a pipeline must have it: the registration is there, and a lock stays without being made again. */
export const carried = (values: Values): Values => {
  checkDone(values)
  const changed: Values = {
    ...values,
    ENTRA_APP_MODE: 'existing',
    ENTRA_EXISTING_CLIENT_ID: values['ENTRA_CLIENT_ID'] ?? '',
    DELETE_LOCK: '',
    [SECRET]: '',
  }
  const set = Object.entries(changed).filter(([, value]) => value !== '')
  return Object.fromEntries(set.sort(([left], [right]) => (left < right ? -1 : 1)))
}

/** One line of a file of variables, which takes what stands between single quotes as it is. */
const line = (name: string, value: string): string => `${name}='${value.replaceAll("'", String.raw`\u0027`)}'\n`

/** `npm run pipeline`: the file that `gh variable set` reads. */
export const values = async (context: Context): Promise<void> => {
  const all = await azdValues(context)
  const wanted = JSON.stringify(carried(all))
  if (Buffer.byteLength(wanted) > MOST_BYTES)
    throw new Stop(`The values have more than ${MOST_BYTES} bytes, which is what one variable may have.`, [
      'azd env get-values',
    ])
  const name = all['AZURE_ENV_NAME'] ?? ''
  const file = join('.azure', name, 'pipeline.env')
  await mkdir(join('.azure', name), { recursive: true })
  await writeFile(
    file,
    line('AZURE_TENANT_ID', all['AZURE_TENANT_ID'] ?? '') +
      line('AZURE_SUBSCRIPTION_ID', all['AZURE_SUBSCRIPTION_ID'] ?? '') +
      line('AZD_VALUES', wanted),
  )
  context.say(`Written: ${file}. This gives it to the environment in GitHub, again after each azd env set:`)
  context.say(`  gh variable set --env ${name} --env-file .azure/${name}/pipeline.env`)
  if ((all[SECRET] ?? '') === '') return
  context.say('It holds no ALERT_WEBHOOK, which is a secret. This asks for it:')
  context.say(`  gh secret set ${SECRET} --env ${name}`)
}
