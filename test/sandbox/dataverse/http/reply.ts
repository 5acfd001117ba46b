import type { Answer } from './api.ts'
import type { DataverseFault } from './errors.ts'

export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const JSON_TYPE = 'application/json; odata.metadata=minimal'

export function toReply({ status, body, contentType, headers: own }: Answer, applied: string): Reply {
  const headers = {
    ...(body !== '' && { 'content-type': contentType ?? JSON_TYPE }),
    'odata-version': '4.0',
    ...(applied !== '' && { 'preference-applied': applied }),
    ...own,
  }
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

/** The error envelope; with `odata.include-annotations="*"` it carries details, as the service's does. */
export function faultReply(fault: DataverseFault, detailed: boolean): Reply {
  const help = `http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a${fault.code.slice(2)}&client=platform`
  const details = detailed && {
    '@Microsoft.PowerApps.CDS.ErrorDetails.HttpStatusCode': String(fault.status),
    '@Microsoft.PowerApps.CDS.HelpLink': help,
    '@Microsoft.PowerApps.CDS.TraceText': `[sandbox trace] ${fault.message}`,
    '@Microsoft.PowerApps.CDS.InnerError.Message': fault.message,
  }
  const body = JSON.stringify({ error: { code: fault.code, message: fault.message, ...details } })
  return {
    status: fault.status,
    headers: { 'content-type': JSON_TYPE, 'odata-version': '4.0', ...fault.headers },
    body,
  }
}
