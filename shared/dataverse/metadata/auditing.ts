import * as z from 'zod'
import { unlessRefused, type Reads } from '../web-api/coalesce.ts'
import type { TableAuditing } from './model.ts'
import { Identifier } from './names.ts'
import { definitionOf } from './read/table-part.ts'

const Flag = z.object({ Value: z.boolean() }).nullish()
const Definition = z.object({ IsAuditEnabled: Flag })
const Attributes = z.object({ value: z.array(z.object({ LogicalName: Identifier, IsAuditEnabled: Flag })) })
const Organization = z.object({ isauditenabled: z.boolean().nullish() })

/**
 * Whether changes of a table are recorded, and of which columns they are not. What is not told counts as recorded.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/auditing/configure
 */
export async function loadTableAuditing(reads: Reads, entity: string): Promise<TableAuditing> {
  const path = definitionOf(entity)
  const [definition, attributes] = await Promise.all([
    reads.read({ path: `${path}?$select=IsAuditEnabled`, schema: Definition }),
    reads.read({ path: `${path}/Attributes?$select=LogicalName,IsAuditEnabled`, schema: Attributes }),
  ])
  const columns = unlessRefused(attributes)?.value ?? []
  return {
    isOn: unlessRefused(definition)?.IsAuditEnabled?.Value !== false,
    columnsOff: columns.flatMap((one) => (one.IsAuditEnabled?.Value === false ? [one.LogicalName] : [])),
  }
}

/** The same of the whole organization, without which no table records anything. */
export async function loadAuditing(reads: Reads, organizationId: string): Promise<boolean> {
  const path = `organizations(${organizationId})?$select=isauditenabled`
  return unlessRefused(await reads.read({ path, schema: Organization }))?.isauditenabled !== false
}
