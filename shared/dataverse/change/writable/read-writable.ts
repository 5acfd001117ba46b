import * as z from 'zod'
import type { Entity } from '../../metadata/model.ts'
import { Identifier } from '../../metadata/names.ts'
import { definitionOf } from '../../metadata/read/table-part.ts'
import { required, unlessRefused, type Reads } from '../../web-api/coalesce.ts'
import type { Read } from '../../web-api/web-api.ts'
import { transitionsRead } from './transitions.ts'
import { typedReads, type TypedPart } from './typed-columns.ts'
import type { WritableColumn, WritableTable } from './writable.ts'

const Definition = z.object({
  OwnershipType: z.string().nullish(),
  IsOptimisticConcurrencyEnabled: z.boolean().nullish(),
  HasNotes: z.boolean().nullish(),
  HasActivities: z.boolean().nullish(),
  IsDuplicateDetectionEnabled: z.object({ Value: z.boolean() }).nullish(),
  IsAuditEnabled: z.object({ Value: z.boolean() }).nullish(),
  EnforceStateTransitions: z.boolean().nullish(),
  IsPrivate: z.boolean().nullish(),
  IsIntersect: z.boolean().nullish(),
  TableType: z.string().nullish(),
  DataProviderId: z.string().nullish(),
  Privileges: z.array(z.object({ PrivilegeId: z.string(), PrivilegeType: z.string() })).nullish(),
})
type Definition = z.output<typeof Definition>

const Attribute = z.object({
  LogicalName: Identifier,
  IsValidForCreate: z.boolean().nullish(),
  IsValidForUpdate: z.boolean().nullish(),
  RequiredLevel: z.object({ Value: z.string() }).nullish(),
  IsSecured: z.boolean().nullish(),
  SourceType: z.int().nullish(),
  AutoNumberFormat: z.string().nullish(),
})
type Attribute = z.output<typeof Attribute>

const REQUIRED: Readonly<Record<string, WritableColumn['required']>> = {
  Recommended: 'recommended',
  ApplicationRequired: 'application',
  SystemRequired: 'system',
}
const OWNED: Readonly<Record<string, WritableTable['owned']>> = {
  UserOwned: 'user',
  OrganizationOwned: 'organization',
}
/** Rows of these lie elsewhere, under rules of another: virtual-entities, elastic-tables. */
const ELSEWHERE: ReadonlySet<string> = new Set(['Virtual', 'Elastic'])

/**
 * What Dataverse says of a table and its columns when they are written: one batch. What of the casts is refused is
 * absent, and Dataverse itself then holds a write against it; without the table and its columns there is nothing.
 * @throws DataverseError
 */
export async function readWritable(reads: Reads, { name }: Entity): Promise<WritableTable> {
  const [definition, attributes, transitions, ...typed] = await Promise.all([
    reads.read(definitionRead(name)),
    reads.read(attributesRead(name)),
    reads.read(transitionsRead(name)),
    ...typedReads(name).map((read) => reads.read(read)),
  ])
  const known = new Map(typed.flatMap((part) => unlessRefused(part) ?? []))
  const columns = required(attributes).map((one) => toColumn(one, known.get(one.LogicalName)))
  return toTable(name, required(definition), columns, unlessRefused(transitions))
}

function definitionRead(entity: string): Read<Definition> {
  return { path: `${definitionOf(entity)}?$select=${Object.keys(Definition.shape).join(',')}`, schema: Definition }
}

function attributesRead(entity: string): Read<readonly Attribute[]> {
  return {
    path: `${definitionOf(entity)}/Attributes?$select=${Object.keys(Attribute.shape).join(',')}`,
    schema: z.object({ value: z.array(Attribute) }).transform(({ value }) => value),
  }
}

/** Of a column whose source is not told, the flags alone say whether it is computed. */
function toColumn(attribute: Attribute, typed: TypedPart | undefined): WritableColumn {
  return {
    name: attribute.LogicalName,
    create: attribute.IsValidForCreate === true,
    update: attribute.IsValidForUpdate === true,
    required: REQUIRED[attribute.RequiredLevel?.Value ?? ''] ?? 'none',
    computed: (attribute.SourceType ?? 0) !== 0,
    autoNumber: (attribute.AutoNumberFormat ?? '') !== '',
    secured: attribute.IsSecured === true,
    ...typed,
  }
}

function toTable(
  entity: string,
  definition: Definition,
  columns: readonly WritableColumn[],
  transitions: WritableTable['transitions'],
): WritableTable {
  const { TableType, DataProviderId, IsPrivate, IsIntersect } = definition
  const isElsewhere = ELSEWHERE.has(TableType ?? '') || (DataProviderId ?? '') !== ''
  return {
    entity,
    columns: new Map(columns.map((column) => [column.name, column])),
    createPrivileges: (definition.Privileges ?? []).flatMap(({ PrivilegeId, PrivilegeType }) =>
      PrivilegeType === 'Create' ? [PrivilegeId.toLowerCase()] : [],
    ),
    concurrency: definition.IsOptimisticConcurrencyEnabled === true,
    owned: OWNED[definition.OwnershipType ?? ''] ?? 'none',
    hasNotes: definition.HasNotes === true,
    hasActivities: definition.HasActivities === true,
    duplicateDetection: definition.IsDuplicateDetectionEnabled?.Value === true,
    audited: definition.IsAuditEnabled?.Value === true,
    closed: isElsewhere || IsPrivate === true || IsIntersect === true,
    ...(definition.EnforceStateTransitions === true && transitions && { transitions }),
  }
}
