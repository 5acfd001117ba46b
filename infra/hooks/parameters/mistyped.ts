import { isSlip } from '../../../shared/config/setting-names.ts'
import type { Context } from '../run/context.ts'
import { LAYER_OF } from '../run/environment.ts'
import { parameterVariables } from './variables.ts'

/** azd keeps a variable under any name, and no layer reads one that was mistyped: what was meant stays at its default. */
export const sayMistyped = ({ env, say }: Pick<Context, 'env' | 'say'>): void => {
  const names = parameterVariables().map(({ name }) => name)
  const known = new Set([...names, ...Object.keys(LAYER_OF)])
  for (const name of Object.keys(env)) {
    if (known.has(name) || (env[name] ?? '') === '' || !/^\w{1,60}$/.test(name)) continue
    const meant = names.find((ours) => isSlip(name, ours))
    if (meant !== undefined)
      say(`! ${name} is set, and nothing reads it. Where ${meant} is meant: azd env set ${meant} <value>`)
  }
}
