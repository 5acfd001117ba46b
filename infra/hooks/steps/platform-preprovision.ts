import { checkParameters } from '../parameters/check-parameters.ts'
import { sayMistyped } from '../parameters/mistyped.ts'
import type { Context } from '../run/context.ts'

/** Before layer platform, which may be provisioned alone: what it takes has been set since layer identity was looked at. */
export const platformPreprovision = (context: Context): void => {
  checkParameters(context, 'platform')
  sayMistyped(context)
  context.say('Settings: each is of its kind.')
}
