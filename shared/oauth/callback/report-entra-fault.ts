import { EntraFault } from '../../entra/refusals/entra-error.ts'
import type { Asker } from '../../http/failed-for.ts'
import type { Incoming } from '../../http/message.ts'

/**
 * An event of its own for what only whoever runs the deployment can mend. What the browser brought along (`authorize`) is
 * none: anybody could raise the alarm with it.
 */
export function reportEntraFault(
  request: Pick<Incoming, 'audit' | 'correlationId'>,
  error: unknown,
  where: Asker & { readonly step: string; readonly clientId?: string },
): void {
  if (!(error instanceof EntraFault) || error.step === 'authorize') return
  const { code, kind, entraCorrelationId } = error
  request.audit({
    name: 'entra.fault',
    outcome: 'error',
    code,
    reason: kind,
    correlationId: request.correlationId,
    ...where,
    ...(entraCorrelationId === undefined ? {} : { entraCorrelationId }),
  })
}
