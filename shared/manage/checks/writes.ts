import type { Config } from '../../config/config.ts'
import { policySeen } from '../../dataverse/change/policy/policy-watch.ts'
import { type Verdict, warning } from '../finding.ts'

type Writes = NonNullable<Config['writes']>

const LONGEST_LIST = 500
const SET = 'Run: azd env set WRITE_POLICY "<policy>", then azd provision platform.'

/** What an administrator would want to know of writing; nothing where it is off. */
export function writesVerdicts({ writes, audit, modelHides, development }: Config): readonly Verdict[] {
  if (!writes) return []
  return [unmatched(writes), hidden(writes, modelHides), unaudited(writes), withoutAudit(audit, development)].filter(
    (one) => one !== undefined,
  )
}

/** What only a change tells: the app itself has no right to ask Dynamics 365. */
export function writesSay({ writes }: Config): string {
  if (!writes) return ''
  const { tables } = policySeen(writes.policy)
  const untold = [...writes.policy.keys()].filter((table) => !tables.has(table))
  if (untold.length === 0) return ' All that WRITE_POLICY names is there.'
  return ` What WRITE_POLICY says of ${listed(untold)} is compared with the environment when a change of it is asked for: preview one, and run this again.`
}

/** Names of the policy, checked when the app started. */
function unmatched({ policy }: Writes): Verdict | undefined {
  const { unmatched: names } = policySeen(policy)
  if (names.size === 0) return undefined
  return warning({
    code: 'writes-unmatched',
    found: `WRITE_POLICY names what this environment does not have: ${listed([...names])}.`,
    means: 'These entries open nothing. Where one is misspelt, what it was meant for cannot be written.',
    fix: `Write the logical names, as get_entity_metadata or Power Apps, Tables shows them. ${SET}`,
  })
}

function hidden({ policy }: Writes, rules: Config['modelHides']): Verdict | undefined {
  const opened = [...policy].flatMap(([table, { create, update }]) => {
    const names = [create, update].flatMap((columns) => (typeof columns === 'string' ? [] : columns))
    const found = rules.filter((rule) => rule.table === table || rule.table === '*')
    return found.flatMap(({ column }) =>
      column === undefined ? [table] : names.includes(column) ? [`${table}.${column}`] : [],
    )
  })
  if (opened.length === 0) return undefined
  return warning({
    code: 'writes-hidden',
    found: `WRITE_POLICY opens what MODEL_HIDES keeps from models: ${listed([...new Set(opened)])}.`,
    means: 'What is hidden or masked is not written either: these entries open nothing.',
    fix: `Take them out of one of the two. ${SET}`,
  })
}

function unaudited({ policy }: Writes): Verdict | undefined {
  const { unaudited: tables } = policySeen(policy)
  if (tables.size === 0) return undefined
  return warning({
    code: 'writes-unaudited',
    found: `Dynamics 365 keeps no history of changes to ${listed([...tables])}.`,
    means:
      'The audit here says who changed which columns and when, never from what to what: that only Dynamics 365 keeps.',
    fix: 'In Power Apps: Tables, the table, Properties, Advanced options, Audit changes to its data; and in the Power Platform admin center: Environments, the environment, Settings, Audit settings, Start Auditing.',
  })
}

function withoutAudit({ target }: Config['audit'], development: boolean): Verdict | undefined {
  if (target !== undefined || development) return undefined
  return warning({
    code: 'writes-without-audit',
    found: 'WRITES is on, and no audit table is set (AUDIT_INGESTION_ENDPOINT, AUDIT_RULE_ID, AUDIT_STREAM).',
    means: 'Who changed what stands in the log of the host alone, which has a daily cap and is kept for a short time.',
    fix: 'Run: azd provision platform --no-state.',
  })
}

function listed(names: readonly string[]): string {
  return names.join(', ').slice(0, LONGEST_LIST)
}
