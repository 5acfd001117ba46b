import { ColumnsDefinition, type EntityColumns } from '../../../shared/dataverse/columns.ts'
import { EntityDefinitions, type Entity, type EntityIndex } from '../../../shared/dataverse/entities.ts'
import { ENTITY_DEFINITIONS, OPPORTUNITY_COLUMNS } from '../mcp/upstream.ts'

export const COLUMNS: EntityColumns = ColumnsDefinition.parse(OPPORTUNITY_COLUMNS)
export const INDEX: EntityIndex = EntityDefinitions.parse(ENTITY_DEFINITIONS)
export const OPPORTUNITY: Entity = {
  name: 'opportunity',
  entitySet: 'opportunities',
  idColumn: 'opportunityid',
  nameColumn: 'name',
}
export const ID = '11111111-2222-4333-8444-555555555555'
