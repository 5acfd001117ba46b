import { plain } from '../../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../run/context.ts'
import { harmless } from '../run/harmless.ts'
import { jsonOf, runTool } from './run-tool.ts'

/**
 * Writes a value into the azd environment; an empty one unsets it.
 * @throws Stop with azd's reason
 */
export const setValue = async (context: Context, name: string, value: string): Promise<void> => {
  const { status, stderr, stdout } = await runTool(context, 'azd', ['env', 'set', name, value, '--no-prompt'])
  if (status !== 0)
    throw new Stop(`azd could not remember ${name}: ${stderr || plain(stdout)}`, [
      `azd env set ${name} ${value === '' ? '""' : harmless(value, '<value>')}`,
    ])
}

/**
 * The values of the selected azd environment, which azd gives to its hooks but not to npm scripts.
 * @throws Stop when no environment is selected
 */
export const azdValues = async (context: Context): Promise<Readonly<Record<string, string>>> => {
  const result = await runTool(context, 'azd', ['env', 'get-values', '--output', 'json', '--no-prompt'])
  if (result.status !== 0)
    throw new Stop(`azd could not read its environment: ${result.stderr || plain(result.stdout)}`, [
      'azd env list',
      'azd env select <name>',
    ])
  const values = jsonOf('azd env get-values', result)
  if (typeof values !== 'object' || values === null) throw new Stop('azd printed no values.', ['azd env get-values'])
  return Object.fromEntries(
    Object.entries(values).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

/** The same context with those values. @throws Stop when no environment is selected */
export const withAzdValues = async (context: Context): Promise<Context> => ({
  ...context,
  env: { ...context.env, ...(await azdValues(context)) },
})
