import { quoted } from '../../doctor/wire/plain-text.ts'
import { Stop } from '../../hooks/run/context.ts'
import { textOf } from '../../hooks/tools/run-tool.ts'

const GIVE =
  'az role assignment create --role "Log Analytics Data Reader" --assignee <you> --scope <resource id of log-audit-…>'

/**
 * What a refusal of the query API means.
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/api/errors
 */
export function refusalOf(status: number, json: unknown): Stop {
  const code = textOf(json, 'error', 'code') ?? `HTTP ${status}`
  const words = `(${quoted(code, 80)}: ${quoted(textOf(json, 'error', 'message') ?? '', 200)})`
  if (/^InsufficientAccess/.test(code))
    return new Stop(
      `You may not read the audit ${words}. It needs the role Log Analytics Data Reader, or Log Analytics Reader, on the workspace log-audit-…, which the role Administrator of the app does not give. An owner gives it; it acts after some minutes:`,
      [GIVE],
    )
  if (status === 401 || /^InvalidAuthenticationToken/.test(code))
    return new Stop(`Log Analytics does not accept the token ${words}. Sign in anew:`, ['az logout', 'az login'])
  if (status === 404)
    return new Stop(
      `There is no such workspace ${words}. Its Workspace ID stands in the portal, log-audit-…, Overview:`,
      ['azd env get-value AUDIT_WORKSPACE_ID'],
    )
  if (status === 429)
    return new Stop(`Log Analytics is asked too often ${words}. Wait a minute, then type the same again.`)
  if (status === 200) return new Stop(`The answer is not whole ${words}. Ask for fewer days: --days 7.`)
  if (status >= 500)
    return new Stop(`Log Analytics has a fault ${words}. Nothing is lost: type the same again, or ask for fewer days.`)
  return new Stop(`Log Analytics did not answer the question ${words}.`)
}
