import { createHash } from 'node:crypto'

import type { Json } from '../api.ts'
import type { Column, Entity, ManyToMany } from '../schema.ts'
import { columnBehind, isLookup } from '../schema.ts'
import { readPrivilege } from '../security.ts'

const LANGUAGE = 1033

/** The same metadata id for the same name at every start. */
export function metadataId(...names: readonly string[]): string {
  const hex = createHash('sha256').update(names.join('/')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function label(text: string): Json {
  const one = {
    Label: text,
    LanguageCode: LANGUAGE,
    IsManaged: true,
    MetadataId: metadataId('label', text),
    HasChanged: null,
  }
  return { LocalizedLabels: [one], UserLocalizedLabel: one }
}

const NO_LABEL: Json = { LocalizedLabels: [], UserLocalizedLabel: null }

const managed = (value: unknown, name: string): Json => ({
  Value: value,
  CanBeChanged: false,
  ManagedPropertyLogicalName: name,
})

const NOT_IN_ADVANCED_FIND = new Set(['usersettings', 'activityparty'])

function privilegesOf(entity: Entity): Json[] {
  const read = readPrivilege(entity)
  return ['Create', 'Read', 'Write', 'Delete'].map((type) => {
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
export function describeEntity(entity: Entity): Json {
  const intersect = entity.isIntersect === true
  return {
    MetadataId: metadataId(entity.logicalName),
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
    IsActivity: entity.isActivity && entity.logicalName !== 'activitypointer',
    IsActivityParty: entity.logicalName === 'activityparty',
    IsIntersect: intersect,
    IsPrivate: false,
    IsCustomEntity: false,
    IsManaged: true,
    IsLogicalEntity: false,
    IsChildEntity: entity.ownershipType === 'None',
    IsValidForAdvancedFind: !intersect && !NOT_IN_ADVANCED_FIND.has(entity.logicalName),
    HasActivities: entity.oneToMany.some(({ target }) => target === 'activitypointer'),
    HasNotes: !intersect,
    IsCustomizable: managed(!intersect, 'iscustomizable'),
    CanCreateAttributes: managed(!intersect, 'cancreateattributes'),
    DisplayName: intersect ? NO_LABEL : label(entity.displayName),
    DisplayCollectionName: intersect ? NO_LABEL : label(entity.displayCollectionName),
    Description: intersect ? NO_LABEL : label(`${entity.displayCollectionName} of the sandbox.`),
    Privileges: intersect ? [] : privilegesOf(entity),
  }
}

function optionsOf({ options = [], type }: Column): Json[] {
  return options.map(({ value, label: text, state }) => ({
    ...(type === 'Status' && { '@odata.type': '#Microsoft.Dynamics.CRM.StatusOptionMetadata', State: state ?? 0 }),
    ...(type === 'State' && {
      '@odata.type': '#Microsoft.Dynamics.CRM.StateOptionMetadata',
      InvariantName: text,
      DefaultStatus: null,
    }),
    Value: value,
    Color: null,
    IsManaged: true,
    ExternalValue: '',
    ParentValues: [],
    MetadataId: null,
    Label: label(text),
    Description: NO_LABEL,
  }))
}

/** The choices of a column: its own, or those of a global option set. */
export function describeOptions(entity: Entity, column: Column): Json | null {
  if (!column.options) return null
  const name = column.globalOptionSet ?? `${entity.logicalName}_${column.name}`
  const shared = {
    MetadataId: metadataId('optionset', name),
    Name: name,
    IsGlobal: column.globalOptionSet !== undefined,
    IsCustomOptionSet: false,
    IsManaged: true,
    DisplayName: label(column.label),
    OptionSetType: column.type === 'Boolean' ? 'Boolean' : column.type,
  }
  const options = optionsOf(column)
  if (column.type !== 'Boolean') return { ...shared, Options: options }
  return {
    ...shared,
    TrueOption: options.find(({ Value }) => Value === 1),
    FalseOption: options.find(({ Value }) => Value === 0),
  }
}

/** Members that only the cast type has, such as `Targets` of a lookup. */
export function describeTyped(entity: Entity, column: Column): Json {
  if (isLookup(column)) return { Targets: column.targets ?? [], Format: 'None' }
  switch (column.type) {
    case 'String':
    case 'Memo':
      return {
        MaxLength: column.maxLength ?? 100,
        Format: column.format ?? 'Text',
        FormatName: { Value: column.format ?? 'Text' },
      }
    case 'DateTime':
      return { Format: column.format ?? 'DateAndTime', DateTimeBehavior: { Value: column.behavior ?? 'UserLocal' } }
    case 'Decimal':
    case 'Double':
    case 'Money':
      return { Precision: column.precision ?? 2 }
    case 'Picklist':
    case 'State':
    case 'Status':
      return { DefaultFormValue: -1, OptionSet: describeOptions(entity, column) }
    case 'Boolean':
      return { DefaultValue: false, OptionSet: describeOptions(entity, column) }
    default:
      return {}
  }
}

export function attributeType({ type }: Column): string {
  return type === 'Image' ? 'Virtual' : type
}

/** The type that a cast segment names: `PicklistAttributeMetadata`. */
export function castType(column: Column): string {
  if (isLookup(column) || column.type === 'PartyList') return 'LookupAttributeMetadata'
  if (column.type === 'Uniqueidentifier') return 'UniqueIdentifierAttributeMetadata'
  return column.type === 'Image' ? 'ImageAttributeMetadata' : `${column.type}AttributeMetadata`
}

function describeColumn(entity: Entity, column: Column, number: number): Json {
  const { name } = column
  return {
    '@odata.type': `#Microsoft.Dynamics.CRM.${castType(column)}`,
    MetadataId: metadataId(entity.logicalName, name),
    LogicalName: name,
    SchemaName: column.schemaName,
    EntityLogicalName: entity.logicalName,
    AttributeType: attributeType(column),
    AttributeTypeName: { Value: `${attributeType(column)}Type` },
    AttributeOf: null,
    ColumnNumber: number,
    IsPrimaryId: name === entity.primaryIdAttribute,
    IsPrimaryName: name === entity.primaryNameAttribute,
    IsLogical: false,
    IsCustomAttribute: false,
    IsManaged: true,
    IsSecured: false,
    IsValidForRead: true,
    IsValidForCreate: true,
    IsValidForUpdate: true,
    IsValidForAdvancedFind: managed(true, 'canmodifysearchsettings'),
    IsSortableEnabled: managed(true, 'isreadonly'),
    RequiredLevel: managed(column.required ?? 'None', 'canmodifyrequirementlevelsettings'),
    DisplayName: label(column.label),
    Description: NO_LABEL,
  }
}

function describeVirtual(entity: Entity, name: string, number: number): Json {
  const column: Column = { name, schemaName: name, label: name, type: 'String' }
  return {
    ...describeColumn(entity, column, number),
    '@odata.type': '#Microsoft.Dynamics.CRM.AttributeMetadata',
    AttributeType: 'Virtual',
    AttributeTypeName: { Value: 'VirtualType' },
    AttributeOf: columnBehind(entity, name)?.name ?? null,
    IsValidForAdvancedFind: managed(false, 'canmodifysearchsettings'),
    DisplayName: NO_LABEL,
  }
}

export type DescribedColumn = { readonly json: Json; readonly column?: Column }

export function describeColumns(entity: Entity): DescribedColumn[] {
  const real = [...entity.columns.values()].map((column, at) => ({
    column,
    json: describeColumn(entity, column, at + 1),
  }))
  const virtual = [...entity.virtualColumns].map((name, at) => ({
    json: describeVirtual(entity, name, real.length + at + 1),
  }))
  return [...real, ...virtual]
}

type OneToManyParts = {
  readonly name: string
  readonly referencing: string
  readonly column: string
  readonly referenced: string
  readonly idColumn: string
  readonly toOne: string | null
  readonly toMany: string
}

export function describeOneToMany(parts: OneToManyParts): Json {
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
    MetadataId: metadataId('relationship', parts.name),
    SchemaName: parts.name,
    RelationshipType: 'OneToManyRelationship',
    IsCustomRelationship: false,
    IsValidForAdvancedFind: true,
    ReferencedEntity: parts.referenced,
    ReferencedAttribute: parts.idColumn,
    ReferencedEntityNavigationPropertyName: parts.toMany,
    ReferencingEntity: parts.referencing,
    ReferencingAttribute: parts.column,
    ReferencingEntityNavigationPropertyName: parts.toOne,
  }
}

export function describeManyToMany(entity: Entity, relation: ManyToMany): Json {
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata',
    MetadataId: metadataId('relationship', relation.name),
    SchemaName: relation.name,
    RelationshipType: 'ManyToManyRelationship',
    IsCustomRelationship: false,
    IsValidForAdvancedFind: true,
    IntersectEntityName: relation.intersect,
    Entity1LogicalName: entity.logicalName,
    Entity1IntersectAttribute: relation.column,
    Entity1NavigationPropertyName: relation.nav,
    Entity2LogicalName: relation.target,
    Entity2IntersectAttribute: relation.targetColumn,
    Entity2NavigationPropertyName: relation.nav,
  }
}
