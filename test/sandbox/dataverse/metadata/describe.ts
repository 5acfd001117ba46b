import type { Json } from '../http/api.ts'
import { notEmulated } from '../http/errors.ts'
import type { AlternateKey, Column, ColumnType, Entity } from '../schema/schema.ts'
import { columnBehind, isLookup } from '../schema/schema.ts'
import {
  defaultReason,
  detectsDuplicates,
  hasConcurrency,
  hasNotes,
  isValidFor,
  maxLengthOf,
  precisionOf,
  rangeOf,
} from '../schema/writing.ts'
import { isSearchable } from '../search/indexed.ts'
import { readPrivilege } from '../security/security.ts'
import { metadataId } from './identifier.ts'
import { NO_LABEL, germanCollection, germanColumn, germanName, label } from './labels.ts'

const managed = (value: unknown, name: string): Json => ({
  Value: value,
  CanBeChanged: false,
  ManagedPropertyLogicalName: name,
})

const NOT_IN_ADVANCED_FIND = new Set([
  'usersettings',
  'activityparty',
  'principalobjectaccess',
  'organization',
  'timezonedefinition',
  'savedquery',
  'userquery',
  'savedqueryvisualization',
  'userqueryvisualization',
  'systemform',
  'userform',
  'audit',
])

function privilegesOf(entity: Entity): Json[] {
  const read = readPrivilege(entity)
  const ofOwners = entity.ownershipType === 'UserOwned' ? ['Assign', 'Share'] : []
  return ['Create', 'Read', 'Write', 'Delete', 'Append', 'AppendTo', ...ofOwners].map((type) => {
    const name = read.replace('prvRead', `prv${type}`)
    return {
      CanBeBasic: entity.ownershipType === 'UserOwned',
      CanBeLocal: entity.ownershipType !== 'OrganizationOwned',
      CanBeDeep: entity.ownershipType !== 'OrganizationOwned',
      CanBeGlobal: true,
      Name: name,
      PrivilegeId: metadataId('privilege', name),
      PrivilegeType: type,
    }
  })
}

const OWNERSHIP: Readonly<Record<Entity['ownershipType'], string>> = {
  UserOwned: 'UserOwned',
  BusinessOwned: 'BusinessOwned',
  OrganizationOwned: 'OrganizationOwned',
  None: 'None',
}

/** `EntityMetadata` as `EntityDefinitions` answers it. */
export function describeEntity(entity: Entity, language: number): Json {
  const intersect = entity.isIntersect === true
  const custom = entity.isCustom === true
  return {
    MetadataId: metadataId(entity.logicalName),
    HasChanged: null,
    LogicalName: entity.logicalName,
    SchemaName: entity.schemaName,
    EntitySetName: entity.entitySetName,
    LogicalCollectionName: entity.entitySetName,
    CollectionSchemaName: entity.displayCollectionName.replaceAll(' ', ''),
    ObjectTypeCode: entity.objectTypeCode,
    PrimaryIdAttribute: entity.primaryIdAttribute,
    PrimaryNameAttribute: entity.primaryNameAttribute === '' ? null : entity.primaryNameAttribute,
    PrimaryImageAttribute: null,
    OwnershipType: OWNERSHIP[entity.ownershipType],
    TableType: 'Standard',
    DataProviderId: null,
    DataSourceId: null,
    IsActivity: entity.isActivity && entity.logicalName !== 'activitypointer',
    IsActivityParty: entity.logicalName === 'activityparty',
    IsIntersect: intersect,
    IsPrivate: false,
    IsCustomEntity: custom,
    IsManaged: !custom,
    IsLogicalEntity: false,
    IsChildEntity: entity.ownershipType === 'None',
    IsValidForAdvancedFind: !intersect && !NOT_IN_ADVANCED_FIND.has(entity.logicalName),
    HasActivities: entity.oneToMany.some(
      ({ target, column }) => target === 'activitypointer' && column === 'regardingobjectid',
    ),
    HasNotes: hasNotes(entity),
    IsOptimisticConcurrencyEnabled: hasConcurrency(entity),
    IsDuplicateDetectionEnabled: managed(detectsDuplicates(entity), 'canmodifyduplicatedetectionsettings'),
    EnforceStateTransitions: entity.enforcesTransitions === true,
    IsAuditEnabled: managed(entity.isAudited === true, 'canmodifyauditsettings'),
    IsCustomizable: managed(!intersect, 'iscustomizable'),
    CanCreateAttributes: managed(!intersect, 'cancreateattributes'),
    DisplayName: intersect ? NO_LABEL : label(entity.displayName, language, germanName(entity)),
    DisplayCollectionName: intersect
      ? NO_LABEL
      : label(entity.displayCollectionName, language, germanCollection(entity)),
    Description: intersect ? NO_LABEL : label(`${entity.displayCollectionName} of the sandbox.`, language),
    Privileges: intersect ? [] : privilegesOf(entity),
  }
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/define-custom-state-model-transitions */
function transitionData(from: number, to: readonly number[]): string {
  const each = to.map((one) => `<allowedtransition sourcestatusid="${from}" tostatusid="${one}" />`)
  return `<allowedtransitions xmlns="http://schemas.microsoft.com/crm/2009/WebServices">${each.join('')}</allowedtransitions>`
}

function optionsOf(entity: Entity, { options = [], type }: Column, language: number): Json[] {
  return options.map(({ value, label: text, state, to }) => ({
    ...(type === 'Status' && {
      '@odata.type': '#Microsoft.Dynamics.CRM.StatusOptionMetadata',
      State: state ?? 0,
      TransitionData: to === undefined ? null : transitionData(value, to),
    }),
    ...(type === 'State' && {
      '@odata.type': '#Microsoft.Dynamics.CRM.StateOptionMetadata',
      InvariantName: text,
      DefaultStatus: defaultReason(entity, value),
    }),
    Value: value,
    Color: null,
    IsManaged: true,
    ExternalValue: '',
    ParentValues: [],
    MetadataId: null,
    Label: label(text, language),
    Description: NO_LABEL,
  }))
}

/** The choices of a column: its own, or those of a global option set. */
export function describeOptions(entity: Entity, column: Column, language: number): Json | null {
  if (!column.options) return null
  const name = column.globalOptionSet ?? `${entity.logicalName}_${column.name}`
  const shared = {
    MetadataId: metadataId('optionset', name),
    Name: name,
    IsGlobal: column.globalOptionSet !== undefined,
    IsCustomOptionSet: false,
    IsManaged: true,
    DisplayName: label(column.label, language, germanColumn(entity, column.name)),
    HasChanged: null,
    OptionSetType: column.type === 'Boolean' ? 'Boolean' : column.type,
  }
  const options = optionsOf(entity, column, language)
  if (column.type !== 'Boolean') return { ...shared, Options: options }
  return {
    ...shared,
    TrueOption: options.find(({ Value }) => Value === 1),
    FalseOption: options.find(({ Value }) => Value === 0),
  }
}

function describeRange(column: Column): Json {
  const { min, max } = rangeOf(column)
  return { MinValue: min, MaxValue: max }
}

/** Members that only the cast type has, such as `Targets` of a lookup. */
export function describeTyped(entity: Entity, column: Column, language: number): Json {
  if (isLookup(column)) return { Targets: column.targets ?? [], Format: 'None' }
  switch (column.type) {
    case 'String':
    case 'Memo':
      return {
        MaxLength: maxLengthOf(column),
        Format: column.format ?? 'Text',
        FormatName: { Value: column.format ?? 'Text' },
      }
    case 'DateTime':
      return { Format: column.format ?? 'DateAndTime', DateTimeBehavior: { Value: column.behavior ?? 'UserLocal' } }
    case 'Integer':
    case 'BigInt':
      return describeRange(column)
    case 'Decimal':
    case 'Double':
      return { ...describeRange(column), Precision: precisionOf(column) }
    case 'Money':
      return { ...describeRange(column), Precision: precisionOf(column), PrecisionSource: column.precisionSource ?? 2 }
    case 'Picklist':
    case 'MultiSelectPicklist':
    case 'State':
    case 'Status':
      return { DefaultFormValue: -1, OptionSet: describeOptions(entity, column, language) }
    case 'Boolean':
      return { DefaultValue: false, OptionSet: describeOptions(entity, column, language) }
    default:
      return {}
  }
}

const isCustomName = (name: string): boolean => /^(hp|new|sample|cr\w{3})_/.test(name)

/** The older of the two names of a type: what came later is all Virtual there. */
function attributeType({ type }: Column): string {
  return type === 'Image' || type === 'File' || type === 'MultiSelectPicklist' ? 'Virtual' : type
}

/** The type that a cast segment names: `PicklistAttributeMetadata`. */
export function castType(column: Pick<Column, 'type'>): string {
  if (isLookup(column) || column.type === 'PartyList') return 'LookupAttributeMetadata'
  if (column.type === 'Uniqueidentifier') return 'UniqueIdentifierAttributeMetadata'
  return column.type === 'Image' ? 'ImageAttributeMetadata' : `${column.type}AttributeMetadata`
}

const TYPES: Readonly<Record<ColumnType, true>> = {
  String: true,
  Memo: true,
  Integer: true,
  BigInt: true,
  Decimal: true,
  Double: true,
  Money: true,
  Boolean: true,
  Picklist: true,
  MultiSelectPicklist: true,
  State: true,
  Status: true,
  DateTime: true,
  Uniqueidentifier: true,
  Lookup: true,
  Owner: true,
  Customer: true,
  EntityName: true,
  PartyList: true,
  Image: true,
  File: true,
}

/** What a cast type has beside the members of every column, whether a table has columns of that type or none. */
export function membersOfCast(entity: Entity, cast: string): readonly string[] {
  const type = (Object.keys(TYPES) as ColumnType[]).find((one) => castType({ type: one }) === cast)
  if (type === undefined) throw notEmulated(`a cast to ${cast}`)
  const column: Column = { name: '', schemaName: '', label: '', type }
  return Object.keys(describeTyped(entity, column, 1033)).filter((name) => name !== 'OptionSet')
}

function describeColumn(entity: Entity, column: Column, number: number, language: number): Json {
  const { name } = column
  const custom = isCustomName(name) || entity.isCustom === true
  return {
    '@odata.type': `#Microsoft.Dynamics.CRM.${castType(column)}`,
    MetadataId: metadataId(entity.logicalName, name),
    HasChanged: null,
    LogicalName: name,
    SchemaName: column.schemaName,
    EntityLogicalName: entity.logicalName,
    AttributeType: attributeType(column),
    AttributeTypeName: { Value: `${column.type}Type` },
    AttributeOf: null,
    ColumnNumber: number,
    IsPrimaryId: name === entity.primaryIdAttribute,
    IsPrimaryName: name === entity.primaryNameAttribute,
    IsLogical: false,
    IsCustomAttribute: isCustomName(name),
    IsManaged: !custom,
    IsSecured: column.secured === true,
    IsAuditEnabled: managed(column.isAudited !== false, 'canmodifyauditsettings'),
    IsSearchable: isSearchable(entity, name),
    IsFilterable: true,
    IsRetrievable: true,
    IsValidForRead: true,
    IsValidForCreate: isValidFor('create', column),
    IsValidForUpdate: isValidFor('update', column),
    SourceType: column.sourceType ?? (column.type === 'Uniqueidentifier' ? null : 0),
    AutoNumberFormat: column.type === 'String' ? (column.autoNumber ?? '') : null,
    IsValidForAdvancedFind: managed(true, 'canmodifysearchsettings'),
    IsSortableEnabled: managed(true, 'isreadonly'),
    RequiredLevel: managed(column.required ?? 'None', 'canmodifyrequirementlevelsettings'),
    DisplayName: label(column.label, language, germanColumn(entity, name)),
    Description: column.description === undefined ? NO_LABEL : label(column.description, language),
  }
}

function describeVirtual(entity: Entity, name: string, number: number, language: number): Json {
  const column: Column = { name, schemaName: name, label: name, type: 'String', create: false, update: false }
  return {
    ...describeColumn(entity, column, number, language),
    '@odata.type': '#Microsoft.Dynamics.CRM.AttributeMetadata',
    AttributeType: 'Virtual',
    AttributeTypeName: { Value: 'VirtualType' },
    AttributeOf: columnBehind(entity, name)?.name ?? null,
    IsValidForAdvancedFind: managed(false, 'canmodifysearchsettings'),
    DisplayName: NO_LABEL,
  }
}

export type DescribedColumn = { readonly json: Json; readonly column?: Column }

export function describeColumns(entity: Entity, language: number): DescribedColumn[] {
  const real = [...entity.columns.values()].map((column, at) => ({
    column,
    json: describeColumn(entity, column, at + 1, language),
  }))
  const virtual = [...entity.virtualColumns].map((name, at) => ({
    json: describeVirtual(entity, name, real.length + at + 1, language),
  }))
  return [...real, ...virtual]
}

/** `EntityKeyMetadata` of an alternate key. */
export function describeKey(
  entity: Entity,
  { logicalName, schemaName, displayName, columns }: AlternateKey,
  language: number,
): Json {
  return {
    MetadataId: metadataId('key', entity.logicalName, logicalName),
    HasChanged: null,
    LogicalName: logicalName,
    SchemaName: schemaName,
    EntityLogicalName: entity.logicalName,
    DisplayName: label(displayName, language),
    KeyAttributes: columns,
    EntityKeyIndexStatus: 'Active',
    IsManaged: false,
  }
}
